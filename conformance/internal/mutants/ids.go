package mutants

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/tenon-go/tenon/conformance/internal/mutants/created"
	"github.com/tenon-go/tenon/spec"
)

func idMutants() []Mutant {
	return []Mutant{
		{Name: "ids_are_compared_without_case", Clause: "IDS-01", Shipped: "MySQL adapters with the default collation", Subject: alterAll(foldedIDs(strings.ToLower))},
		{Name: "ids_are_compared_without_trailing_spaces", Clause: "IDS-01", Shipped: "MySQL adapters with utf8mb4_bin",
			Subject: alterAll(foldedIDs(func(id string) string { return strings.TrimRight(id, " ") }))},
		{Name: "ids_are_normalized", Clause: "IDS-01", Subject: alterAll(foldedIDs(strings.NewReplacer("e\u0301", "é", "A\u030a", "\u00c5").Replace))},
		{Name: "ids_are_compared_as_numbers", Clause: "IDS-01", Shipped: "adapters with an integer id column on MySQL", Subject: alterAll(foldedIDs(func(id string) string {
			if m := leadingDigits.FindStringSubmatch(id); m != nil {
				if n, err := strconv.Atoi(m[1]); err == nil {
					return strconv.Itoa(n)
				}
			}
			return id
		}))},
		{Name: "a_user_with_the_id_0_gets_another", Clause: "IDS-01", Shipped: "adapters with an AUTO_INCREMENT column on MySQL",
			Subject: alterAll(before(spec.OpCreateUser, func(c *call) {
				if c.user.ID == "0" { // a request for the next id
					c.user.ID = "4711"
				}
			}))},
		{Name: "delete_session_ignores_case", Clause: "IDS-01", Subject: alterAll(func(a *altered) {
			created := recordCreated(a)
			a.around(spec.OpDeleteSession, func(c *call, do func()) {
				id := c.id
				for _, c.id = range created.Sessions(func(other, _ string) bool { return strings.EqualFold(other, id) }) {
					if do(); c.err != nil {
						return
					}
				}
			})
		})},
		{Name: "delete_user_matches_a_pattern", Clause: "IDS-01", Subject: alterAll(func(a *altered) {
			created := recordCreated(a)
			a.around(spec.OpDeleteUser, func(c *call, do func()) {
				like := strings.NewReplacer("%", ".*", "_", ".").Replace(regexp.QuoteMeta(c.id))
				pattern := regexp.MustCompile("(?s)^" + like + "$")
				for _, c.id = range created.Users() {
					if pattern.MatchString(c.id) && c.err == nil {
						do()
					}
				}
			})
		})},
		{Name: "session_ids_are_trimmed_on_read", Clause: "IDS-01", Subject: alterAll(around(spec.OpSession, func(c *call, do func()) {
			if do(); errors.Is(c.err, spec.ErrSessionNotFound) {
				c.id = strings.TrimSpace(c.id)
				do()
			}
		}))},
		{Name: "ids_to_keep_ignore_case", Clause: "IDS-01", Subject: alterAll(func(a *altered) {
			created := recordCreated(a)
			a.before(spec.OpDeleteUserSessions, func(c *call) {
				keep := c.keep
				c.keep = created.Sessions(func(id, _ string) bool {
					return slices.ContainsFunc(keep, func(k string) bool { return strings.EqualFold(k, id) })
				})
			})
		})},
		{Name: "sessions_are_listed_by_a_prefix_of_the_key", Clause: "IDS-01", Shipped: "adapters for key-value stores", Subject: alterAll(func(a *altered) {
			listsToo(a, func(userID, id, owner string) bool {
				return owner != "" && owner != userID && strings.HasPrefix(owner+":"+id, userID+":")
			})
		})},
		{Name: "users_and_sessions_share_their_keys", Clause: "IDS-01", Subject: alterAll(func(a *altered) {
			created := recordCreated(a)
			a.before(spec.OpCreateSession, func(c *call) {
				if slices.Contains(created.Users(), c.id) {
					c.answer(spec.ErrSessionExists)
				}
			})
		})},
		{Name: "ids_are_cut_at_20_bytes", Clause: "IDS-02", Shipped: "adapters with an id column of VARCHAR(20)",
			Subject: alterAll(withIDs(created.CutAt(20), created.CutAt(20)))},
		{Name: "ids_over_36_bytes_are_refused", Clause: "IDS-02", Subject: alterAll(before(spec.OpCreateSession, func(c *call) {
			if len(c.id) > 36 {
				c.answer(spec.ErrFailed)
			}
		}))},
		{Name: "credentials_are_compared_without_case", Clause: "IDS-05", Shipped: "MySQL adapters with the default collation",
			Subject: alterAll(swapLoosely(func(there, from, _ spec.Lease) bool { return strings.EqualFold(there.Credential, from.Credential) }))},
		{Name: "credentials_are_cut_at_64_bytes", Clause: "IDS-05", Subject: alterAll(func(a *altered) {
			cut := func(credential *string) {
				if len(*credential) <= spec.MaxIDBytes {
					*credential = created.CutAt(64)(*credential)
				}
			}
			a.before(spec.OpCreateSession, func(c *call) { cut(&c.session.Credential) })
			a.before(spec.OpSwapLease, func(c *call) {
				cut(&c.from.Credential)
				cut(&c.to.Credential)
			})
		})},
		{Name: "an_empty_credential_is_refused", Clause: "IDS-05", Subject: alterAll(before(spec.OpCreateSession, func(c *call) {
			if c.session.Credential == "" {
				c.answer(spec.ErrInvalid)
			}
		}))},
	}
}

// withIDs changes every id that is passed to the adapter.
func withIDs(user, session func(string) string) func(*altered) {
	return before(everyCall, func(c *call) {
		switch c.op {
		case spec.OpUser, spec.OpUpdateUser, spec.OpDeleteUser, spec.OpUserSessions, spec.OpDeleteUserSessions:
			c.id = user(c.id)
		case spec.OpSession, spec.OpSessionAndUser, spec.OpUpdateSession, spec.OpSwapLease, spec.OpDeleteSession:
			c.id = session(c.id)
		}
		c.user.ID, c.session.ID = user(c.user.ID), session(c.session.ID)
		c.session.UserID, c.sweep.UserID = user(c.session.UserID), user(c.sweep.UserID)
		c.keep = slices.Clone(c.keep)
		for i, id := range c.keep {
			c.keep[i] = session(id)
		}
	})
}
