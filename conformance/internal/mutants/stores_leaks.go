package mutants

import (
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/spec"
)

// leakMutants returns mutants that leak something with each call.
func leakMutants() []Mutant {
	const long = 100
	linger := func() { go func() { <-time.After(time.Minute) }() } // longer than a check takes
	return []Mutant{
		{Name: "absent_session_leaves_a_goroutine", Clause: "STO-03", Subject: alterRich(after(spec.OpSession, func(c *call) {
			if errors.Is(c.err, spec.ErrSessionNotFound) {
				linger()
			}
		}))},
		{Name: "interrupted_call_leaves_a_goroutine", Clause: "STO-03", Shipped: "drivers that watch a context", Subject: alterRich(after(spec.OpUserSessions, func(c *call) {
			if c.ctx.Err() != nil {
				linger()
			}
		}))},
		{Name: "each_write_leaves_a_goroutine", Clause: "STO-03", Subject: alterRich(before(spec.OpDeleteSession, func(*call) { linger() }))},
		{Name: "a_null_keeps_its_connection", Clause: "STO-03", Shipped: "adapters that return early where Scan fails", Subject: alterRich(func(a *altered) {
			p := poolOf(a.store)
			a.around(spec.OpUser, func(c *call, do func()) {
				give, ok := p.take(1)
				if !ok {
					c.err = spec.ErrUnavailable
				} else if do(); !slices.Contains(c.user.Attributes, nil) {
					give()
				}
			})
		})},
		{Name: "a_long_list_keeps_its_connection", Clause: "SES-10",
			Options: conformance.Options{Target: new(sync.Map), InUse: func(_ conformance.TB, s conformance.Store) int {
				p, open := s.Target.(*sync.Map).Load(s.Name)
				if !open {
					return 0
				}
				return int(-p.(*pool).left.Load())
			}},
			Subject: alterAll(func(a *altered) {
				p := poolOf(a.store)
				a.store.Target.(*sync.Map).Store(a.store.Name, p)
				a.around(spec.OpUserSessions, func(c *call, do func()) {
					give, _ := p.take(1)
					if do(); len(c.list) < long {
						give()
					}
				})
			})},
		{Name: "a_long_list_leaves_goroutines", Clause: "SES-10", Subject: alterAll(after(spec.OpUserSessions, func(c *call) {
			for range len(c.list) / long {
				linger()
			}
		}))},
		{Name: "close_leaves_a_goroutine", Clause: "STO-04", Shipped: "adapters that sweep in the background", Subject: alterRich(before(spec.OpClose, func(*call) { linger() }))},
	}
}
