package proxy

import (
	"encoding/binary"
	"fmt"
	"io"
	"strconv"
	"sync"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Mongo is MongoDB's protocol, without encryption and compression, of one
// connection.
//
// Every message is a header of four numbers (its length, its id, the id of the
// request that it answers, and its type) and a body. The body of an OP_MSG is
// flags and sections. The first section is the command or its answer.
type Mongo struct {
	mu    sync.Mutex
	asked map[uint32]mongoCommand // not yet answered
}

// mongoCommand is a command, for judging its answer.
type mongoCommand struct {
	name   string
	within bool // within a transaction
}

// NewMongo returns the protocol of a new connection.
func NewMongo() *Mongo { return &Mongo{asked: map[uint32]mongoCommand{}} }

const (
	mongoHeader  = 16
	mongoLimit   = 48_000_000 // of the server's own: no message is longer
	mongoMessage = 2013       // OP_MSG
)

// unaskedMongo lists the commands that drivers send by themselves, to sign in and to
// monitor the server.
var unaskedMongo = map[string]bool{
	"hello": true, "isMaster": true, "ismaster": true, "saslStart": true, "saslContinue": true, "endSessions": true,
}

// Requests counts commands, except those that drivers send by themselves.
func (m *Mongo) Requests(p *Proxy, to io.Writer, from io.Reader) error {
	return eachMongo(from, func(message []byte) error {
		if body, ok := mongoBody(message); ok {
			if elements, err := body.Elements(); err == nil && len(elements) > 0 && !unaskedMongo[elements[0].Key()] {
				p.CountRoundTrip()
				_, within := body.Lookup("autocommit").BooleanOK()
				m.mu.Lock()
				m.asked[binary.LittleEndian.Uint32(message[4:])] = mongoCommand{elements[0].Key(), within}
				m.mu.Unlock()
			}
		}
		_, err := to.Write(message)
		return err
	})
}

// Answers counts the answers to these commands. Within a transaction, the answer of
// the commit counts as that of the write.
func (m *Mongo) Answers(p *Proxy, to io.Writer, from io.Reader) error {
	return eachMongo(from, func(message []byte) error {
		number := binary.LittleEndian.Uint32(message[8:])
		m.mu.Lock()
		command, asked := m.asked[number]
		delete(m.asked, number)
		m.mu.Unlock()
		if body, ok := mongoBody(message); ok && asked {
			code := mongoCode(body)
			if code == "" && command.writes() && p.Lose() {
				p.CountAnswer(command.name)
				return io.EOF
			}
			if code == "" {
				code = command.name
			}
			p.CountAnswer(code)
		}
		_, err := to.Write(message)
		return err
	})
}

// writes reports whether the command, if it succeeds, has made a write visible to
// other clients.
func (c mongoCommand) writes() bool {
	switch c.name {
	case "insert", "update", "delete", "findAndModify":
		return !c.within
	case "commitTransaction":
		return true
	}
	return false
}

// mongoCode returns the code of an error, of a write or of the whole command. It is
// empty if the answer is no error.
func mongoCode(body bson.Raw) string {
	if code, ok := body.Lookup("writeErrors", "0", "code").AsInt64OK(); ok {
		return strconv.FormatInt(code, 10)
	}
	if ok, _ := body.Lookup("ok").AsInt64OK(); ok == 1 {
		return ""
	}
	code, _ := body.Lookup("code").AsInt64OK()
	return strconv.FormatInt(code, 10)
}

// mongoBody returns the first section of an OP_MSG.
func mongoBody(message []byte) (bson.Raw, bool) {
	if binary.LittleEndian.Uint32(message[12:]) != mongoMessage {
		return nil, false
	}
	sections := message[mongoHeader+4:]
	if len(sections) < 5 || sections[0] != 0 {
		return nil, false
	}
	n := binary.LittleEndian.Uint32(sections[1:])
	if uint64(n) > uint64(len(sections)-1) {
		return nil, false
	}
	body := bson.Raw(sections[1 : 1+n])
	return body, body.Validate() == nil
}

// eachMongo calls f with each message.
func eachMongo(from io.Reader, f func(message []byte) error) error {
	var length [4]byte
	for {
		if _, err := io.ReadFull(from, length[:]); err != nil {
			return err
		}
		n := binary.LittleEndian.Uint32(length[:])
		if n < mongoHeader+4 || n > mongoLimit {
			return fmt.Errorf("proxy: a message of %d bytes", n)
		}
		message := make([]byte, n)
		copy(message, length[:])
		if _, err := io.ReadFull(from, message[4:]); err != nil {
			return err
		}
		if err := f(message); err != nil {
			return err
		}
	}
}
