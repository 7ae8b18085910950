package session_test

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"reflect"
	"strings"
	"testing"
	"testing/cryptotest"

	"github.com/tenon-go/tenon/internal/testing/managertest"
	"github.com/tenon-go/tenon/session"
)

// TestTokenNeverPrints: printing a token, or a value that contains one, prints no part of
// its secret or of the secret's digest.
func TestTokenNeverPrints(t *testing.T) {
	t.Parallel()
	store := openMemory(t)
	manager, err := session.NewManager(store, session.Config{})
	must(t, err)
	s, err := manager.Create(t.Context(), "", managertest.Device{Name: "phone"})
	must(t, err)
	row, err := store.Session(t.Context(), string(s.ID))
	must(t, err)
	secret := s.Token().Reveal()[15:]
	digest := strings.Split(row.Credential, ".")[2]

	token := s.Token()
	type private struct{ token session.Token }
	type public struct{ Token session.Token }
	type holder struct {
		session session.Session[managertest.Device]
	}
	values := []any{
		token, &token, private{token}, &private{token}, public{token}, &public{token},
		[]session.Token{token}, map[string]session.Token{"t": token},
		[]private{{token}}, map[string]*public{"t": {token}}, any(token), &[]any{token},
		s, &s, holder{s}, &holder{s}, []session.Session[managertest.Device]{s}, map[string]holder{"s": {s}},
	}
	check := func(how, text string) {
		t.Helper()
		if strings.Contains(text, secret) || strings.Contains(text, digest) ||
			strings.Contains(text, fmt.Sprintf("%x", secret)) || strings.Contains(text, strings.Trim(fmt.Sprint([]byte(secret)), "[]")) {
			t.Errorf("%s prints the secret: %s", how, text)
		}
	}
	for _, v := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T", "%40v", "%!"} {
			check(fmt.Sprintf("%s of %T", verb, v), fmt.Sprintf(verb, v))
		}
		check("Sprint", fmt.Sprint(v))
		check("Errorf", fmt.Errorf("failed: %v", v).Error())
		text, err := json.Marshal(v)
		check(fmt.Sprintf("JSON of %T", v), string(text)+fmt.Sprint(err))
		var binary bytes.Buffer
		err = gob.NewEncoder(&binary).Encode(v)
		check(fmt.Sprintf("gob of %T", v), binary.String()+fmt.Sprint(err))
		for name, handler := range map[string]func(io.Writer) slog.Handler{
			"text": func(w io.Writer) slog.Handler { return slog.NewTextHandler(w, nil) },
			"JSON": func(w io.Writer) slog.Handler { return slog.NewJSONHandler(w, nil) },
		} {
			var log bytes.Buffer
			slog.New(handler(&log)).Info("x", "value", v, slog.Group("g", slog.Any("v", v)))
			check(fmt.Sprintf("slog %s of %T", name, v), log.String())
		}
	}
	if got := fmt.Sprintf("%v %+v %#v %s %d", token, token, token, token, token); strings.Count(got, "[session token]") != 5 {
		t.Errorf("a token prints as %s", got)
	}
	if text, err := json.Marshal(public{token}); err == nil {
		t.Errorf("JSON shows a token as %s, want an error", text)
	}
}

// TestTokenHidesFromReflection: a printer that walks unexported fields, follows
// pointers and calls no methods, as github.com/kr/pretty does, finds no secret.
func TestTokenHidesFromReflection(t *testing.T) {
	t.Parallel()
	manager, err := session.NewManager(openMemory(t), session.Config{})
	must(t, err)
	s, err := manager.Create(t.Context(), "", managertest.Device{Name: "phone"})
	must(t, err)
	text := walk(reflect.ValueOf(s))
	if !strings.Contains(text, "phone") {
		t.Fatalf("the walk does not see what is there: %s", text)
	}
	if secret := s.Token().Reveal()[15:]; strings.Contains(text, secret) {
		t.Errorf("found the secret in %s", text)
	}
}

// walk returns all texts that reflection finds in a value.
func walk(v reflect.Value) string {
	var text strings.Builder
	switch v.Kind() {
	case reflect.String:
		text.WriteString(v.String() + " ")
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			text.WriteString(walk(v.Elem()))
		}
	case reflect.Struct:
		for _, field := range v.Fields() {
			text.WriteString(walk(field))
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			text.WriteString(walk(v.Index(i)))
		}
	case reflect.Map:
		for iter := v.MapRange(); iter.Next(); {
			text.WriteString(walk(iter.Key()) + walk(iter.Value()))
		}
	}
	return text.String()
}

