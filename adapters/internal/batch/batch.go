// Package batch chooses the sizes of a sweep's batches by the time that they take, so that
// other writers wait about equally long on slow and on fast engines.
package batch

import "time"

const (
	least = 25   // so that a sweep of many rows ends even if round trips are slow
	most  = 1000 // so that a statement and its locks stay small
)

// Sizer chooses the sizes of the batches of one sweep. The first batch is small: on a slow
// server a row takes some tenths of a millisecond.
type Sizer struct {
	aim         time.Duration // how long a batch should take
	rows        int64
	checkpoints bool // a batch in a few takes longer, because it also writes a checkpoint
	late        bool // a batch has taken longer than aim
}

// OnServer returns a Sizer for a SQL server. A batch locks only the rows that it deletes. It
// should take less than 10 ms, and a row can take three times as long as one before.
func OnServer() *Sizer { return &Sizer{aim: 3 * time.Millisecond, rows: least} }

// InTwoCalls returns a Sizer for MongoDB. A batch is a query and a deletion. With an aim of
// 3 ms a row would take a quarter longer, because each batch has two round trips, and other
// writers would wait as long.
func InTwoCalls() *Sizer { return &Sizer{aim: 5 * time.Millisecond, rows: least} }

// InScript returns a Sizer for Redis. A batch is a script, for which all other clients wait.
// With an aim of 1 ms a sweep would take a tenth longer.
func InScript() *Sizer { return &Sizer{aim: 2 * time.Millisecond, rows: least} }

// InFile returns a Sizer for SQLite. A batch waits for the disk once and blocks all
// writers. It should take less than 40 ms.
func InFile() *Sizer { return &Sizer{aim: 15 * time.Millisecond, rows: least, checkpoints: true} }

// Rows returns the size of the next batch.
func (s *Sizer) Rows() int64 { return s.rows }

// Took chooses the size of the next batch by the rows and the time of the last one. If that
// had fewer rows than it could have, the size stays as it is. Otherwise it becomes at least
// half of what it was, because a single batch can have waited for a lock, and at most twice
// that. If batches write checkpoints, sizes grow by at most a quarter after the first batch
// that took longer than the aim. Otherwise the batch with the next checkpoint would be one
// of the largest.
func (s *Sizer) Took(rows int64, took time.Duration) {
	if rows < s.rows {
		return
	}
	s.late = s.late || took > s.aim
	largest := 2 * s.rows
	if s.checkpoints && s.late {
		largest = s.rows + s.rows/4
	}
	fitting := largest
	if took > 0 {
		fitting = int64(float64(s.rows) * float64(s.aim) / float64(took))
	}
	s.rows = min(max(min(max(fitting, s.rows/2), largest), least), most)
}
