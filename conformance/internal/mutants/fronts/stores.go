package fronts

import (
	"slices"
)

func storeMutants() []Mutant {
	return slices.Concat([]Mutant{
		{Name: "second_close_fails", Clause: "STO-04",
			Subject: subjectOf(secondCloseFails, secondCloseFails, secondCloseFails)},
		{Name: "sessions_are_read_after_close", Clause: "STO-04",
			Subject: subjectOf(readsAfterClose, readsAfterClose, readsAfterClose)},
		{Name: "user_by_after_close_is_not_found", Clause: "STO-04",
			Subject: subjectOf(userByAfterClose, userByAfterClose, userByAfterClose)},
		{Name: "migrate_after_close_succeeds", Clause: "STO-04",
			Subject: subjectOf(migratesAfterClose, migratesAfterClose, migratesAfterClose)},
		{Name: "ping_after_close_succeeds", Clause: "STO-04",
			Subject: subjectOf(pingAfterClose, pingAfterClose, pingAfterClose)},
		{Name: "call_during_close_is_unavailable", Clause: "STO-04",
			Subject: subjectOf(closingIsUnavailable, closingIsUnavailable, closingIsUnavailable)},
		{Name: "close_during_calls_panics", Clause: "STO-04",
			Subject: subjectOf(panicsOnceClosed, panicsOnceClosed, panicsOnceClosed)},
	})
}
