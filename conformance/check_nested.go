package conformance

import (
	"encoding/json"
	"fmt"
	"math"
	"net/netip"
	"time"

	"github.com/tenon-go/tenon/internal/sample"
)

// nestedChecks returns the checks about attributes that only the nested types have, and the
// slow checks about ids, which run for only one pair of types.
func nestedChecks() []check[nestedUser, nestedSession] {
	return []check[nestedUser, nestedSession]{
		{clause: "IDS-01", sentence: "ids_that_look_alike_are_different_ids_in_every_method", run: idsAlike[nestedUser, nestedSession]},
		{clause: "IDS-05", sentence: "credentials_that_look_alike_are_different_credentials", run: credentialsAlike[nestedUser, nestedSession]},
		{clause: "ATT-01", sentence: "named_types_and_embedded_fields_come_back_exactly", run: nestedScalars},
		{clause: "ATT-02", sentence: "zero_nil_and_empty_stay_apart_within_json", run: nestedNulls},
		{clause: "ATT-03", sentence: "json_comes_back_exactly", run: nestedJSON},
		{clause: "ATT-04", sentence: "invalid_values_within_json_are_refused", run: nestedInvalid},
		{clause: "ATT-05", sentence: "max_holds_for_named_and_embedded_fields", run: nestedMax},
		{clause: "ATT-06", sentence: "the_values_of_a_thousand_rows_are_taken", run: seeded(uniqueThousand[nestedUser, nestedSession])},
		{clause: "ATT-08", sentence: "unmasked_json_is_not_looked_at", run: nestedUnmasked},
		{clause: "ERR-04", sentence: "no_text_about_a_value_has_it", run: nestedTextsOfValues},
		{clause: "OPT-01", sentence: "user_by_takes_named_types_and_embedded_fields", users: true, run: finding(nestedUserBy)},
	}
}

func nestedScalars(t *tester[nestedUser, nestedSession]) {
	roundTrip(t, []variant[nestedUser]{
		{name: "the least values", change: func(u *nestedUser) {
			u.Phone, u.Role, u.Level, u.Since = "", "", -128, sample.Day(time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC))
			u.Serial, u.Joined = math.MinInt64, time.Time{}
			u.Age, u.Year, u.Points, u.Shade, u.Grade = math.MinInt, math.MinInt16, math.MinInt32, 0, math.MinInt
			u.Rank, u.Birthday = pointer(sample.Level8(-128)), &sample.Day{}
		}},
		{name: "the greatest values", change: func(u *nestedUser) {
			u.Phone, u.Role, u.Level, u.Since = "+47 555 000 000 0000", "\U0010ffff", 127, sample.Day(endOfTime)
			u.Serial, u.Joined = math.MaxInt64, endOfTime
			u.Age, u.Year, u.Points, u.Shade, u.Grade = math.MaxInt, math.MaxInt16, math.MaxInt32, math.MaxUint8, math.MaxInt
			u.Rank, u.Birthday = pointer(sample.Level8(127)), pointer(sample.Day(endOfTime))
		}},
		{name: "integers next to a limit", change: func(u *nestedUser) {
			u.Serial, u.Age, u.Year, u.Points, u.Shade = math.MaxInt64-1, -math.MaxInt, -math.MaxInt16, 1<<30+1, 128
		}},
		{name: "nil pointers to named types", change: func(u *nestedUser) { u.Title, u.Rank, u.Birthday, u.Seal = nil, nil, nil, nil }},
		{name: "pointers to zero values of named types", change: func(u *nestedUser) {
			u.Title, u.Rank, u.Birthday, u.Seal = pointer(sample.Role("")), pointer(sample.Level8(0)), &sample.Day{}, &sample.Secret{}
		}},
		{name: "odd text in pointers to named types", change: func(u *nestedUser) {
			u.Title, u.Seal = pointer(sample.Role("null")), pointer(sample.Secret{0, 0xff, '\'', 0x80, 0})
		}},
		{name: "text that looks like other things", change: func(u *nestedUser) { u.Phone, u.Role = "0047 555", "null" }},
	}, []variant[nestedSession]{
		{name: "nothing but zero values", change: func(s *nestedSession) { *s = nestedSession{} }},
		{name: "odd text and bytes", change: func(s *nestedSession) {
			s.Slot, s.Note = math.MinInt32, "\""
			s.Agent, s.OS, s.Digest = " curl\t\x01'\"\\ ", "NULL", sample.Secret{0, 0xff, '\'', '\\', 0x80, 0}
		}},
	})
}

