package web_test

import (
	"net/http/httptest"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/session/web"
)

// TestDeviceName: users recognize their devices, and no client can have a name that a
// store refuses.
func TestDeviceName(t *testing.T) {
	t.Parallel()
	for agent, want := range map[string]string{
		"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0":                                                           "Firefox on Linux",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0":        "Edge on Windows",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile Safari/604.1": "Safari on iPhone",
		"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0 Mobile Safari/537.36":  "Samsung Internet on Android",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36 Caf\xe9/1.0":    "Chrome on Mac",
		"curl/8.14.1":            "curl",
		"Go-http-client/2.0":     "Go-http-client",
		"Caf\xe9Browser/1.0":     "CafBrowser",
		"Dalvik (Linux; U)":      "Browser on Linux",
		"":                       "Unknown device",
		"/1.0":                   "Unknown device",
		"\xff\xfe":               "Unknown device",
		strings.Repeat("é", 1e5): strings.Repeat("é", 40),
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("User-Agent", agent)
		if got := web.DeviceName(r); got != want {
			t.Errorf("%.80q: got %q, want %q", agent, got, want)
		}
	}
}

func FuzzDeviceName(f *testing.F) {
	for _, seed := range []string{"", "curl/8", "a\x00b/1", "\x1b[2J", "\xe9", "Firefox/1", "\u202eabc/1"} {
		f.Add(seed)
	}
	s := newSite(f, session.Config{}, web.Config{})
	f.Fuzz(func(t *testing.T, agent string) {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("User-Agent", agent)
		name := web.DeviceName(r)
		if n := utf8.RuneCountInString(name); n < 1 || n > 40 || !utf8.ValidString(name) || strings.ContainsAny(name, "\x00\x1b\n\u202e") {
			t.Errorf("%q is named %q", agent, name)
		}
		_, err := s.manager.Create(t.Context(), "ann", Device{Name: name})
		must(t, err)
	})
}
