package spec_test

import (
	"context"
	"io"
	"testing"

	"github.com/tenon-go/tenon/spec"
)

// store can be pinged. wrapper only adds a layer. closer is a layer that can itself be
// closed and pinged.
type (
	store   struct{}
	wrapper struct{ inner any }
	closer  struct{ wrapper }
	// stringer has an Unwrap with another signature, like that of errors.
	stringer struct{ inner error }
)

func (*store) Ping(context.Context) error  { return nil }
func (w *wrapper) Unwrap() any             { return w.inner }
func (*closer) Close() error               { return nil }
func (*closer) Ping(context.Context) error { return io.EOF }
func (s *stringer) Unwrap() error          { return s.inner }
func (s *stringer) Error() string          { return "" }

func TestAs(t *testing.T) {
	t.Parallel()
	base := &store{}
	outer := &closer{wrapper{base}}
	for name, test := range map[string]struct {
		adapter any
		want    spec.Pinger
	}{
		"itself":            {base, base},
		"wrapped":           {&wrapper{base}, base},
		"wrapped twice":     {&wrapper{&wrapper{base}}, base},
		"the outermost":     {outer, outer},
		"below a wrapper":   {&wrapper{outer}, outer},
		"nil":               {nil, nil},
		"wrapped nil":       {&wrapper{nil}, nil},
		"nil pointer":       {(*store)(nil), (*store)(nil)},
		"no such method":    {&wrapper{&wrapper{struct{}{}}}, nil},
		"another Unwrap":    {&stringer{}, nil},
		"not even a struct": {5, nil},
	} {
		got, ok := spec.As[spec.Pinger](test.adapter)
		if got != test.want || ok != (test.want != nil) {
			t.Errorf("%s: %v %t, want %v", name, got, ok, test.want)
		}
	}
	if c, ok := spec.As[io.Closer](&wrapper{outer}); !ok || c != io.Closer(outer) {
		t.Errorf("io.Closer: %v %t", c, ok)
	}
	if s, ok := spec.As[*store](outer); !ok || s != base {
		t.Errorf("a concrete type: %v %t", s, ok)
	}
	if _, ok := spec.As[spec.Migrator](outer); ok {
		t.Error("found what is not there")
	}
}
