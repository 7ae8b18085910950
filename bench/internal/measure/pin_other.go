//go:build !linux

package measure

import "errors"

// Pin is not possible here.
func Pin(int) error { return errors.New("a process can be pinned to a processor on Linux only") }
