package mutants

import (
	"bytes"
	"encoding/json"
	"strings"
	"time"

	"github.com/tenon-go/tenon/spec"
)

// jsonMutants returns mutants that change values that are stored as JSON.
func jsonMutants() []Mutant {
	return []Mutant{
		{Name: "integers_within_json_go_through_a_float", Clause: "ATT-03", Shipped: "adapters that decode JSON into an any",
			Subject: alterRich(readUsers(func(u *richUser) { u.Address.Number = int64(float64(u.Address.Number)) }))},
		{Name: "json_is_normalized", Clause: "ATT-03", Shipped: "PostgreSQL adapters with jsonb", Subject: nested(readSessions(func(s *nestedSession) {
			for i, m := range s.Trail {
				var value any
				decoder := json.NewDecoder(bytes.NewReader(m.Raw))
				decoder.UseNumber()                                    // jsonb keeps all digits
				if len(m.Raw) > 100 && decoder.Decode(&value) == nil { // longer than those of the samples
					if text, err := json.Marshal(value); err == nil {
						s.Trail[i].Raw = text
					}
				}
			}
		}))},
		{Name: "dots_in_keys_within_json_are_replaced", Clause: "ATT-03", Shipped: "MongoDB adapters", Subject: alterRich(readUsers(func(u *richUser) {
			u.Settings = withKeys(u.Settings, func(k string) string { return strings.ReplaceAll(k, ".", "_") })
		}))},
		{Name: "keys_within_json_lose_their_case", Clause: "ATT-03",
			Subject: alterRich(readUsers(func(u *richUser) { u.Settings = withKeys(u.Settings, strings.ToLower) }))},
		{Name: "text_within_json_stays_escaped", Clause: "ATT-03", Subject: alterRich(readUsers(func(u *richUser) {
			for i, role := range u.Roles {
				u.Roles[i] = strings.NewReplacer("<", `\u003c`, ">", `\u003e`, "&", `\u0026`).Replace(role)
			}
		}))},
		{Name: "json_is_cut_where_it_is_nested_deeply", Clause: "ATT-03",
			Subject: nested(readUsers(func(u *nestedUser) { u.Profile, _ = dropDeep(u.Profile, 100).(map[string]any) }))},
		{Name: "times_within_json_are_cut", Clause: "ATT-03",
			Subject: alterRich(readUsers(func(u *richUser) { u.Address.Since = u.Address.Since.Truncate(time.Millisecond) }))},
		{Name: "an_attribute_called_id_replaces_the_id", Clause: "ATT-03", Shipped: "adapters that spread attributes over the row",
			Subject: alterRich(readUserRows(func(row *spec.UserRow) error {
				u, err := decode[richUser](row.Attributes)
				if id, ok := u.Settings["id"]; ok {
					row.ID = id
				}
				return err
			}))},
		{Name: "an_attribute_called_expires_at_replaces_the_expiry", Clause: "ATT-03", Subject: alterRich(readSessionRows(func(row *spec.SessionRow) error {
			s, err := decode[richSession](row.Attributes)
			if ms, ok := s.Basket["expires_at"]; ok {
				row.ExpiresAt = time.UnixMilli(int64(ms)).UTC()
			}
			return err
		}))},
		{Name: "the_users_attribute_user_id_replaces_the_sessions", Clause: "ATT-03", Shipped: "adapters that read a join by the columns' names",
			Subject: alterRich(after(spec.OpSessionAndUser, func(c *call) {
				if c.user.ID != "" && c.user.Attributes[placeOf[richUser]("UserID")] == "ANN" { // not those of the samples
					c.session.UserID = "ANN"
				}
			}))},
	}
}

func withKeys(m map[string]string, change func(string) string) map[string]string {
	if m == nil {
		return nil
	}
	changed := map[string]string{}
	for key, value := range m {
		changed[change(key)] = value
	}
	return changed
}

// dropDeep drops values that are nested deeper than depth.
func dropDeep(v any, depth int) any {
	if depth == 0 {
		return nil
	}
	switch v := v.(type) {
	case map[string]any:
		if v == nil {
			return v
		}
		c := map[string]any{}
		for key, value := range v {
			c[key] = dropDeep(value, depth-1)
		}
		return c
	case []any:
		c := make([]any, len(v))
		for i, value := range v {
			c[i] = dropDeep(value, depth-1)
		}
		return c
	}
	return v
}
