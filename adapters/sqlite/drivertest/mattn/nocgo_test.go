//go:build !cgo

package mattn_test

import "testing"

func TestDriver(t *testing.T) {
	t.Skip("NOT JUDGED: github.com/mattn/go-sqlite3 is C, and cgo is off")
}
