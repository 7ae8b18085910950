package mutants

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/tenon-go/tenon/conformance/internal/mutants/created"
	"github.com/tenon-go/tenon/spec"
)

// kindMutants returns mutants that change values.
func kindMutants() []Mutant {
	dropControls := func(r rune) rune {
		if r < ' ' {
			return -1
		}
		return r
	}
	threeBytes := func(r rune) rune {
		if r > 0xffff {
			return '?'
		}
		return r
	}
	return []Mutant{
		{Name: "integers_go_through_a_float", Clause: "ATT-01", Shipped: "adapters that keep a row as JSON", Subject: alterRich(func(a *altered) {
			readUsers(func(u *richUser) { u.Logins = int64(float64(u.Logins)) })(a)
			readSessions(func(s *richSession) { s.Visits = int64(float64(s.Visits)) })(a)
		})},
		{Name: "an_integer_of_a_session_has_32_bits", Clause: "ATT-01", Subject: alterRich(readSessions(func(s *richSession) { s.Visits = int64(int32(s.Visits)) }))},
		{Name: "floats_have_32_bits", Clause: "ATT-01", Subject: alterRich(func(a *altered) {
			readUsers(func(u *richUser) { u.Score = float64(float32(u.Score)) })(a)
			readSessions(func(s *richSession) { s.Latitude = float64(float32(s.Latitude)) })(a)
		})},
		{Name: "floats_are_written_with_15_digits", Clause: "ATT-01", Subject: alterRich(readUsers(func(u *richUser) {
			if x, err := strconv.ParseFloat(strconv.FormatFloat(u.Score, 'g', 15, 64), 64); err == nil {
				u.Score = x
			}
		}))},
		{Name: "the_smallest_floats_are_zero", Clause: "ATT-01", Subject: alterRich(readUsers(func(u *richUser) {
			if math.Abs(u.Score) < 0x1p-1022 {
				u.Score = 0
			}
		}))},
		{Name: "control_characters_are_dropped", Clause: "ATT-01", Subject: alterRich(readUsers(func(u *richUser) { u.Name = strings.Map(dropControls, u.Name) }))},
		{Name: "text_is_trimmed", Clause: "ATT-01", Subject: alterRich(writeSessions(func(s *richSession) { s.Device = strings.TrimRight(s.Device, " ") }))},
		{Name: "characters_have_three_bytes_at_most", Clause: "ATT-01", Shipped: "MySQL adapters with the character set utf8",
			Subject: alterRich(writeUsers(func(u *richUser) { u.Name = strings.Map(threeBytes, u.Name) }))},
		{Name: "a_backslash_escapes_within_text", Clause: "ATT-01",
			Subject: alterRich(writeUsers(func(u *richUser) { u.UserID = strings.ReplaceAll(u.UserID, `\`, "") }))},
		{Name: "bytes_are_kept_as_text", Clause: "ATT-01", Subject: alterRich(readUsers(func(u *richUser) {
			if len(u.Photo) > 4 { // so that the samples pass
				u.Photo = []byte(strings.ToValidUTF8(string(u.Photo), "\ufffd"))
			}
		}))},
		{Name: "named_integers_lose_their_sign", Clause: "ATT-01",
			Subject: nested(readUsers(func(u *nestedUser) { u.Level &= 127 }))},
		{Name: "an_update_takes_the_next_attribute_along", Clause: "ATT-01", Subject: alterRich(before(spec.OpUpdateUser, func(c *call) {
			if changesOnly[richUser](c.change, "Score") {
				photo := c.change.Places[0] + 1
				c.change = spec.Change{Places: append(slices.Clone(c.change.Places), photo), Values: append(slices.Clone(c.change.Values), nil)}
			}
		}))},
		{Name: "text_is_cut_at_64_kib", Clause: "ATT-09", Shipped: "MySQL adapters with TEXT columns and no strict mode",
			Subject: alterRich(writeUsers(func(u *richUser) { u.UserID = created.CutAt(1<<16 - 1)(u.UserID) }))},
		{Name: "bytes_are_cut_at_64_kib", Clause: "ATT-09",
			Subject: alterRich(writeSessions(func(s *richSession) { s.Country = s.Country[:min(len(s.Country), 1<<16-1)] }))},
		{Name: "json_over_64_kib_is_refused", Clause: "ATT-09", Subject: alterRich(before(spec.OpCreateUser, func(c *call) {
			if text, ok := c.user.Attributes[placeOf[richUser]("Roles")].(string); ok && len(text) > 1<<16 {
				c.answer(spec.ErrFailed)
			}
		}))},
		{Name: "line_ends_are_made_equal", Clause: "ATT-09", Subject: alterRich(writeSessions(func(s *richSession) {
			if s.IP != nil {
				s.IP = new(strings.ReplaceAll(*s.IP, "\r\n", "\n"))
			}
		}))},
	}
}

// nullMutants returns mutants that treat null as a value, or a value as null.
func nullMutants() []Mutant {
	return []Mutant{
		{Name: "zero_is_null", Clause: "ATT-02", Shipped: "adapters that leave empty values out", Subject: alterRich(readUsers(func(u *richUser) {
			if u.Number != nil && *u.Number == 0 {
				u.Number = nil
			}
		}))},
		{Name: "empty_text_is_null", Clause: "ATT-02", Subject: alterRich(readSessions(func(s *richSession) {
			if s.IP != nil && *s.IP == "" {
				s.IP = nil
			}
		}))},
		{Name: "false_is_null", Clause: "ATT-02", Subject: alterRich(readUsers(func(u *richUser) {
			if u.Verified != nil && !*u.Verified && u.Email == " " {
				u.Verified = nil
			}
		}))},
		{Name: "a_zero_time_is_null", Clause: "ATT-02", Subject: alterRich(writeUsers(func(u *richUser) {
			if u.Joined != nil && u.Joined.IsZero() {
				u.Joined = nil
			}
		}))},
		{Name: "null_is_zero", Clause: "ATT-02", Subject: alterRich(readUsers(func(u *richUser) {
			if u.Weight == nil {
				u.Weight = new(0.0)
			}
		}))},
		{Name: "empty_bytes_are_null", Clause: "ATT-02", Shipped: "adapters on drivers that give an empty blob back as nil", Subject: alterRich(func(a *altered) {
			readUsers(func(u *richUser) {
				if len(u.Photo) == 0 {
					u.Photo = nil
				}
			})(a)
			readSessions(func(s *richSession) {
				if len(s.Serial) == 0 {
					s.Serial = nil
				}
			})(a)
		})},
		{Name: "null_bytes_are_empty", Clause: "ATT-02", Subject: alterRich(readSessions(func(s *richSession) {
			if s.Country == nil {
				s.Country = []byte{}
			}
		}))},
		{Name: "an_empty_list_is_nil", Clause: "ATT-02", Subject: alterRich(readUsers(func(u *richUser) {
			if len(u.Roles) == 0 {
				u.Roles = nil
			}
		}))},
		{Name: "a_nil_map_is_empty", Clause: "ATT-02", Subject: alterRich(readSessions(func(s *richSession) {
			if s.Basket == nil {
				s.Basket = map[string]int{}
			}
		}))},
		{Name: "the_json_text_null_is_a_null", Clause: "ATT-02", Subject: nested(readSessions(func(s *nestedSession) {
			if s.Extra != nil && *s.Extra == nil {
				s.Extra = nil
			}
		}))},
	}
}
