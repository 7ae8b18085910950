package mongo

import (
	"encoding/binary"
	"io"
	"net"
	"slices"
	"sync"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/wiremessage"
)

// stub is the primary of a replica set with one member, which stores nothing. It is for
// faults at times at which a real server cannot be made to fail.
type stub struct {
	listener net.Listener

	// answer returns the answer to a command, or nil to close the connection.
	// It can block; done is closed when the test ends.
	answer func(command string) bson.D
	done   chan struct{}

	mu       sync.Mutex
	commands []string // without handshakes, in the order in which they arrived
	serving  sync.WaitGroup
	conns    []net.Conn
}

// newStub starts a stub, which is stopped when the test ends.
func newStub(t *testing.T, answer func(s *stub, command string) bson.D) *stub {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &stub{listener: listener, done: make(chan struct{})}
	s.answer = func(command string) bson.D { return answer(s, command) }
	s.serving.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			s.mu.Lock()
			s.conns = append(s.conns, conn)
			s.mu.Unlock()
			s.serving.Go(func() { s.serve(conn) })
		}
	})
	t.Cleanup(func() {
		close(s.done)
		listener.Close()
		s.mu.Lock()
		for _, conn := range s.conns {
			conn.Close()
		}
		s.mu.Unlock()
		s.serving.Wait()
	})
	return s
}

func (s *stub) uri(parameters string) string {
	return "mongodb://" + s.listener.Addr().String() + "/app?replicaSet=rs&serverMonitoringMode=poll&" + parameters
}

// count returns how often a command has arrived.
func (s *stub) count(command string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(slices.DeleteFunc(slices.Clone(s.commands), func(c string) bool { return c != command }))
}

// serve answers the messages of one connection, until it is closed.
func (s *stub) serve(conn net.Conn) {
	defer conn.Close()
	for {
		var size [4]byte
		if _, err := io.ReadFull(conn, size[:]); err != nil {
			return
		}
		message := make([]byte, binary.LittleEndian.Uint32(size[:]))
		copy(message, size[:])
		if _, err := io.ReadFull(conn, message[len(size):]); err != nil {
			return
		}
		_, id, _, opcode, rest, _ := wiremessage.ReadHeader(message)
		answer := s.reply(opcode, rest)
		if answer == nil {
			return
		}
		doc, err := bson.Marshal(answer)
		if err != nil {
			return
		}
		start, out := wiremessage.AppendHeaderStart(nil, 0, id, opcode)
		if opcode == wiremessage.OpMsg {
			out = wiremessage.AppendMsgFlags(out, 0)
			out = wiremessage.AppendMsgSectionType(out, wiremessage.SingleDocument)
		} else { // a driver's first handshake
			start, out = wiremessage.AppendHeaderStart(nil, 0, id, wiremessage.OpReply)
			out = wiremessage.AppendReplyFlags(out, 0)
			out = wiremessage.AppendReplyCursorID(out, 0)
			out = wiremessage.AppendReplyStartingFrom(out, 0)
			out = wiremessage.AppendReplyNumberReturned(out, 1)
		}
		out = append(out, doc...)
		binary.LittleEndian.PutUint32(out[start:], uint32(len(out)))
		if _, err := conn.Write(out); err != nil {
			return
		}
	}
}

// reply returns the answer to a message.
func (s *stub) reply(opcode wiremessage.OpCode, body []byte) bson.D {
	address := s.listener.Addr().String()
	hello := bson.D{
		{Key: "ok", Value: 1}, {Key: "isWritablePrimary", Value: true}, {Key: "helloOk", Value: true}, {Key: "setName", Value: "rs"},
		{Key: "hosts", Value: bson.A{address}}, {Key: "me", Value: address}, {Key: "primary", Value: address}, {Key: "setVersion", Value: 1},
		{Key: "minWireVersion", Value: 0}, {Key: "maxWireVersion", Value: 17}, {Key: "logicalSessionTimeoutMinutes", Value: 30},
		{Key: "maxBsonObjectSize", Value: maxDocument}, {Key: "maxMessageSizeBytes", Value: 48_000_000}, {Key: "maxWriteBatchSize", Value: 100_000},
	}
	if opcode != wiremessage.OpMsg {
		return hello
	}
	_, rest, _ := wiremessage.ReadMsgFlags(body)
	_, rest, _ = wiremessage.ReadMsgSectionType(rest)
	doc, _, _ := wiremessage.ReadMsgSectionSingleDocument(rest)
	elements, err := doc.Elements()
	if err != nil || len(elements) == 0 {
		return nil
	}
	command := elements[0].Key()
	if command == "hello" {
		return hello
	}
	s.mu.Lock()
	s.commands = append(s.commands, command)
	s.mu.Unlock()
	return s.answer(command)
}

// applied is the answer to a write that changed one document.
func applied() bson.D {
	return bson.D{{Key: "ok", Value: 1}, {Key: "n", Value: 1}, {Key: "nModified", Value: 1}}
}
