package mutants

import (
	"context"
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// kindMutants change values.
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
		{Name: "integers_go_through_a_float", Clause: "ATT-01", Shipped: "adapters that keep a row as JSON",
			Subject: rich(func(a *richAltered) {
				reading(a, func(u *richUser) { u.Logins = int64(float64(u.Logins)) }, func(s *richSession) { s.Visits = int64(float64(s.Visits)) })
			})},
		{Name: "an_integer_of_a_session_has_32_bits", Clause: "ATT-01",
			Subject: rich(func(a *richAltered) { reading(a, same, func(s *richSession) { s.Visits = int64(int32(s.Visits)) }) })},
		{Name: "floats_have_32_bits", Clause: "ATT-01",
			Subject: rich(func(a *richAltered) {
				reading(a, func(u *richUser) { u.Score = float64(float32(u.Score)) }, func(s *richSession) { s.Latitude = float64(float32(s.Latitude)) })
			})},
		{Name: "floats_are_written_with_15_digits", Clause: "ATT-01",
			Subject: rich(func(a *richAltered) {
				reading(a, func(u *richUser) {
					if x, err := strconv.ParseFloat(strconv.FormatFloat(u.Score, 'g', 15, 64), 64); err == nil {
						u.Score = x
					}
				}, same)
			})},
		{Name: "the_smallest_floats_are_zero", Clause: "ATT-01",
			Subject: rich(func(a *richAltered) {
				reading(a, func(u *richUser) {
					if math.Abs(u.Score) < 0x1p-1022 {
						u.Score = 0
					}
				}, same)
			})},
		{Name: "control_characters_are_dropped", Clause: "ATT-01",
			Subject: rich(func(a *richAltered) {
				reading(a, func(u *richUser) { u.Name = strings.Map(dropControls, u.Name) }, same)
			})},
		{Name: "text_is_trimmed", Clause: "ATT-01",
			Subject: rich(func(a *richAltered) {
				writing(a, same, func(s *richSession) { s.Device = strings.TrimRight(s.Device, " ") })
			})},
		{Name: "characters_have_three_bytes_at_most", Clause: "ATT-01", Shipped: "MySQL adapters with the character set utf8",
			Subject: rich(func(a *richAltered) { writing(a, func(u *richUser) { u.Name = strings.Map(threeBytes, u.Name) }, same) })},
		{Name: "a_backslash_escapes_within_text", Clause: "ATT-01",
			Subject: rich(func(a *richAltered) {
				writing(a, func(u *richUser) { u.UserID = strings.ReplaceAll(u.UserID, `\`, "") }, same)
			})},
		{Name: "bytes_are_kept_as_text", Clause: "ATT-01",
			Subject: rich(func(a *richAltered) {
				reading(a, func(u *richUser) {
					if len(u.Photo) > 4 { // so that the samples pass
						u.Photo = []byte(strings.ToValidUTF8(string(u.Photo), "\ufffd"))
					}
				}, same)
			})},
		{Name: "named_integers_lose_their_sign", Clause: "ATT-01",
			Subject: nested(func(a *nestedAltered) { reading(a, func(u *nestedUser) { u.Level &= 127 }, same) })},
		{Name: "an_update_takes_the_next_attribute_along", Clause: "ATT-01",
			Subject: rich(func(a *richAltered) {
				a.updateUser = func(ctx context.Context, id string, attributes richUser, mask attr.Mask[richUser]) error {
					if list := names(mask); len(list) == 1 && list[0] == "Score" {
						wider, err := attr.Fields[richUser]("Score", "Photo")
						if err != nil {
							return err
						}
						mask = wider
					}
					return a.Store.UpdateUser(ctx, id, attributes, mask)
				}
			})},
		{Name: "text_is_cut_at_64_kib", Clause: "ATT-09", Shipped: "MySQL adapters with TEXT columns and no strict mode",
			Subject: rich(func(a *richAltered) { writing(a, func(u *richUser) { u.UserID = cutAt(1<<16 - 1)(u.UserID) }, same) })},
		{Name: "bytes_are_cut_at_64_kib", Clause: "ATT-09",
			Subject: rich(func(a *richAltered) {
				writing(a, same, func(s *richSession) { s.Country = s.Country[:min(len(s.Country), 1<<16-1)] })
			})},
		{Name: "json_over_64_kib_is_refused", Clause: "ATT-09",
			Subject: rich(func(a *richAltered) {
				a.createUser = func(ctx context.Context, u spec.User[richUser]) error {
					if text, err := json.Marshal(u.Attributes.Roles); err == nil && len(text) > 1<<16 {
						return spec.ErrFailed
					}
					return a.Store.CreateUser(ctx, u)
				}
			})},
		{Name: "line_ends_are_made_equal", Clause: "ATT-09",
			Subject: rich(func(a *richAltered) {
				writing(a, same, func(s *richSession) {
					if s.IP != nil {
						s.IP = new(strings.ReplaceAll(*s.IP, "\r\n", "\n"))
					}
				})
			})},
	}
}

// nullMutants take nothing for something, or the other way round.
func nullMutants() []Mutant {
	return []Mutant{
		{Name: "zero_is_null", Clause: "ATT-02", Shipped: "adapters that leave empty values out",
			Subject: rich(func(a *richAltered) {
				reading(a, func(u *richUser) {
					if u.Number != nil && *u.Number == 0 {
						u.Number = nil
					}
				}, same)
			})},
		{Name: "empty_text_is_null", Clause: "ATT-02",
			Subject: rich(func(a *richAltered) {
				reading(a, same, func(s *richSession) {
					if s.IP != nil && *s.IP == "" {
						s.IP = nil
					}
				})
			})},
		{Name: "false_is_null", Clause: "ATT-02",
			Subject: rich(func(a *richAltered) {
				reading(a, func(u *richUser) {
					if u.Verified != nil && !*u.Verified && u.Email == " " {
						u.Verified = nil
					}
				}, same)
			})},
		{Name: "a_zero_time_is_null", Clause: "ATT-02",
			Subject: rich(func(a *richAltered) {
				writing(a, func(u *richUser) {
					if u.Joined != nil && u.Joined.IsZero() {
						u.Joined = nil
					}
				}, same)
			})},
		{Name: "null_is_zero", Clause: "ATT-02",
			Subject: rich(func(a *richAltered) {
				reading(a, func(u *richUser) {
					if u.Weight == nil {
						u.Weight = new(0.0)
					}
				}, same)
			})},
		{Name: "empty_bytes_are_null", Clause: "ATT-02", Shipped: "adapters on drivers that give an empty blob back as nil",
			Subject: rich(func(a *richAltered) {
				reading(a, func(u *richUser) {
					if len(u.Photo) == 0 {
						u.Photo = nil
					}
				}, func(s *richSession) {
					if len(s.Serial) == 0 {
						s.Serial = nil
					}
				})
			})},
		{Name: "null_bytes_are_empty", Clause: "ATT-02",
			Subject: rich(func(a *richAltered) {
				reading(a, same, func(s *richSession) {
					if s.Country == nil {
						s.Country = []byte{}
					}
				})
			})},
		{Name: "an_empty_list_is_nil", Clause: "ATT-02",
			Subject: rich(func(a *richAltered) {
				reading(a, func(u *richUser) {
					if len(u.Roles) == 0 {
						u.Roles = nil
					}
				}, same)
			})},
		{Name: "a_nil_map_is_empty", Clause: "ATT-02",
			Subject: rich(func(a *richAltered) {
				reading(a, same, func(s *richSession) {
					if s.Basket == nil {
						s.Basket = map[string]int{}
					}
				})
			})},
		{Name: "the_json_text_null_is_a_null", Clause: "ATT-02",
			Subject: nested(func(a *nestedAltered) {
				reading(a, same, func(s *nestedSession) {
					if s.Extra != nil && *s.Extra == nil {
						s.Extra = nil
					}
				})
			})},
	}
}

// invalidMutants take what no store could hold.
func invalidMutants() []Mutant {
	repaired := func(text string) string {
		text = strings.ToValidUTF8(text, "\ufffd")
		text, _, _ = strings.Cut(text, "\x00")
		return text
	}
	clamped := func(t time.Time) time.Time {
		switch y := t.UTC().Year(); {
		case y < 1:
			return time.Time{}
		case y > 9999:
			return time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
		}
		return t
	}
	finite := func(x float64) float64 {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return 0
		}
		return x
	}
	return []Mutant{
		{Name: "text_is_repaired", Clause: "ATT-04",
			Subject: rich(func(a *richAltered) {
				writing(a, func(u *richUser) { u.Name = strings.ToValidUTF8(u.Name, "\ufffd") }, same)
			})},
		{Name: "text_ends_at_a_nul", Clause: "ATT-04",
			Subject: rich(func(a *richAltered) {
				writing(a, same, func(s *richSession) { s.Device, _, _ = strings.Cut(s.Device, "\x00") })
			})},
		{Name: "nan_is_null", Clause: "ATT-04", Shipped: "SQLite, which keeps NaN as NULL",
			Subject: rich(func(a *richAltered) {
				writing(a, func(u *richUser) {
					if u.Weight != nil && math.IsNaN(*u.Weight) {
						u.Weight = nil
					}
				}, same)
			})},
		{Name: "infinity_is_the_greatest_float", Clause: "ATT-04",
			Subject: rich(func(a *richAltered) {
				writing(a, same, func(s *richSession) {
					if math.IsInf(s.Latitude, 0) {
						s.Latitude = math.Copysign(math.MaxFloat64, s.Latitude)
					}
				})
			})},
		{Name: "far_times_are_clamped", Clause: "ATT-04",
			Subject: rich(func(a *richAltered) { writing(a, func(u *richUser) { u.CreatedAt = clamped(u.CreatedAt) }, same) })},
		{Name: "text_within_json_is_not_checked", Clause: "ATT-04",
			Subject: rich(func(a *richAltered) {
				writing(a, same, func(s *richSession) { s.Location.UserID = repaired(s.Location.UserID) })
			})},
		{Name: "keys_within_json_are_not_checked", Clause: "ATT-04",
			Subject: nested(func(a *nestedAltered) {
				writing(a, same, func(s *nestedSession) {
					if s.Extra != nil && *s.Extra != nil {
						fine := map[string]conformance.Role{}
						for key, value := range *s.Extra {
							fine[repaired(key)] = conformance.Role(repaired(string(value)))
						}
						s.Extra = &fine
					}
				})
			})},
		{Name: "an_update_does_not_check", Clause: "ATT-04",
			Subject: rich(func(a *richAltered) {
				updating(a, func(u *richUser) { u.Score, u.Name = finite(u.Score), repaired(u.Name) }, same)
			})},
		{Name: "a_refused_user_is_kept_without_the_value", Clause: "ATT-04",
			Subject: rich(func(a *richAltered) {
				a.createUser = func(ctx context.Context, u spec.User[richUser]) error {
					err := a.Store.CreateUser(ctx, u)
					if spec.ClassOf(err) == spec.ErrInvalid && !utf8Valid(u.Attributes.Name) {
						u.Attributes.Name = ""
						_ = a.Store.CreateUser(ctx, u) // the fault
					}
					return err
				}
			})},
		{Name: "an_invalid_value_is_called_too_long", Clause: "ATT-04",
			Subject: rich(func(a *richAltered) {
				a.updateSession = func(ctx context.Context, id string, attributes richSession, mask attr.Mask[richSession]) error {
					err := a.Store.UpdateSession(ctx, id, attributes, mask)
					if spec.ClassOf(err) == spec.ErrInvalid {
						return &spec.ConstraintError{Kind: spec.TooLong, Attribute: "Device"}
					}
					return err
				}
			})},
	}
}

func utf8Valid(text string) bool { return strings.ToValidUTF8(text, "") == text }
