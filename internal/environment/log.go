package environment

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"sync"
)

// Log keeps results in a file, one line of JSON for each, so a run can be resumed. A Log
// without a file keeps them in memory. It is safe for concurrent use.
type Log struct {
	mu      sync.Mutex
	file    *os.File // nil: in memory
	seen    map[[4]string]bool
	results []Result
}

// OpenLog opens a log with the results in the file. It creates the file if it does not
// exist. It drops an incomplete last line.
func OpenLog(path string) (*Log, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, err
	}
	l := NewLog()
	l.file = file
	if err := l.read(); err != nil {
		file.Close()
		return nil, fmt.Errorf("environment: reading %s: %w", path, err)
	}
	return l, nil
}

// NewLog returns a log without a file.
func NewLog() *Log { return &Log{seen: make(map[[4]string]bool)} }

// read reads the results of the file and sets its offset to their end.
func (l *Log) read() error {
	r, end := bufio.NewReader(l.file), int64(0)
	for {
		line, err := r.ReadBytes('\n')
		if err != nil {
			break // the end, or an incomplete line
		}
		result, err := decode(line)
		if err != nil {
			return err
		}
		l.add(result)
		end += int64(len(line))
	}
	if err := l.file.Truncate(end); err != nil {
		return err
	}
	_, err := l.file.Seek(end, 0)
	return err
}

func decode(line []byte) (Result, error) {
	var r Result
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	err := d.Decode(&r)
	return r, err
}

func (l *Log) add(r Result) {
	l.seen[r.key()] = true
	l.results = append(l.results, r)
}

// Has reports whether the log has a result for a case.
func (l *Log) Has(c Case) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.seen[c.key()]
}

// Append adds a result.
func (l *Log) Append(r Result) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file != nil {
		line, err := encode(r)
		if err != nil {
			return err
		}
		if _, err := l.file.Write(line); err != nil {
			return err
		}
	}
	l.add(r)
	return nil
}

// encode returns a result as a line of JSON for people, in which < and > are not escaped.
func encode(r Result) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(r)
	return b.Bytes(), err
}

// Results returns the results in the order in which they were added.
func (l *Log) Results() []Result {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]Result(nil), l.results...)
}

// Close closes the file.
func (l *Log) Close() error {
	if l.file == nil {
		return nil
	}
	return l.file.Close()
}

// WriteResults writes results in the format of a log.
func WriteResults(w io.Writer, results []Result) error {
	for _, r := range results {
		line, err := encode(r)
		if err != nil {
			return err
		}
		if _, err := w.Write(line); err != nil {
			return err
		}
	}
	return nil
}
