package mongo

import (
	"context"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/tenon-go/tenon/spec"
)

// deserted is a URI without a server.
const deserted = "mongodb://ann:hunter2@127.0.0.1:1/app?serverSelectionTimeoutMS=1"

// Invalid arguments are a clear error of the constructor.
func TestUnusable(t *testing.T) {
	t.Parallel()
	type hidden struct {
		X string `db:"_hidden"`
	}
	type counted struct {
		X string `db:"_sessions"`
	}
	type joined struct {
		X string `db:"_user"`
	}
	open := func(uri string, options ...Option) error {
		_, err := Open[struct{}, struct{}](t.Context(), uri, options...)
		return err
	}
	_, hiddenErr := OpenSessions[hidden](t.Context(), deserted)
	_, countErr := Open[counted, struct{}](t.Context(), deserted)
	_, joinedErr := OpenSessions[joined](t.Context(), deserted)
	_, nilErr := New[struct{}, struct{}](t.Context(), nil)
	for want, err := range map[string]error{
		"cannot be parsed":       open("mongodb://ann:hunter2@"),
		"names no database":      open("mongodb://ann:hunter2@127.0.0.1:1"),
		"same collection name":   open(deserted, WithCollections("x", "x")),
		"users collection is em": open(deserted, WithCollections("", "x")),
		"has a $ or a NUL":       open(deserted, WithCollections("users", "a$b")),
		"the server's own":       open(deserted, WithCollections("system.users", "x")),
		"no such kind of ids":    open(deserted, WithUserIDs(9)),
		"over 190 bytes":         open(deserted, WithCollections(strings.Repeat("x", 191), "x")),
		`"_hidden"`:              hiddenErr,
		`"_sessions"`:            countErr,
		`"_user"`:                joinedErr,
		"the database is nil":    nilErr,
	} {
		if spec.ClassOf(err) != spec.ErrInvalid || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("got %v, want invalid input, %s", err, want)
		}
	}
}

func TestOpenUnreachable(t *testing.T) {
	t.Parallel()
	_, err := Open[struct{}, struct{}](t.Context(), deserted)
	if spec.ClassOf(err) != spec.ErrUnavailable || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("got %v, want unavailable", err)
	}
	done, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := OpenSessions[struct{}](done, deserted); spec.ClassOf(err) != context.Canceled {
		t.Errorf("got %v, want the context's error", err)
	}
}

// Each id has exactly one string, and any other string is not an id.
func TestUserIDs(t *testing.T) {
	t.Parallel()
	oid := "65f1a0c3d2b4e5f60718293a"
	for _, test := range []struct {
		ids   *idType
		good  []string
		wrong []string
	}{
		{&integerIDs, []string{"0", "42", "-7", "9223372036854775807", "-9223372036854775808"},
			[]string{"", "042", "+42", " 42", "42 ", "-0", "42.0", "4e1", "0x2a", "9223372036854775808", "a"}},
		{&objectIDs, []string{oid}, []string{"", strings.ToUpper(oid), oid[:23], oid + "0", "zz" + oid[2:]}},
		{&stringIDs, []string{"042", " 42", oid}, []string{"", "\xff", "a\x00", strings.Repeat("x", 256)}},
	} {
		for _, id := range test.good {
			value, ok := test.ids.encode(id)
			raw, err := bson.Marshal(bson.D{{Key: "_id", Value: value}})
			if !ok || err != nil {
				t.Errorf("%s %q: %t, %v", test.ids.name, id, ok, err)
				continue
			}
			if back, ok := test.ids.decode(bson.Raw(raw).Lookup("_id")); !ok || back != id {
				t.Errorf("%s %q came back as %q, %t", test.ids.name, id, back, ok)
			}
		}
		for _, id := range test.wrong {
			if _, ok := test.ids.encode(id); ok {
				t.Errorf("%s %q is taken", test.ids.name, id)
			}
		}
	}
	for _, stored := range []any{42.5, float64(1 << 53), "42", true, nil} {
		raw, _ := bson.Marshal(bson.D{{Key: "_id", Value: stored}})
		if id, ok := integerIDs.decode(bson.Raw(raw).Lookup("_id")); ok {
			t.Errorf("the stored %v is read as the integer %s", stored, id)
		}
	}
}
