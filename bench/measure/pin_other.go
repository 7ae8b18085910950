//go:build !linux

package measure

import "errors"

// Pin returns an error: it works only on Linux.
func Pin(int) (undo func() error, err error) {
	return nil, errors.New("a process can be pinned to a processor only on Linux")
}