func nestedNulls(t *tester[nestedUser, nestedSession]) {
	roundTrip(t, []variant[nestedUser]{
		{name: "nil in JSON", change: func(u *nestedUser) {
			u.Profile, u.Groups, u.Matrix, u.Post.Lines = nil, nil, nil, nil
		}},
		{name: "empty JSON", change: func(u *nestedUser) {
			u.Profile, u.Groups, u.Matrix, u.Post.Lines = map[string]any{}, map[string][]sample.Membership{}, [][]float64{}, []string{}
		}},
		{name: "nil within JSON", change: func(u *nestedUser) {
			u.Profile = map[string]any{"nil": nil, "list": []any{nil}, "map": map[string]any{"nil": nil}}
			u.Groups = map[string][]sample.Membership{"nil": nil, "zero": {{}}}
			u.Matrix = [][]float64{nil, {0}, nil}
		}},
		{name: "empty values within JSON", change: func(u *nestedUser) {
			u.Profile = map[string]any{"": "", "false": false, "zero": 0.0, "list": []any{}, "map": map[string]any{}}
			u.Groups = map[string][]sample.Membership{"": {}, "empty": {{Data: []byte{}, Next: &sample.Membership{}}}}
			u.Matrix = [][]float64{{}, {0}, {}}
		}},
	}, []variant[nestedSession]{
		{name: "nil", change: func(s *nestedSession) { s.Trail, s.Digest, s.Extra = nil, nil, nil }},
		{name: "a pointer to a nil map, which is the JSON text null", change: func(s *nestedSession) {
			s.Trail, s.Extra = []sample.Membership{}, pointer(map[string]sample.Role(nil))
		}},
		{name: "a pointer to an empty map", change: func(s *nestedSession) {
			s.Trail, s.Digest, s.Extra = []sample.Membership{{}}, sample.Secret{}, &map[string]sample.Role{}
		}},
		{name: "empty text in a map", change: func(s *nestedSession) { s.Extra = &map[string]sample.Role{"": ""} }},
	})
}

