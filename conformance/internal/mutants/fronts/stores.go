package fronts

import (
	"errors"
	"sync/atomic"

	"github.com/tenon-go/tenon/spec"
)

func storeMutants() []Mutant {
	return []Mutant{
		{Name: "second_close_fails", Clause: "STO-04", Subject: alterRich(func(a *richAltered) {
			var closed atomic.Bool
			a.before(spec.OpClose, func(c *richCall) {
				if closed.Swap(true) {
					c.answer(spec.ErrClosed)
				}
			})
		})},
		{Name: "sessions_are_read_after_close", Clause: "STO-04", Subject: alterRich(func(a *richAltered) {
			// It has a cache that Close does not empty.
			var last atomic.Pointer[spec.Session[richSession]]
			a.after(spec.OpCreateSession, func(c *richCall) {
				if c.err == nil {
					last.Store(&c.session)
				}
			})
			a.after(spec.OpSession, func(c *richCall) {
				if cached := last.Load(); errors.Is(c.err, spec.ErrClosed) && cached != nil {
					c.session, c.err = *cached, nil
				}
			})
		})},
		{Name: "user_by_after_close_is_not_found", Clause: "STO-04", Subject: alterRich(after(spec.OpUserBy, func(c *richCall) {
			if errors.Is(c.err, spec.ErrClosed) {
				c.err = spec.ErrUserNotFound
			}
		}))},
		{Name: "migrate_after_close_succeeds", Clause: "STO-04", Subject: alterAll(migratesAfterClose, migratesAfterClose, migratesAfterClose)},
		{Name: "ping_after_close_succeeds", Clause: "STO-04", Subject: alterRich(before(spec.OpPing, func(c *richCall) { c.answer(c.ctx.Err()) }))},
		// It reports the ErrClosed of the store that it wraps as an outage.
		{Name: "call_during_close_is_unavailable", Clause: "STO-04", Subject: alterRich(after(spec.OpUserSessions, func(c *richCall) {
			if errors.Is(c.err, spec.ErrClosed) {
				c.err = spec.ErrUnavailable
			}
		}))},
		{Name: "close_during_calls_panics", Clause: "STO-04", Subject: alterRich(after(spec.OpDeleteSession, func(c *richCall) {
			if errors.Is(c.err, spec.ErrClosed) {
				panic("send on closed channel")
			}
		}))},
	}
}

func migratesAfterClose[U, S any](a *altered[U, S]) {
	succeed := func(c *call[U, S]) { c.answer(c.ctx.Err()) }
	a.before(spec.OpMigrate, succeed)
	a.before(spec.OpCheck, succeed)
}
