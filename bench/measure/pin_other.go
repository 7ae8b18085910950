//go:build !linux

package measure

import "errors"

// Pin is not possible here.
func Pin(int) (undo func() error, err error) {
	return nil, errors.New("a process can be pinned to a processor on Linux only")
}