func nestedJSON(t *tester[nestedUser, nestedSession]) {
	var odd []any
	keys := map[string]any{"id": "x", "ID": 1.0, "_id": true, "user_id": nil, "created_at": "now", "expires_at": 0.0, "credential": "x", "attributes": map[string]any{"id": "y"}}
	for i, text := range append(append([]string{}, oddTexts...), alike...) {
		odd = append(odd, text)
		keys[text] = float64(i)
		keys[text+".$"+text] = text
	}
	chain := &sample.Membership{Group: "last", Big: math.MinInt64, Data: []byte{0}}
	for i := range 100 {
		chain = &sample.Membership{Group: fmt.Sprint(i), Big: math.MaxInt64 - int64(i), Next: chain, Data: []byte{}}
	}
	deep := any("bottom")
	for range 500 {
		deep = []any{map[string]any{"id": deep}}
	}
	raw := `{"z":1,"a":2,"a":3,"A":4,"n":[1e3,1000,1E3,1.0,1.50,-0,-0.0,0.1e-2,12345678901234567890,123456789012345678901234567890.5,1e400],"s":"\u0041\/\"","e":{},"é":null,"expires_at":"x"}`
	roundTrip(t, []variant[nestedUser]{
		{name: "numbers", change: func(u *nestedUser) {
			u.Profile = map[string]any{"1e3": 1e3, "1e21": 1e21, "1e-7": 1e-7, "0.1": 0.1, "third": 1.0 / 3, "least": 5e-324, "greatest": math.MaxFloat64, "2^53": 9007199254740992.0, "-": -1.5}
			u.Matrix = [][]float64{{1e3, 1e21, 1e-7, 0.1}, {5e-324, -1.7976931348623157e308, 9007199254740992, 0.30000000000000004}}
			u.Groups = map[string][]sample.Membership{"big": {{Big: 9007199254740993}, {Big: -9007199254740993}, {Big: 9223372036854775807}, {Big: -9223372036854775808}}}
		}},
		{name: "integers in an any, which become floats",
			change: func(u *nestedUser) {
				u.Profile = map[string]any{"int": 3, "list": []int{1, 2}, "role": sample.Role("x")}
			},
			want: func(u *nestedUser) {
				u.Profile = map[string]any{"int": 3.0, "list": []any{1.0, 2.0}, "role": "x"}
			}},
		{name: "odd keys and values", change: func(u *nestedUser) { u.Profile = map[string]any{"keys": keys, "values": odd} }},
		{name: "odd keys at the top", change: func(u *nestedUser) { u.Profile = keys }},
		{name: "deep nesting", change: func(u *nestedUser) {
			u.Profile = map[string]any{"deep": deep}
			u.Groups = map[string][]sample.Membership{"chain": {*chain}}
		}},
		{name: "keys that are no strings", change: func(u *nestedUser) {
			u.Years = map[int]string{math.MinInt: "least", -1: "", 0: "0", 1<<53 + 1: "no float has it", math.MaxInt: "greatest"}
			u.Hosts = map[netip.Addr]sample.Celsius{{}: {}, netip.MustParseAddr("192.0.2.1"): {Degrees: -273.15}, netip.MustParseAddr("fe80::1%eth0"): {Degrees: 1e21}}
		}},
		{name: "types that marshal themselves", change: func(u *nestedUser) {
			u.Home, u.Outside = netip.MustParseAddr("::ffff:192.0.2.1"), sample.Celsius{Degrees: -1e-7}
		}},
		{name: "zero values of types that marshal themselves", change: func(u *nestedUser) {
			u.Years, u.Hosts, u.Home, u.Outside = nil, map[netip.Addr]sample.Celsius{}, netip.Addr{}, sample.Celsius{}
		}},
		{name: "JSON as it was spelled", change: func(u *nestedUser) {
			u.Groups = map[string][]sample.Membership{"raw": {{Raw: json.RawMessage(raw)}, {Raw: json.RawMessage(`"text"`)}, {Raw: json.RawMessage("-0")}}}
		}},
	}, []variant[nestedSession]{
		{name: "keys that are integers, and values that are texts within JSON", change: func(s *nestedSession) {
			s.Levels = map[sample.Level8]sample.Grade{-128: math.MinInt, 0: 0, 127: math.MaxInt}
		}},
		{name: "no keys", change: func(s *nestedSession) { s.Levels, s.Through = map[sample.Level8]sample.Grade{}, &netip.Addr{} }},
		{name: "nil, of types that marshal themselves", change: func(s *nestedSession) { s.Levels, s.Through, s.Until = nil, nil, nil }},
		{name: "big integers", change: func(s *nestedSession) {
			s.Trail = []sample.Membership{{Big: 9007199254740993}, {Big: 9223372036854775807}, {Big: -9223372036854775808}, {Data: []byte{0xff, 0}}}
		}},
		{name: "odd keys and values", change: func(s *nestedSession) {
			extra := map[string]sample.Role{"id": "s-x", "user_id": "unknown", "created_at": "now", "active_until": "x", "expires_at": "never", "credential": "x"}
			for i, text := range append(append([]string{}, oddTexts...), alike...) {
				extra[text] = sample.Role(text)
				s.Trail = append(s.Trail, sample.Membership{Group: text, Big: int64(i)})
			}
			s.Extra = &extra
		}},
		{name: "deep nesting", change: func(s *nestedSession) { s.Trail = []sample.Membership{*chain, *chain} }},
		{name: "JSON as it was spelled", change: func(s *nestedSession) { s.Trail = []sample.Membership{{Raw: json.RawMessage(raw)}} }},
	})
}

