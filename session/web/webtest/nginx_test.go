package webtest

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/internal/testing/debian"
	"github.com/tenon-go/tenon/session/storage"
	"github.com/tenon-go/tenon/session/web"
)

// newNginx starts an nginx in front of a handler and returns its address. The
// nginx caches every response that it may cache for a minute. It passes on the
// Host header, except for paths under /plain/, which have "proxy_pass" alone.
func newNginx(t *testing.T, handler http.Handler) string {
	t.Helper()
	path := debian.Find(t, "nginx", "nginx-light")
	back := httptest.NewServer(handler)
	t.Cleanup(back.Close)
	// nginx takes over this listening socket, as it does from an older nginx in
	// an upgrade. So the port is free, and the test need not wait until nginx
	// listens.
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	socket, err := listener.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	dir := t.TempDir()
	config := fmt.Sprintf(`
		user root; daemon off; pid nginx.pid; error_log stderr;
		events {}
		http {
			access_log off;
			client_body_temp_path body; proxy_temp_path temp; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
			proxy_cache_path cache keys_zone=c:1m;
			server {
				listen %[1]s;
				add_header X-Cache $upstream_cache_status always;
				location / {
					proxy_pass %[2]s;
					proxy_set_header Host $http_host;
					proxy_cache c;
					proxy_cache_valid 200 1m;
				}
				location /plain/ { proxy_pass %[2]s; }
			}
		}`, listener.Addr(), back.URL)
	if err := os.WriteFile(filepath.Join(dir, "nginx.conf"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	command := exec.CommandContext(t.Context(), path, "-p", dir, "-c", "nginx.conf", "-e", "stderr")
	command.Env = append(os.Environ(), "NGINX=3;")
	command.ExtraFiles = []*os.File{socket}
	command.Stderr = &log
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGTERM) } // stops its workers too
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { // the test's context is done
		err := command.Wait()
		if t.Failed() {
			t.Logf("nginx: %v\n%s", err, log.String())
		}
	})
	return "http://" + listener.Addr().String()
}

// visitor is a client that sends back the cookies it received, including
// Secure ones.
type visitor struct {
	t       *testing.T
	site    string
	cookies map[string]string
}

func newVisitor(t *testing.T, site string) visitor { return visitor{t, site, map[string]string{}} }

func (v visitor) send(method, path string) (body string, header http.Header) {
	v.t.Helper()
	r, err := http.NewRequestWithContext(v.t.Context(), method, v.site+path, nil)
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	for name, value := range v.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	for _, cookie := range response.Cookies() {
		v.cookies[cookie.Name] = cookie.Value
	}
	return string(text), response.Header
}

// want requests a page and checks its body and nginx's cache status.
func (v visitor) want(path, body, cache string) {
	v.t.Helper()
	got, header := v.send(http.MethodGet, path)
	if got != body || header.Get("X-Cache") != cache {
		v.t.Errorf("%s: got %q (cache %s), want %q (%s); header %v", path, got, header.Get("X-Cache"), body, cache, header)
	}
}

// TestNginx requests pages whose handlers do not mention caching, such as the
// README's, through an nginx that caches every response that it may cache.
func TestNginx(t *testing.T) {
	t.Parallel()
	auth := newAuth(t, web.Config{Insecure: true})
	sessions, err := memory.NewSessions[storage.Data]()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sessions.Close() })
	store, err := storage.New(sessions, storage.Cookie{Secrets: []string{strings.Repeat("0123456789", 4)}, Insecure: true})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	signIn := func(w http.ResponseWriter, r *http.Request) {
		if _, err := auth.SignIn(w, r, "ann", device{Name: "phone"}); err != nil {
			t.Error(err)
		}
	}
	mux.HandleFunc("POST /sign-in", signIn)
	mux.HandleFunc("POST /plain/sign-in", signIn)
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) { // README's
		user, ok := auth.User(r)
		if !ok {
			fmt.Fprint(w, "Hello.")
			return
		}
		fmt.Fprintf(w, "Hello, %s.", user.Attributes.Name)
	})
	mux.HandleFunc("/device", func(w http.ResponseWriter, r *http.Request) {
		s, _ := auth.Session(r)
		fmt.Fprintf(w, "device %q", s.Attributes.Name)
	})
	mux.HandleFunc("/public", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "public, max-age=60")
		fmt.Fprint(w, "for everyone")
	})
	cart := func(w http.ResponseWriter, r *http.Request) {
		s, err := store.Get(r)
		if err != nil {
			t.Error(err)
			return
		}
		if r.Method == http.MethodPost {
			w.Header().Set("Cache-Control", "public, max-age=60")
			if err := s.Set("cart", "a book"); err != nil {
				t.Error(err)
			}
		}
		fmt.Fprintf(w, "cart: %v", s.Get("cart"))
	}
	mux.HandleFunc("/cart", cart)
	mux.HandleFunc("/plain/cart", cart)
	all := http.NewServeMux()
	all.Handle("/", auth.Handler(store.Middleware(mux)))
	all.HandleFunc("/static", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "a file") })
	site := newNginx(t, all)

	ann := newVisitor(t, site)
	ann.send(http.MethodPost, "/sign-in")
	ann.send(http.MethodPost, "/cart")
	for range 2 {
		ann.want("/", "Hello, Ann.", "MISS")
		ann.want("/device", `device "phone"`, "MISS")
		ann.want("/cart", "cart: a book", "MISS")
		stranger := newVisitor(t, site)
		stranger.want("/", "Hello.", "MISS")
		stranger.want("/device", `device ""`, "MISS")
		stranger.want("/cart", "cart: <nil>", "MISS")
	}
	// The cache works: it keeps the pages that a handler marks as cacheable and
	// those outside of Handler.
	stranger := newVisitor(t, site)
	for _, cache := range []string{"MISS", "HIT"} {
		stranger.want("/public", "for everyone", cache)
		stranger.want("/static", "a file", cache)
	}

	// Without the visitor's Host header, nginx sends this computer's address.
	// Insecure must not apply to these visitors.
	for _, path := range []string{"/plain/sign-in", "/plain/cart"} {
		_, header := newVisitor(t, site).send(http.MethodPost, path)
		if line := header.Get("Set-Cookie"); !strings.HasPrefix(line, "__Host-") || !strings.Contains(line, "; Secure") {
			t.Errorf("%s: got %q", path, line)
		}
	}
}
