package proxy

import (
	"encoding/binary"
	"io"
	"maps"
	"net"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// mongoMessageOf returns an OP_MSG with the id number, as the answer to the message with
// the id to.
func mongoMessageOf(t *testing.T, number, to uint32, body bson.D) []byte {
	t.Helper()
	raw, err := bson.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	m := make([]byte, mongoHeader+5, mongoHeader+5+len(raw))
	m = append(m, raw...)
	for i, n := range []uint32{uint32(len(m)), number, to, mongoMessage} {
		binary.LittleEndian.PutUint32(m[4*i:], n)
	}
	return m
}

// serveMongo answers each command with the document in its field "answer".
func serveMongo(t *testing.T, server net.Conn) {
	defer server.Close()
	eachMongo(server, func(message []byte) error {
		body, _ := mongoBody(message)
		var answer bson.D
		if err := body.Lookup("answer").Unmarshal(&answer); err != nil {
			t.Error(err)
		}
		_, err := server.Write(mongoMessageOf(t, 1, binary.LittleEndian.Uint32(message[4:]), answer))
		return err
	})
}

func TestMongo(t *testing.T) {
	t.Parallel()
	good := bson.D{{Key: "ok", Value: 1.0}}
	taken := bson.D{{Key: "ok", Value: 1.0}, {Key: "writeErrors", Value: bson.A{bson.D{{Key: "code", Value: 11000}}}}}
	refused := bson.D{{Key: "ok", Value: 0.0}, {Key: "code", Value: 13}}
	within := bson.E{Key: "autocommit", Value: false}
	for _, test := range []struct {
		name    string
		command bson.D
		answer  bson.D
		lost    bool // if an answer is to be lost
		trips   int
		counted string
	}{
		{"watching", bson.D{{Key: "hello", Value: 1}}, good, false, 0, ""},
		{"read", bson.D{{Key: "find", Value: "x"}}, good, false, 1, "find"},
		{"write", bson.D{{Key: "insert", Value: "x"}}, good, true, 1, "insert"},
		{"write that failed", bson.D{{Key: "insert", Value: "x"}}, taken, false, 1, "11000"},
		{"write that was refused", bson.D{{Key: "delete", Value: "x"}}, refused, false, 1, "13"},
		{"write in a transaction", bson.D{{Key: "update", Value: "x"}, within}, good, false, 1, "update"},
		{"commit", bson.D{{Key: "commitTransaction", Value: 1}, within}, good, true, 1, "commitTransaction"},
		{"abort", bson.D{{Key: "abortTransaction", Value: 1}, within}, good, false, 1, "abortTransaction"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p := &Proxy{counts: Counts{Answers: map[string]int{}}, losing: true}
			client, near := net.Pipe()
			far, server := net.Pipe()
			go serveMongo(t, server)
			m := NewMongo()
			go m.Requests(p, far, near)
			go func() {
				defer near.Close()
				m.Answers(p, near, far)
			}()
			defer client.Close()
			defer far.Close()
			if _, err := client.Write(mongoMessageOf(t, 7, 0, append(test.command, bson.E{Key: "answer", Value: test.answer}))); err != nil {
				t.Fatal(err)
			}
			var length [4]byte
			_, err := io.ReadFull(client, length[:])
			if lost := err != nil; lost != test.lost {
				t.Errorf("lost: %t, want %t", lost, test.lost)
			}
			want := map[string]int{}
			if test.counted != "" {
				want[test.counted] = 1
			}
			if got := p.Counts(); got.RoundTrips != test.trips || !maps.Equal(got.Answers, want) || (got.Lost == 1) != test.lost {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestMongoRefusesNonsense(t *testing.T) {
	t.Parallel()
	for _, length := range []uint32{0, mongoHeader, mongoLimit + 1, 1 << 31} {
		client, near := net.Pipe()
		go client.Write(binary.LittleEndian.AppendUint32(nil, length))
		if err := NewMongo().Requests(&Proxy{}, io.Discard, near); err == nil {
			t.Errorf("a message of %d bytes passes", length)
		}
		client.Close()
	}
}
