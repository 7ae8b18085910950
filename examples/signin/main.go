// Command signin signs users up, in and out. It is the program at the beginning of
// docs/sessions.md.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"html/template"
	"log"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"sync"

	"github.com/tenon-go/tenon/adapters/sqlite"
	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/session/web"
	"github.com/tenon-go/tenon/spec"
	"golang.org/x/crypto/bcrypt"
)

// User has the attributes of a user, besides the id.
type User struct {
	Email    string `db:"email,unique,max=254"`
	Password []byte // bcrypt's hash
}

// Device has the attributes of a session.
type Device struct {
	Name string
}

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	db, err := sqlite.Open[User, Device](ctx, "app.db")
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.Migrate(ctx); err != nil { // creates the tables
		return err
	}
	app, err := newApp(db)
	if err != nil {
		return err
	}

	server := &http.Server{Addr: "localhost:8080", Handler: app.handler()}
	var tasks sync.WaitGroup
	tasks.Go(func() { app.manager.Run(ctx) }) // deletes expired sessions
	tasks.Go(func() { <-ctx.Done(); server.Shutdown(context.Background()) })
	defer func() { stop(); tasks.Wait() }()
	log.Print("http://localhost:8080")
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

type app struct {
	db      *spec.Store[User, Device]
	manager *session.Manager[User, Device]
	auth    *web.Auth[User, Device]
	decoy   []byte // a hash for users that do not exist
}

func newApp(db *spec.Store[User, Device]) (*app, error) {
	manager, err := session.NewManager(db, session.Config{})
	if err != nil {
		return nil, err
	}
	auth, err := web.New(manager, web.Config{})
	if err != nil {
		return nil, err
	}
	decoy, err := bcrypt.GenerateFromPassword([]byte("a decoy password"), bcrypt.DefaultCost)
	return &app{db, manager, auth, decoy}, err
}

func (a *app) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", a.home)
	mux.HandleFunc("POST /sign-up", a.signUp)
	mux.HandleFunc("POST /sign-in", a.signIn)
	mux.HandleFunc("POST /sign-out", a.signOut)
	mux.Handle("GET /account", a.auth.RequireOrRedirect("/")(http.HandlerFunc(a.account)))
	return a.auth.Handler(mux)
}

var page = template.Must(template.New("").Parse(`<!doctype html>
<title>Sign in</title>
{{if .}}<form method="post" action="/sign-out">Hello, {{.}}. <button>Sign out</button></form>{{else}}
<form method="post" action="/sign-in">
<label>E-mail <input name="email" type="email" autocomplete="username"></label>
<label>Password <input name="password" type="password" autocomplete="current-password"></label>
<button>Sign in</button> <button formaction="/sign-up">Sign up</button>
</form>{{end}}
`))

func (a *app) home(w http.ResponseWriter, r *http.Request) {
	user, _ := a.auth.User(r) // its e-mail is empty if no user is signed in
	page.Execute(w, user.Attributes.Email)
}

func (a *app) account(w http.ResponseWriter, r *http.Request) {
	user, _ := a.auth.User(r)
	s, _ := a.auth.Session(r)
	fmt.Fprintf(w, "%s, signed in with %s", user.Attributes.Email, s.Attributes.Name)
}

// email returns the form's e-mail in the spelling that is stored. Unique attributes
// are compared byte by byte.
func email(r *http.Request) string {
	return strings.ToLower(strings.TrimSpace(r.PostFormValue("email")))
}

func (a *app) signUp(w http.ResponseWriter, r *http.Request) {
	hash, err := bcrypt.GenerateFromPassword([]byte(r.PostFormValue("password")), bcrypt.DefaultCost)
	if err != nil || len(r.PostFormValue("password")) < 8 || !strings.Contains(email(r), "@") {
		http.Error(w, "Please give an e-mail, and a password of 8 to 72 characters.", http.StatusBadRequest)
		return
	}
	user := spec.User[User]{ID: session.NewUserID(), Attributes: User{Email: email(r), Password: hash}}
	err = a.db.CreateUser(r.Context(), user)
	if c, ok := errors.AsType[*spec.ConstraintError](err); ok && c.Attribute == "Email" {
		http.Error(w, "This e-mail cannot be used, or has an account already.", http.StatusConflict)
		return
	}
	if err != nil {
		fail(w, err)
		return
	}
	a.welcome(w, r, user)
}

func (a *app) signIn(w http.ResponseWriter, r *http.Request) {
	user, err := a.db.UserBy(r.Context(), "Email", email(r))
	unknown := errors.Is(err, spec.ErrUserNotFound)
	if err != nil && !unknown {
		fail(w, err)
		return
	}
	hash := user.Attributes.Password
	if unknown {
		hash = a.decoy // the comparison takes as long as for a user
	}
	if bcrypt.CompareHashAndPassword(hash, []byte(r.PostFormValue("password"))) != nil || unknown {
		http.Error(w, "Wrong e-mail or password.", http.StatusForbidden)
		return
	}
	a.welcome(w, r, user)
}

// welcome signs in a user whose password was right, unless the password was changed
// during the comparison.
func (a *app) welcome(w http.ResponseWriter, r *http.Request, user spec.User[User]) {
	same := session.IfUser(func(now User) bool { return bytes.Equal(now.Password, user.Attributes.Password) })
	if _, err := a.auth.SignIn(w, r, user.ID, Device{Name: web.DeviceName(r)}, same); err != nil {
		fail(w, err)
		return
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func (a *app) signOut(w http.ResponseWriter, r *http.Request) {
	if err := a.auth.SignOut(w, r); err != nil {
		log.Print(err)
		http.Error(w, "You are still signed in. Please try again later.", http.StatusServiceUnavailable)
		return
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func fail(w http.ResponseWriter, err error) {
	if errors.Is(err, spec.ErrInvalid) { // for example, text with a NUL
		http.Error(w, "Please check what you have entered.", http.StatusBadRequest)
		return
	}
	log.Print(err)
	http.Error(w, "Please try again later.", http.StatusServiceUnavailable)
}
