package webtest

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"

	"github.com/gin-gonic/gin"
	"github.com/go-chi/chi/v5"
	"github.com/labstack/echo/v4"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/session/web"
	"github.com/tenon-go/tenon/spec"
)

// Handler wraps three routers, whose handlers take the request from where each
// router keeps it.
func Example() {
	auth := exampleAuth()

	c := chi.NewRouter()
	c.Use(auth.Handler)
	c.With(auth.Require).Get("/account", func(w http.ResponseWriter, r *http.Request) {})
	c.Post("/sign-in", func(w http.ResponseWriter, r *http.Request) {
		_, err := auth.SignIn(w, r, "ann", device{})
		fmt.Println("chi:", err)
	})

	e := echo.New()
	e.Use(echo.WrapMiddleware(auth.Handler))
	e.GET("/account", func(c echo.Context) error { return nil }, echo.WrapMiddleware(auth.Require))
	e.POST("/sign-in", func(c echo.Context) error {
		_, err := auth.SignIn(c.Response(), c.Request(), "ann", device{})
		fmt.Println("echo:", err)
		return err
	})

	g := gin.New()
	g.GET("/account", gin.WrapH(auth.Require(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {}))))
	g.POST("/sign-in", func(c *gin.Context) {
		_, err := auth.SignIn(c.Writer, c.Request, "ann", device{})
		fmt.Println("gin:", err)
	})

	for _, handler := range []http.Handler{c, e, auth.Handler(g)} {
		r := httptest.NewRequest("POST", "https://example.com/sign-in", nil)
		r.Header.Set("Sec-Fetch-Site", "same-origin") // as browsers do
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		fmt.Println(w.Result().Cookies()[0].Name)

		w = httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest("GET", "https://example.com/account", nil))
		fmt.Println(w.Code)
	}
	// Output:
	// chi: <nil>
	// __Host-session
	// 401
	// echo: <nil>
	// __Host-session
	// 401
	// gin: <nil>
	// __Host-session
	// 401
}

// exampleAuth returns an Auth on a store with one user, ann.
func exampleAuth() *web.Auth[user, device] {
	gin.SetMode(gin.ReleaseMode)
	store, err := memory.New[user, device]()
	if err != nil {
		log.Fatal(err)
	}
	if err := store.CreateUser(context.Background(), spec.User[user]{ID: "ann", Attributes: user{"Ann"}}); err != nil {
		log.Fatal(err)
	}
	manager, err := session.NewManager(store, session.Config{})
	if err != nil {
		log.Fatal(err)
	}
	auth, err := web.New(manager, web.Config{})
	if err != nil {
		log.Fatal(err)
	}
	return auth
}
