package spec_test

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// secret is part of refused values and must not be in the errors.
const secret = "s3cret"

func wantInvalid(t *testing.T, name string, err error) {
	t.Helper()
	if !errors.Is(err, spec.ErrInvalid) || spec.ClassOf(err) != spec.ErrInvalid {
		t.Errorf("%s: error %v, want ErrInvalid", name, err)
		return
	}
	if strings.Contains(err.Error(), secret) {
		t.Errorf("%s: error %q holds the value", name, err)
	}
	if err.Error() == spec.ErrInvalid.Error() {
		t.Errorf("%s: error %q gives no reason", name, err)
	}
}

// texts are valid in ids and credentials, badTexts are not.
var (
	texts = []string{
		"a", " ", "a ", "\x01", "'; --", "%", "é", "e\u0301", "😀", "�", "\x7f",
		strings.Repeat("x", 255), strings.Repeat("é", 127) + "x",
	}
	badTexts = []string{
		secret + "\x00", "\x00", secret + "\xff", secret + "é"[:1], secret + "\xed\xa0\x80",
		secret + strings.Repeat("x", 250), strings.Repeat("é", 128), strings.Repeat(secret, 1<<16),
	}
)

func TestValidID(t *testing.T) {
	t.Parallel()
	if spec.MaxIDBytes != 255 {
		t.Errorf("MaxIDBytes is %d", spec.MaxIDBytes)
	}
	for _, id := range texts {
		if !spec.ValidID(id) {
			t.Errorf("%.20q of %d bytes is not valid", id, len(id))
		}
	}
	for _, id := range append([]string{""}, badTexts...) {
		if spec.ValidID(id) {
			t.Errorf("%.20q of %d bytes is valid", id, len(id))
		}
	}
}

var (
	east    = time.FixedZone("", 3600)
	odd     = time.Date(1969, 12, 31, 23, 59, 59, 999_999_999, time.UTC).In(east)
	normal  = time.Date(1969, 12, 31, 23, 59, 59, 999_000_000, time.UTC)
	year0   = time.Date(0, 12, 31, 23, 59, 59, 999_999_999, time.UTC)
	year10k = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)
)

func TestNormalTime(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ in, want time.Time }{
		{odd, normal},
		{time.Time{}, time.Time{}},
		{year10k.Add(-1).In(east), time.Date(9999, 12, 31, 23, 59, 59, 999_000_000, time.UTC)},
	} {
		if got, err := spec.NormalTime(test.in); err != nil || got != test.want {
			t.Errorf("%v: %v, %v, want %v", test.in, got, err, test.want)
		}
	}
	for _, in := range []time.Time{year0, year10k, time.Unix(math.MaxInt64, 0), time.Unix(math.MinInt64, 0)} {
		got, err := spec.NormalTime(in)
		wantInvalid(t, in.String(), err)
		if !got.IsZero() {
			t.Errorf("%v along with the error", got)
		}
	}
}

