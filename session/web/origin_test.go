package web_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/session/web"
)

func TestOrigin(t *testing.T) {
	t.Parallel()
	const (
		strict  = 1 << iota // by default
		lenient             // with AllowMissingOrigin
		all     = strict | lenient
	)
	type pairs = []string
	tests := []struct {
		method string
		header pairs
		pass   int
	}{
		{"GET", nil, all},
		{"HEAD", pairs{"Sec-Fetch-Site", "cross-site"}, all},
		{"GET", pairs{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.test"}, all},
		{"OPTIONS", pairs{"Origin", "https://evil.test"}, all},

		{"POST", nil, lenient},
		{"PUT", nil, lenient},
		{"PATCH", nil, lenient},
		{"DELETE", nil, lenient},
		{"SEARCH", nil, lenient},
		{"get", nil, lenient},
		{"POST", pairs{"Sec-Fetch-Site", "same-origin"}, all},
		{"POST", pairs{"Sec-Fetch-Site", "none"}, all},
		{"POST", pairs{"Sec-Fetch-Site", "same-site"}, 0},
		{"POST", pairs{"Sec-Fetch-Site", "cross-site"}, 0},
		{"POST", pairs{"Sec-Fetch-Site", "unheard-of"}, 0},
		{"POST", pairs{"Origin", "https://example.com"}, all},
		{"POST", pairs{"Origin", "https://example.com:8443"}, 0},
		{"POST", pairs{"Origin", "https://evil.test"}, 0},
		{"POST", pairs{"Origin", "null"}, 0},
		{"POST", pairs{"Origin", "null", "Sec-Fetch-Site", "same-origin"}, all},
		{"POST", pairs{"Origin", "https://example.com", "Sec-Fetch-Site", "cross-site"}, 0},
		{"POST", pairs{"Origin", "https://friend.test", "Sec-Fetch-Site", "cross-site"}, all},
		{"POST", pairs{"Origin", "https://friend.test"}, all},
		{"POST", pairs{"Origin", "http://friend.test"}, 0},

		{"GET", pairs{"Upgrade", "websocket"}, lenient},
		{"GET", pairs{"Upgrade", "WebSocket", "Origin", "https://evil.test"}, 0},
		{"GET", pairs{"Upgrade", "h2c, websocket/13", "Origin", "https://evil.test"}, 0},
		{"GET", pairs{"Upgrade", "h2c", "Upgrade", "websocket", "Sec-Fetch-Site", "cross-site"}, 0},
		{"GET", pairs{"Upgrade", "websocket", "Origin", "https://example.com"}, all},
		{"GET", pairs{"Upgrade", "websocket", "Origin", "https://friend.test"}, all},
		{"GET", pairs{"Upgrade", "h2c", "Origin", "https://evil.test"}, all},
	}
	config := web.Config{TrustedOrigins: []string{"https://friend.test"}}
	for _, with := range []int{strict, lenient} {
		config.AllowMissingOrigin = with == lenient
		s := newSite(t, session.Config{}, config)
		client, token := s.signIn(t, "ann")
		s.mux.HandleFunc("/any", s.whoami)
		for _, test := range tests {
			header := slices.Concat(test.header, pairs{"Host", "example.com", "Cookie", web.CookieName + "=" + token})
			want := http.StatusForbidden
			if test.pass&with != 0 {
				want = http.StatusOK
			}
			if got := s.do(t, client, test.method, "/any", header...).wantNoCookie(t); got.status != want {
				t.Errorf("%s %q, lenient %v: got %d, want %d", test.method, test.header, config.AllowMissingOrigin, got.status, want)
			}
		}
	}
}

// TestExtendedConnect: over HTTP/2 a WebSocket begins with CONNECT and a :protocol, which
// net/http shows as a header. It is checked like one over HTTP/1.
func TestExtendedConnect(t *testing.T) {
	t.Parallel()
	for _, lenient := range []bool{false, true} {
		s := newSite(t, session.Config{}, web.Config{AllowMissingOrigin: lenient})
		_, token := s.signIn(t, "ann")
		handler := s.auth.Handler(http.HandlerFunc(s.whoami))
		for _, test := range []struct {
			name, value string
			pass        bool
		}{
			{"Origin", "https://evil.test", false},
			{"Sec-Fetch-Site", "cross-site", false},
			{"Sec-Fetch-Site", "same-site", false},
			{"Origin", "https://example.com", true},
			{"Sec-Fetch-Site", "same-origin", true},
			{"X-None", "", lenient},
		} {
			r := httptest.NewRequest(http.MethodGet, "https://example.com/chat", nil)
			r.Method = http.MethodConnect // set here, because NewRequest would treat it as a request to a proxy, with a host and no path
			r.Proto, r.ProtoMajor, r.ProtoMinor = "HTTP/2.0", 2, 0
			r.Header[":protocol"] = []string{"websocket"}
			r.Header.Set(test.name, test.value)
			r.AddCookie(&http.Cookie{Name: web.CookieName, Value: token})
			want := http.StatusForbidden
			if test.pass {
				want = http.StatusOK
			}
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, r)
			if w.Code != want {
				t.Errorf("%s: %s, lenient %v: got %d, want %d", test.name, test.value, lenient, w.Code, want)
			}
			if _, err := s.auth.TokenFromRequest(r); (err == nil) != test.pass {
				t.Errorf("%s: %s, lenient %v: got error %v", test.name, test.value, lenient, err)
			}
		}
	}
}

// TestRefusedRequestDoesNothing: a refused request clears no cookie, makes no call of the
// store, and signs no user in or out.
func TestRefusedRequestDoesNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{})
	client, _ := s.signIn(t, "ann")
	const refused = "This request was refused: it did not come from a page of this site."
	for _, header := range [][]string{nil, {"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://evil.test"}} {
		for _, path := range []string{"/sign-in?user=bob", "/sign-out", "/sign-out-everywhere", "/account"} {
			s.do(t, client, http.MethodPost, path, header...).want(t, 403, refused).wantNoCookie(t)
			s.do(t, s.browser(t), http.MethodPost, path, header...).want(t, 403, refused).wantNoCookie(t)
			gone := append([]string{"Cookie", web.CookieName + "=gone"}, header...)
			s.do(t, s.browser(t), http.MethodPost, path, gone...).want(t, 403, refused).wantNoCookie(t)
		}
	}
	if calls := s.Calls(); len(calls) != 0 {
		t.Errorf("got calls %v, want none", calls)
	}
	s.get(t, client, "/").want(t, 200, "ANN on laptop")
}
