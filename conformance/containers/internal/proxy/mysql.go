package proxy

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"strconv"
	"strings"
	"sync"
)

// MySQL is the protocol of MySQL and MariaDB on one connection, without
// encryption and compression: clients must not ask for them.
//
// Every packet is its length in three bytes, a sequence number and the payload. A
// command has the sequence number 0, and the first packet of its answer has 1. Packets
// of the sign-in have other numbers.
type MySQL struct {
	mu         sync.Mutex
	pending    *mysqlCommand            // sent, and not yet answered
	statements map[uint32]*mysqlCommand // prepared statements, by id
}

// mysqlCommand is a client's command.
type mysqlCommand struct {
	kind    string // "INSERT", or "PREPARE"
	prepare string // the verb of the statement to prepare
}

const mysqlHeader = 4

// The commands that need special treatment.
const (
	mysqlQuit     = 0x01
	mysqlQuery    = 0x03
	mysqlPrepare  = 0x16
	mysqlExecute  = 0x17
	mysqlLongData = 0x18
	mysqlClose    = 0x19
)

// The first bytes of the packets of an answer.
const (
	mysqlOK    = 0x00
	mysqlError = 0xff
)

// mysqlInTransaction is the status flag of an open transaction.
const mysqlInTransaction = 0x0001

// Requests counts the commands that have an answer. It counts the answers of those that
// prepare a statement, as "PREPARE".
func (m *MySQL) Requests(p *Proxy, to io.Writer, from io.Reader) error {
	r, w := bufio.NewReaderSize(from, 1<<16), bufio.NewWriter(to)
	for {
		header, err := r.Peek(mysqlHeader)
		if err != nil {
			return err
		}
		length := mysqlLength(header)
		if header[3] == 0 && length > 0 {
			// A statement begins with its verb, so its first bytes are enough.
			start, err := r.Peek(mysqlHeader + min(length, 1024))
			if err != nil {
				return err
			}
			if m.command(start[mysqlHeader:]) {
				p.CountRoundTrip()
			}
		}
		if err := forward(r, w, int64(mysqlHeader+length)); err != nil {
			return err
		}
	}
}

// command records a command and reports whether it has an answer.
func (m *MySQL) command(body []byte) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	command := &mysqlCommand{}
	switch text := string(body[1:]); body[0] {
	case mysqlQuit, mysqlLongData, mysqlClose:
		return false
	case mysqlQuery:
		command.kind = verb(text)
	case mysqlPrepare:
		command.kind, command.prepare = "PREPARE", verb(text)
	case mysqlExecute:
		if len(body) >= 5 {
			if statement := m.statements[binary.LittleEndian.Uint32(body[1:])]; statement != nil {
				command = statement
			}
		}
	}
	m.pending = command
	return true
}

// verb returns the first word of a statement, after a SET STATEMENT … FOR.
func verb(statement string) string {
	if rest, settings := strings.CutPrefix(statement, "SET STATEMENT "); settings {
		_, statement, _ = strings.Cut(rest, " FOR ")
	}
	word, _, _ := strings.Cut(strings.TrimLeft(statement, " \t\r\n("), " ")
	return strings.ToUpper(word)
}

// Answers counts answers and errors. A write is applied when the answer says
// that no transaction is open.
func (m *MySQL) Answers(p *Proxy, to io.Writer, from io.Reader) error {
	r, w := bufio.NewReaderSize(from, 1<<16), bufio.NewWriter(to)
	for {
		header, err := r.Peek(mysqlHeader)
		if err != nil {
			return err
		}
		length := mysqlLength(header)
		start, err := r.Peek(mysqlHeader + min(length, 1024))
		if err != nil {
			return err
		}
		if body := start[mysqlHeader:]; len(body) > 0 && m.answer(p, header[3], body) && p.Lose() {
			return nil
		}
		if err := forward(r, w, int64(mysqlHeader+length)); err != nil {
			return err
		}
	}
}

// answer counts a packet, if it is an error or the first packet of an answer. It reports
// whether the packet says that a write is applied.
func (m *MySQL) answer(p *Proxy, number byte, body []byte) (applied bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	command := m.pending
	if body[0] == mysqlError && len(body) >= 3 && number > 0 {
		if command != nil {
			p.CountAnswer(strconv.Itoa(int(binary.LittleEndian.Uint16(body[1:]))))
		}
		m.pending = nil
		return false
	}
	if command == nil || number != 1 {
		return false
	}
	m.pending = nil
	p.CountAnswer(command.kind)
	if body[0] != mysqlOK {
		return false // rows
	}
	if command.prepare != "" && len(body) >= 5 {
		if m.statements == nil {
			m.statements = map[uint32]*mysqlCommand{}
		}
		m.statements[binary.LittleEndian.Uint32(body[1:])] = &mysqlCommand{kind: command.prepare}
		return false
	}
	flags := bytes.NewReader(body[1:])
	for range 2 { // the number of rows and the last insert id
		if !skipNumber(flags) {
			return false
		}
	}
	low, err := flags.ReadByte()
	return err == nil && low&mysqlInTransaction == 0 && isWrite(command.kind)
}

// skipNumber skips a length-encoded integer.
func skipNumber(r *bytes.Reader) bool {
	first, err := r.ReadByte()
	skip := map[byte]int64{0xfc: 2, 0xfd: 3, 0xfe: 8}[first]
	if err != nil || int64(r.Len()) < skip {
		return false
	}
	_, err = r.Seek(skip, io.SeekCurrent)
	return err == nil
}

func mysqlLength(header []byte) int {
	return int(header[0]) | int(header[1])<<8 | int(header[2])<<16
}
