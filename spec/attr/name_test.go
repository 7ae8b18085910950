package attr

import (
	"reflect"
	"strings"
	"testing"
)

func TestParseTag(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]tag{
		``:                             {},
		`json:"x"`:                     {},
		`db:""`:                        {},
		`db:"-"`:                       {skip: true},
		`db:"email"`:                   {column: "email"},
		`db:"email,unique"`:            {column: "email", unique: true},
		`db:",max=1"`:                  {maxBytes: 1},
		`db:"e,max=2147483647,unique"`: {column: "e", maxBytes: 1<<31 - 1, unique: true},
		`db:" e"`:                      {column: " e"}, // refused later, as a name
	} {
		if got, err := parseTag(reflect.StructTag(text)); err != nil || got != want {
			t.Errorf("%s: %+v, %v, want %+v", text, got, err, want)
		}
	}
	for text, want := range map[string]string{
		`db:"e,"`:               `""`,
		`db:"e, unique"`:        `" unique"`,
		`db:"e,Unique"`:         `"Unique"`,
		`db:"e,unique=true"`:    `"unique=true"`,
		`db:"e,max"`:            `"max"`,
		`db:"e,omitempty"`:      `"omitempty"`,
		`db:"e,max="`:           `max=`,
		`db:"e,max=0"`:          `max=0`,
		`db:"e,max=-1"`:         `max=-1`,
		`db:"e,max=1e3"`:        `max=1e3`,
		`db:"e,max=2147483648"`: `max=2147483648`,
		`db:"-,unique"`:         `"-"`,
		`db:"-,"`:               `"-"`,
	} {
		if got, err := parseTag(reflect.StructTag(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %+v, %v, want an error that says %s", text, got, err, want)
		}
	}
}

func TestBadTagNamesTypeAndField(t *testing.T) {
	t.Parallel()
	type bad struct {
		Fine  string
		Email string `db:"email,uniqe"`
	}
	wantRefused[bad](t, "attr.bad.Email", `"uniqe"`)
}

func TestSnakeCase(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"ID": "id", "Email": "email", "UserID": "user_id", "CreatedAt": "created_at",
		"HTTPServer2": "http_server2", "HTTPServer": "http_server", "A": "a", "AB": "ab", "ABc": "a_bc",
		"OAuth2Token": "o_auth2_token", "User_ID": "user_id", "X1Y": "x1_y", "Ärger": "ärger", "ÄrgerÖl": "ärger_öl",
		"lower": "lower", "": "",
	} {
		if got := snakeCase(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

func TestCheckColumn(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"a", "A", "user", "select", "per cent", `quo"te`, "back`tick", "ques?tion", "colon:", "a$", "-", "1",
		"имя", strings.Repeat("x", 63), strings.Repeat("ä", 31) + "x", "_ids", "xmin2",
	} {
		if err := checkColumn(name); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	for name, want := range map[string]string{
		"":                      "empty",
		strings.Repeat("x", 64): "63 bytes",
		strings.Repeat("ä", 32): "63 bytes",
		"a\xff":                 "UTF-8",
		"smile😀":                "U+FFFF",
		"a\x00b":                "control",
		"a\nb":                  "control",
		"a\u0085b":              "control",
		"a.b":                   "dot",
		".":                     "dot",
		"$a":                    "$",
		"a ":                    "space",
		" a":                    "space",
		"a\u00a0":               "space",
		"_id":                   "engine",
		"xmin":                  "engine",
		"CTID":                  "engine",
		"tableoid":              "engine",
		"DB_ROW_ID":             "engine",
		"db_trx_id":             "engine",
		"Db_Roll_Ptr":           "engine",
	} {
		if err := checkColumn(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want an error that says %q", name, err, want)
		}
	}
}
