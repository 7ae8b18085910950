// Package batch sizes the batches of a sweep by the time that they take, so that
// other writers wait for about as long on a slow engine as on a fast one.
package batch

import "time"

// How long a batch should take. SQLite's waits for the disk once and holds the
// lock of all writers; a server's locks only the rows that it deletes.
const (
	OnServer = 8 * time.Millisecond
	InFile   = 30 * time.Millisecond
)

const (
	// First is how many rows the first batch of a sweep has.
	First = 100

	least = 25   // so that a sweep of many rows ends where each round trip is slow
	most  = 1000 // so that a statement and its locks stay small
)

// Size returns how many rows the next batch should have so that it takes about
// aim, if the last one, of rows rows, took took. It is at most twice as large as the
// last one, and at least half of it, since one batch may have waited for a lock.
func Size(rows int64, took, aim time.Duration) int64 {
	fitting := 2 * rows
	if took > 0 {
		fitting = int64(float64(rows) * float64(aim) / float64(took))
	}
	return min(max(min(max(fitting, rows/2), 2*rows), least), most)
}
