package main

import (
	"bytes"
	"errors"
	"net/http"
	"regexp"
	"strings"

	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/session/web"
	"github.com/tenon-go/tenon/spec"
)

// Names are ASCII and stored in lower case, so that no two look alike. Browsers check the
// pattern too. They need the hyphen escaped.
const (
	namePattern = `[a-zA-Z][a-zA-Z0-9\-]{1,29}`
	nameRule    = "2 to 30 letters from a to z, digits and hyphens, and begins with a letter"
)

var validName = regexp.MustCompile(`^` + namePattern + `$`)

func (a *app) signUpForm(w http.ResponseWriter, r *http.Request) error {
	return a.render(w, r, http.StatusOK, "sign-up", view{Title: "Sign up"})
}

// signUp creates an account and signs in. It can tell that a name is taken, since names are
// public in the guestbook.
func (a *app) signUp(w http.ResponseWriter, r *http.Request) error {
	v := formView("Sign up", r)
	complain := func(field, text string) {
		v.Complaints = append(v.Complaints, complaint{Field: field, Text: text})
	}
	if !validName.MatchString(v.Name) {
		complain("name", "A name has "+nameRule+".")
	}
	hash, wrong, err := a.passwords.hash(r.PostFormValue("password"))
	if err != nil {
		return err
	}
	if wrong != "" {
		complain("password", wrong)
	}
	if v.Complaints != nil {
		return a.render(w, r, http.StatusUnprocessableEntity, "sign-up", v)
	}
	user := spec.User[User]{ID: session.NewUserID(), Attributes: User{Name: v.Name, Password: hash}}
	err = a.store.CreateUser(r.Context(), user)
	if c, ok := errors.AsType[*spec.ConstraintError](err); ok && c.Attribute == "Name" && c.Kind == spec.NotUnique {
		complain("name", "That name is taken. Please choose another one.")
		return a.render(w, r, http.StatusUnprocessableEntity, "sign-up", v)
	}
	if err != nil {
		return err
	}
	if err := a.begin(w, r, user.ID, v); err != nil {
		return err
	}
	return a.welcome(w, r, v, "Welcome, "+v.Name+".")
}

func (a *app) signInForm(w http.ResponseWriter, r *http.Request) error {
	user, _ := a.auth.User(r) // the user may have to sign in again
	return a.render(w, r, http.StatusOK, "sign-in", view{Title: "Sign in", Name: user.Attributes.Name, Next: web.Next(r, "/")})
}

// signIn responds to a wrong password and a wrong name in the same way, after the same
// time.
func (a *app) signIn(w http.ResponseWriter, r *http.Request) error {
	v := formView("Sign in", r)
	complain := func() error {
		v.Complaints = []complaint{{Field: "name", Text: "That name and password do not go together."}}
		return a.render(w, r, http.StatusUnprocessableEntity, "sign-in", v)
	}
	user, err := a.store.UserBy(r.Context(), "Name", v.Name)
	if err != nil && !errors.Is(err, spec.ErrUserNotFound) {
		return err
	}
	ok, err := a.passwords.match(user.Attributes.Password, r.PostFormValue("password"))
	if err != nil {
		return err
	}
	if !ok {
		return complain()
	}
	// If the password was changed after it was read, all sessions were ended then, but
	// perhaps before this one was created.
	err = a.begin(w, r, user.ID, v, session.IfUser(func(now User) bool {
		return bytes.Equal(now.Password, user.Attributes.Password)
	}))
	if errors.Is(err, session.ErrUserChanged) {
		return complain()
	}
	if err != nil {
		return err
	}
	return a.welcome(w, r, v, "Welcome back, "+user.Attributes.Name+".")
}

// begin creates the session of a user whose password was right.
func (a *app) begin(w http.ResponseWriter, r *http.Request, userID string, v view, options ...session.CreateOption) error {
	options = append(options, session.Persistent(v.Remember))
	_, err := a.auth.SignIn(w, r, userID, Device{Name: web.DeviceName(r)}, options...)
	return err
}

// welcome sends a user who has just signed in to the next page.
func (a *app) welcome(w http.ResponseWriter, r *http.Request, v view, message string) error {
	visit, err := a.visits.Get(r)
	if err != nil {
		return err
	}
	visit.Regenerate() // an old copy of the visitor's cookie stops working; the draft stays
	return a.redirect(w, r, v.Next, message)
}

// signOut ends the session and deletes the data of the visit.
func (a *app) signOut(w http.ResponseWriter, r *http.Request) error {
	return a.leave(w, r, a.auth.SignOut, "You are signed out.")
}

func (a *app) leave(w http.ResponseWriter, r *http.Request, signOut func(http.ResponseWriter, *http.Request) error, message string) error {
	if err := signOut(w, r); err != nil {
		warn(r.Context(), err)
		return a.problem(w, r, http.StatusServiceUnavailable, "You are still signed in", "Signing out did not work. Please try again in a moment.")
	}
	visit, err := a.visits.Get(r)
	if err != nil {
		return err
	}
	if err := a.visits.Destroy(w, r, visit); err != nil { // the next user of the browser must not see a draft
		return err
	}
	return a.redirect(w, r, "/", message)
}

// formView returns a view with the form's values, except the password.
func formView(title string, r *http.Request) view {
	return view{
		Title:    title,
		Name:     strings.ToLower(strings.TrimSpace(r.PostFormValue("name"))),
		Remember: r.PostFormValue("remember") != "",
		Next:     web.Next(r, "/"), // always a page of this site
	}
}
