package webtest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/tenon-go/tenon/session/storage"
	"github.com/tenon-go/tenon/session/web"
)

// TestGin streams a response with gin, whose Stream calls the writer's
// CloseNotify.
func TestGin(t *testing.T) {
	t.Parallel()
	auth := newAuth(t, web.Config{})
	store, err := storage.NewInCookie(storage.Cookie{Secrets: []string{strings.Repeat("0123456789", 4)}})
	if err != nil {
		t.Fatal(err)
	}
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.GET("/stream", func(c *gin.Context) {
		left := 3
		c.Stream(func(w io.Writer) bool {
			left--
			c.SSEvent("left", left)
			return left > 0
		})
	})
	for name, middleware := range map[string]func(http.Handler) http.Handler{
		"web": auth.Handler, "storage": store.Middleware,
		"both": func(next http.Handler) http.Handler { return auth.Handler(store.Middleware(next)) },
	} {
		server := httptest.NewServer(middleware(engine))
		defer server.Close()
		response, err := http.Get(server.URL + "/stream")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		if err != nil || strings.Count(string(body), "event:left") != 3 || response.Header.Get("Vary") != "Cookie" {
			t.Errorf("%s: got %q, error %v, header %v", name, body, err, response.Header)
		}
	}
}