// TestCapitals: ids of Lucia 0.4 to 1.8 have capitals. They differ from those in lower
// case, and NewToken makes none.
func TestCapitals(t *testing.T) {
	t.Parallel()
	manager, err := session.NewManager(openMemory(t), session.Config{})
	must(t, err)
	token, err := session.ParseToken("WkFFTJAWs0VfSfE" + "c7DqkYcNbHqG2mJ1nLZ0aBxYd")
	must(t, err)
	_, err = manager.Create(t.Context(), "", managertest.Device{}, session.WithToken(token))
	must(t, err)
	_, err = manager.ValidateSession(t.Context(), token)
	must(t, err)
	for _, fold := range []func(string) string{strings.ToLower, strings.ToUpper} {
		other, err := session.ParseToken(fold(token.Reveal()))
		must(t, err)
		if _, err := manager.ValidateSession(t.Context(), other); !errors.Is(err, session.ErrNoSession) {
			t.Errorf("in another case: got error %v", err)
		}
	}
}

// TestParseTokenSaysWhy: the error for an invalid text describes a token and does not
// contain the text.
func TestParseTokenSaysWhy(t *testing.T) {
	t.Parallel()
	_, err := session.ParseToken("my own token")
	if !errors.Is(err, session.ErrNoSession) || !strings.Contains(err.Error(), "40 characters") || strings.Contains(err.Error(), "my own") {
		t.Errorf("got error %v", err)
	}
}

// TestTokensAreEven: all characters are equally frequent, and no token occurs twice.
func TestTokensAreEven(t *testing.T) {
	cryptotest.SetGlobalRandom(t, 1)
	const tokens = 20_000
	counts := map[rune]int{}
	seen := map[string]bool{}
	for range tokens {
		text := session.NewToken().Reveal()
		seen[text] = true
		for _, c := range text {
			counts[c]++
		}
	}
	if len(seen) != tokens || len(counts) != 36 {
		t.Errorf("of %d tokens %d are different, of %d characters", tokens, len(seen), len(counts))
	}
	mean := tokens * 40 / 36.0
	for c, n := range counts {
		if math.Abs(float64(n)-mean) > 5*math.Sqrt(mean) {
			t.Errorf("%q comes %d times, want about %.0f", c, n, mean)
		}
	}
}

func TestNewUserID(t *testing.T) {
	t.Parallel()
	a, b := session.NewUserID(), session.NewUserID()
	if len(a) != 15 || a == b || strings.Trim(a+b, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
		t.Errorf("got %q and %q", a, b)
	}
}

// FuzzToken: only issued tokens are accepted, and nothing panics.
func FuzzToken(f *testing.F) {
	manager, err := session.NewManager(openMemory(f), session.Config{})
	must(f, err)
	s, err := manager.Create(f.Context(), "", managertest.Device{})
	must(f, err)
	issued := s.Token().Reveal()
	for _, seed := range []string{"", issued, issued[:39], issued + "a", strings.ToUpper(issued), issued[:15] + strings.Repeat("a", 25),
		" " + issued, issued[:39] + "\x00", strings.Repeat("é", 20), strings.Repeat("0", 40)} {
		f.Add(seed)
	}
	for _, neighbour := range "/:@[`{" { // neighbors of the valid characters
		f.Add(string(neighbour) + issued[1:])
		f.Add(issued[:39] + string(neighbour))
	}
	f.Fuzz(func(t *testing.T, text string) {
		token, err := session.ParseToken(text)
		wellFormed := len(text) == 40 && strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789") == ""
		if wellFormed != (err == nil) || err == nil && token.Reveal() != text || err != nil && !token.IsZero() {
			t.Fatalf("parsed %q into %q, %v", text, token.Reveal(), err)
		}
		_, err = manager.ValidateSession(t.Context(), token)
		if (err == nil) != (text == issued) || err != nil && !errors.Is(err, session.ErrNoSession) {
			t.Fatalf("Validate of %q: %v", text, err)
		}
	})
}