func invalidNestedUsers() []invalid[nestedUser] {
	list := []invalid[nestedUser]{
		{"Profile", "JSON with a float that is not finite", func(u *nestedUser) { u.Profile = map[string]any{"x": []any{math.NaN()}} }},
		{"Matrix", "JSON with a float that is not finite", func(u *nestedUser) { u.Matrix = [][]float64{{1}, {2, math.Inf(1)}} }},
		{"Groups", "JSON with a time that JSON cannot hold", func(u *nestedUser) {
			u.Groups = map[string][]sample.Membership{"a": {{Next: &sample.Membership{Since: farTimes[2]}}}}
		}},
		{"Since", "a time outside years 1 to 9999", func(u *nestedUser) { u.Since = sample.Day(farTimes[0]) }},
		{"Birthday", "a time outside years 1 to 9999", func(u *nestedUser) { u.Birthday = pointer(sample.Day(farTimes[2])) }},
		{"Seal", "a pointer to nil bytes", func(u *nestedUser) { u.Seal = pointer(sample.Secret(nil)) }},
	}
	for _, text := range badTexts {
		list = append(list,
			invalid[nestedUser]{"Phone", "text that is not UTF-8 or has a NUL", func(u *nestedUser) { u.Phone = text }},
			invalid[nestedUser]{"Role", "text that is not UTF-8 or has a NUL", func(u *nestedUser) { u.Role = sample.Role(text) }},
			invalid[nestedUser]{"Title", "text that is not UTF-8 or has a NUL", func(u *nestedUser) { u.Title = pointer(sample.Role(text)) }},
			invalid[nestedUser]{"Years", "JSON with text that is not UTF-8 or has a NUL", func(u *nestedUser) { u.Years = map[int]string{1: text} }},
			invalid[nestedUser]{"Profile", "JSON with a key that is not UTF-8 or has a NUL", func(u *nestedUser) {
				u.Profile = map[string]any{"a": []any{map[string]any{text: 1}}}
			}},
			invalid[nestedUser]{"Groups", "JSON with text that is not UTF-8 or has a NUL", func(u *nestedUser) {
				u.Groups = map[string][]sample.Membership{"a": {{Next: &sample.Membership{Group: text}}}}
			}})
	}
	return list
}

func invalidNestedSessions() []invalid[nestedSession] {
	var list []invalid[nestedSession]
	for _, text := range badTexts {
		list = append(list,
			invalid[nestedSession]{"Agent", "text that is not UTF-8 or has a NUL", func(s *nestedSession) { s.Agent = text }},
			invalid[nestedSession]{"Trail", "JSON with text that is not UTF-8 or has a NUL", func(s *nestedSession) { s.Trail = []sample.Membership{{}, {Group: text}} }},
			invalid[nestedSession]{"Extra", "JSON with text that is not UTF-8 or has a NUL", func(s *nestedSession) { s.Extra = &map[string]sample.Role{"a": sample.Role(text)} }})
	}
	return list
}

func nestedInvalid(t *tester[nestedUser, nestedSession]) {
	writeInvalid(t, invalidNestedUsers(), invalidNestedSessions())
}

func nestedUnmasked(t *tester[nestedUser, nestedSession]) {
	writeInvalidUnmasked(t, invalidNestedUsers(), invalidNestedSessions())
}

func nestedTextsOfValues(t *tester[nestedUser, nestedSession]) {
	refusedTexts(t, invalidNestedUsers(), invalidNestedSessions())
}

func nestedMax(t *tester[nestedUser, nestedSession]) {
	users := []limit[nestedUser]{{"Phone", 20, false, func(u *nestedUser, s string) { u.Phone = s }}}
	sessions := []limit[nestedSession]{{"Digest", 64, true, func(r *nestedSession, s string) { r.Digest = sample.Secret(s) }}}
	atMax(t, users, sessions)
	overMax(t, users, sessions)
}
