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
	"strings"
	"testing"
	"testing/cryptotest"

	"github.com/tenon-go/tenon/internal/managertest"
	"github.com/tenon-go/tenon/session"
)

// TestTokenNeverPrints: whatever prints a token, or something that holds one,
// prints no part of its secret, nor the digest of it.
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

// TestTokensAreEven: no character is more frequent than another, and no token
// comes twice.
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

// FuzzToken: nothing is accepted that was not issued, and nothing panics.
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
	for _, neighbour := range "/:`{" { // of the characters that there are
		f.Add(string(neighbour) + issued[1:])
		f.Add(issued[:39] + string(neighbour))
	}
	f.Fuzz(func(t *testing.T, text string) {
		token, err := session.ParseToken(text)
		wellFormed := len(text) == 40 && strings.Trim(text, "abcdefghijklmnopqrstuvwxyz0123456789") == ""
		if wellFormed != (err == nil) || err == nil && token.Reveal() != text || err != nil && !token.IsZero() {
			t.Fatalf("parsed %q into %q, %v", text, token.Reveal(), err)
		}
		_, err = manager.ValidateSession(t.Context(), token)
		if (err == nil) != (text == issued) || err != nil && !errors.Is(err, session.ErrNoSession) {
			t.Fatalf("Validate of %q: %v", text, err)
		}
	})
}
