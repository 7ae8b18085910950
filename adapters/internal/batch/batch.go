// Package batch chooses the sizes of a sweep's batches by the time that they take, so that
// other writers wait about equally long on slow and on fast engines.
package batch

import "time"

// How long a batch should take. A batch in SQLite waits for the disk once and blocks all
// writers. A batch on a server locks only the rows that it deletes.
const (
	OnServer = 5 * time.Millisecond
	InFile   = 20 * time.Millisecond
)

const (
	// First is the size of the first batch of a sweep. On a slow server a row takes some
	// tenths of a millisecond.
	First = least

	least = 25   // so that a sweep of many rows ends even if round trips are slow
	most  = 1000 // so that a statement and its locks stay small
)

// Size returns the size of the next batch, so that it takes about aim. The last batch had
// this many rows and took this long. The result is at least half and at most twice rows,
// because a single batch can have waited for a lock.
func Size(rows int64, took, aim time.Duration) int64 {
	fitting := 2 * rows
	if took > 0 {
		fitting = int64(float64(rows) * float64(aim) / float64(took))
	}
	return min(max(min(max(fitting, rows/2), 2*rows), least), most)
}