func TestSessionNormal(t *testing.T) {
	t.Parallel()
	session := spec.Session[int]{
		ID: "s", UserID: "u", CreatedAt: odd,
		Lease: spec.Lease{ActiveUntil: odd.AddDate(1, 0, 0), ExpiresAt: odd.AddDate(2, 0, 0), Credential: "c"}, Attributes: 7,
	}
	want := session
	want.CreatedAt, want.ActiveUntil, want.ExpiresAt = normal, normal.AddDate(1, 0, 0), normal.AddDate(2, 0, 0)
	if got, err := session.Normal(); err != nil || got != want {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
	change := func(f func(*spec.Session[int])) spec.Session[int] {
		s := session
		f(&s)
		return s
	}
	for name, s := range map[string]spec.Session[int]{
		"anonymous":     change(func(s *spec.Session[int]) { s.UserID = "" }),
		"no credential": change(func(s *spec.Session[int]) { s.Credential = "" }),
		"zero times":    change(func(s *spec.Session[int]) { s.CreatedAt, s.Lease = time.Time{}, spec.Lease{} }),
		"odd order":     change(func(s *spec.Session[int]) { s.ExpiresAt, s.CreatedAt = s.CreatedAt, s.ExpiresAt }),
		"same ids":      change(func(s *spec.Session[int]) { s.UserID = s.ID }),
	} {
		if _, err := s.Normal(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, text := range texts {
		s := change(func(s *spec.Session[int]) { s.ID, s.UserID, s.Credential = text, text, text })
		if got, err := s.Normal(); err != nil || got.ID != text || got.UserID != text || got.Credential != text {
			t.Errorf("%.20q: %v", text, err)
		}
	}
	_, err := change(func(s *spec.Session[int]) { s.ID = "" }).Normal()
	wantInvalid(t, "empty id", err)
	for _, bad := range badTexts {
		for name, s := range map[string]spec.Session[int]{
			"session id": change(func(s *spec.Session[int]) { s.ID = bad }),
			"user id":    change(func(s *spec.Session[int]) { s.UserID = bad }),
			"credential": change(func(s *spec.Session[int]) { s.Credential = bad }),
		} {
			_, err := s.Normal()
			wantInvalid(t, name, err)
			if err != nil && !strings.Contains(err.Error(), name) {
				t.Errorf("error %q does not say %s", err, name)
			}
		}
	}
	for _, bad := range []time.Time{year0, year10k} {
		for name, s := range map[string]spec.Session[int]{
			"created": change(func(s *spec.Session[int]) { s.CreatedAt = bad }),
			"active":  change(func(s *spec.Session[int]) { s.ActiveUntil = bad }),
			"expires": change(func(s *spec.Session[int]) { s.ExpiresAt = bad }),
		} {
			_, err := s.Normal()
			wantInvalid(t, name, err)
		}
	}
}

func TestLeaseNormal(t *testing.T) {
	t.Parallel()
	lease := spec.Lease{ActiveUntil: odd, ExpiresAt: odd.AddDate(1, 0, 0), Credential: "c "}
	want := spec.Lease{ActiveUntil: normal, ExpiresAt: normal.AddDate(1, 0, 0), Credential: "c "}
	got, err := lease.Normal()
	if err != nil || got != want {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
	if !got.Equal(lease) {
		t.Error("a lease and its normal form differ")
	}
	for _, text := range append([]string{""}, texts...) {
		if got, err := (spec.Lease{Credential: text}).Normal(); err != nil || got.Credential != text {
			t.Errorf("%.20q: %v", text, err)
		}
	}
	for _, bad := range badTexts {
		_, err := (spec.Lease{Credential: bad}).Normal()
		wantInvalid(t, "credential", err)
	}
	for _, bad := range []time.Time{year0, year10k} {
		_, err := (spec.Lease{ActiveUntil: bad}).Normal()
		wantInvalid(t, "active", err)
		_, err = (spec.Lease{ExpiresAt: bad}).Normal()
		wantInvalid(t, "expires", err)
	}
}

func TestSweepNormal(t *testing.T) {
	t.Parallel()
	for _, w := range []spec.Sweep{{Now: odd, Everyone: true, Limit: 1}, {Now: odd, Limit: math.MaxInt, UserID: "u"}, {Now: odd, Limit: 2, UserID: badTexts[0]}} {
		want := w
		want.Now = normal
		if got, err := w.Normal(); err != nil || got != want {
			t.Errorf("%+v, %v, want %+v", got, err, want)
		}
	}
	for name, w := range map[string]spec.Sweep{
		"no limit":       {Now: odd, Everyone: true},
		"limit below 0":  {Now: odd, Everyone: true, Limit: -1},
		"smallest limit": {Now: odd, Everyone: true, Limit: math.MinInt},
		"year 0":         {Now: year0, Everyone: true, Limit: 1},
		"year 10000":     {Now: year10k, Everyone: true, Limit: 1},
		"neither":        {Now: odd, Limit: 1},
		"both":           {Now: odd, UserID: "u", Everyone: true, Limit: 1},
	} {
		_, err := w.Normal()
		wantInvalid(t, name, err)
	}
}

// Types with one attribute that has the name of a reserved column.
type (
	own1 struct{ ID string }
	own2 struct{ UserID string }
	own3 struct {
		At time.Time `db:"CREATED_AT"`
	}
	own4 struct{ ActiveUntil time.Time }
	own5 struct{ ExpiresAt time.Time }
	own6 struct{ Credential []byte }
)

func TestSchemas(t *testing.T) {
	t.Parallel()
	schema := func(name string, err error, refused bool) {
		t.Helper()
		if (err != nil) != refused {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && !strings.Contains(err.Error(), "entity's own") {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := spec.UserSchema[own1]()
	schema("user id", err, true)
	_, err = spec.UserSchema[own2]()
	schema("user user_id", err, false)
	_, err = spec.UserSchema[own5]()
	schema("user expires_at", err, false)
	_, err = spec.UserSchema[struct{}]()
	schema("user struct{}", err, false)
	_, err = spec.SessionSchema[own1]()
	schema("session id", err, true)
	_, err = spec.SessionSchema[own2]()
	schema("session user_id", err, true)
	_, err = spec.SessionSchema[own3]()
	schema("session created_at", err, true)
	_, err = spec.SessionSchema[own4]()
	schema("session active_until", err, true)
	_, err = spec.SessionSchema[own5]()
	schema("session expires_at", err, true)
	_, err = spec.SessionSchema[own6]()
	schema("session credential", err, true)
	_, err = spec.SessionSchema[struct{}]()
	schema("session struct{}", err, false)
}

type attributes struct {
	Email string `db:",max=10"`
	Score float64
	Tags  []string
}

func TestValuesAndClone(t *testing.T) {
	t.Parallel()
	schema, err := spec.UserSchema[attributes]()
	if err != nil {
		t.Fatal(err)
	}
	email, err := attr.Fields[attributes]("Email")
	if err != nil {
		t.Fatal(err)
	}
	good := attributes{"a@x", 0.5, []string{"t"}}
	if values, err := spec.Values(schema, good, email); err != nil || len(values) != 1 || values[0] != "a@x" {
		t.Errorf("%v, %v", values, err)
	}
	clone, err := spec.Clone(schema, good)
	if err != nil || clone.Email != good.Email || clone.Score != good.Score || len(clone.Tags) != 1 {
		t.Errorf("%+v, %v", clone, err)
	}
	clone.Tags[0] = "changed"
	if good.Tags[0] != "t" {
		t.Error("the clone shares its tags")
	}

	both := func(name string, v attributes, check func(error)) {
		t.Helper()
		values, err := spec.Values(schema, v, attr.All[attributes]())
		check(err)
		clone, cloneErr := spec.Clone(schema, v)
		check(cloneErr)
		if values != nil || clone.Email != "" || clone.Tags != nil {
			t.Errorf("%s: %v, %v along with the error", name, values, clone)
		}
	}
	for name, v := range map[string]attributes{
		"UTF-8":  {Email: secret + "\xff"},
		"NaN":    {Email: secret, Score: math.NaN()},
		"nested": {Tags: []string{secret + "\x00"}},
		"two":    {Email: strings.Repeat(secret, 2), Score: math.Inf(1)}, // invalid takes precedence over too long
	} {
		both(name, v, func(err error) { wantInvalid(t, name, err) })
	}
	both("max", attributes{Email: strings.Repeat(secret, 2), Tags: []string{"t"}}, func(err error) {
		c, ok := errors.AsType[*spec.ConstraintError](err)
		if !ok || *c != (spec.ConstraintError{Kind: spec.TooLong, Attribute: "Email"}) || spec.ClassOf(err) != spec.ErrConstraint {
			t.Errorf("error %v, want TooLong of Email", err)
		} else if strings.Contains(err.Error(), secret) {
			t.Errorf("error %q holds the value", err)
		}
	})
	// Attributes that are not in the mask are not checked.
	if _, err := spec.Values(schema, attributes{Score: math.NaN()}, email); err != nil {
		t.Errorf("another field: %v", err)
	}
}
