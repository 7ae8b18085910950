package fronts

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/tenon-go/tenon/conformance/internal/mutants/created"
	"github.com/tenon-go/tenon/spec"
)

func idMutants() []Mutant {
	return []Mutant{
		{Name: "ids_are_measured_in_characters", Clause: "IDS-03", Subject: alterRich(before(spec.OpCreateUser, func(c *richCall) {
			if len(c.id) > spec.MaxIDBytes && utf8.RuneCountInString(c.id) <= spec.MaxIDBytes {
				c.answer(nil) // the memory adapter cannot hold it
			}
		}))},
		{Name: "a_new_sessions_user_id_is_not_checked", Clause: "IDS-03", Subject: alterRich(before(spec.OpCreateSession, func(c *richCall) {
			if c.session.UserID != "" && !spec.ValidID(c.session.UserID) {
				c.answer(spec.ErrUserNotFound)
			}
		}))},
		{Name: "reading_an_invalid_id_is_an_error", Clause: "IDS-03", Subject: alterRich(before(spec.OpSession, func(c *richCall) {
			if !spec.ValidID(c.id) {
				c.answer(spec.ErrInvalid)
			}
		}))},
		{Name: "ids_end_at_a_nul", Clause: "IDS-03", Subject: alterRich(before(spec.OpSession, func(c *richCall) { c.id, _, _ = strings.Cut(c.id, "\x00") }))},
		{Name: "ids_are_repaired", Clause: "IDS-03", Subject: alterAll(idsRepaired, idsRepaired, idsRepaired)},
		{Name: "an_invalid_id_to_keep_is_an_error", Clause: "IDS-03", Subject: alterRich(before(spec.OpDeleteUserSessionsExcept, func(c *richCall) {
			for _, id := range c.keep {
				if !spec.ValidID(id) {
					c.answer(spec.ErrInvalid)
				}
			}
		}))},
		{Name: "an_empty_user_id_lists_anonymous_sessions", Clause: "IDS-04", Subject: alterAll(emptyListsAnonymous, emptyListsAnonymous, emptyListsAnonymous)},
		{Name: "an_empty_user_id_deletes_anonymous_sessions", Clause: "IDS-04", Subject: alterAll(emptyDeletesAnonymous, emptyDeletesAnonymous, emptyDeletesAnonymous)},
		{Name: "deleting_the_empty_user_deletes_anonymous_sessions", Clause: "IDS-04",
			Subject: alterAll(emptyUserDeletesAnonymous, emptyUserDeletesAnonymous, emptyUserDeletesAnonymous)},
		{Name: "an_invalid_credential_to_swap_from_is_stale", Clause: "IDS-05", Subject: alterRich(before(spec.OpSwapLease, func(c *richCall) {
			if _, err := c.from.Normal(); err != nil {
				c.answer(spec.ErrStale)
			}
		}))},
		{Name: "credentials_are_not_checked", Clause: "IDS-05", Subject: alterAll(credentialsUnchecked, credentialsUnchecked, credentialsUnchecked)},
	}
}

// idsRepaired changes every id that is passed to the store.
func idsRepaired[U, S any](a *altered[U, S]) {
	repair := func(ids ...*string) {
		for _, id := range ids {
			*id = strings.ToValidUTF8(*id, "\ufffd")
		}
	}
	a.before(everyCall, func(c *call[U, S]) {
		repair(&c.id, &c.user.ID, &c.session.ID, &c.session.UserID, &c.sweep.UserID)
		c.keep = slices.Clone(c.keep)
		for i := range c.keep {
			repair(&c.keep[i])
		}
	})
}

// credentialsUnchecked changes every credential that is passed to the store.
func credentialsUnchecked[U, S any](a *altered[U, S]) {
	repair := func(credential *string) {
		valid := strings.ToValidUTF8(*credential, "\ufffd")
		*credential = created.CutAt(spec.MaxIDBytes)(strings.ReplaceAll(valid, "\x00", ""))
	}
	a.before(spec.OpCreateSession, func(c *call[U, S]) { repair(&c.session.Credential) })
	a.before(spec.OpSwapLease, func(c *call[U, S]) {
		repair(&c.from.Credential)
		repair(&c.to.Credential)
	})
}
