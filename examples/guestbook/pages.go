package main

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"time"

	"github.com/tenon-go/tenon/session/storage"
	"github.com/tenon-go/tenon/spec"
)

//go:embed templates
var templateFiles embed.FS

// sources maps each page to the file with its code, to which the page links.
var sources = map[string]string{
	"guestbook": "guestbook.go",
	"sign-in":   "visitors.go",
	"sign-up":   "visitors.go",
	"account":   "account.go",
	"problem":   "pages.go",
}

// view is the data of a page.
type view struct {
	Title      string
	Source     string      // where its code is
	User       string      // who is signed in
	Unknown    bool        // it is not known whether a user is signed in
	Plain      bool        // signing in is impossible without TLS
	Message    string      // from the page before
	Complaints []complaint // about the form, in the order of its fields
	Draft      string      // an entry that is not posted yet
	Entries    []entry
	Name       string // as typed
	Next       string // where to go after signing in
	Remember   bool
	Devices    []device
	Recent     bool // the user has signed in recently
	Detail     string
	limits
}

// complaint says what is wrong with a field of a form.
type complaint struct {
	Field string // its name
	Text  string
	First bool // it is the first one on the page, so its field has the focus
}

// Field returns the complaint about a field of a form. Its Text is empty if the field is right.
func (v view) Field(name string) complaint {
	for i, c := range v.Complaints {
		if c.Field == name {
			c.First = i == 0
			return c
		}
	}
	return complaint{Field: name}
}

// limits are the limits of the forms' fields, which browsers check too.
type limits struct{}

func (limits) MaxEntry() int       { return maxEntry }
func (limits) MinPassword() int    { return minPassword }
func (limits) MaxPassword() int    { return maxPassword }
func (limits) NamePattern() string { return namePattern }
func (limits) NameRule() string    { return nameRule }

// parsePages returns the pages by name, each within the layout.
func parsePages(now func() time.Time) (map[string]*template.Template, error) {
	functions := template.FuncMap{
		"ago":     func(t time.Time) string { return formatAge(now(), t) },
		"date":    func(t time.Time) string { return t.UTC().Format("2 January 2006") },
		"instant": func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"hue":     hue,
		"initial": func(name string) string { return name[:min(1, len(name))] }, // names are ASCII
	}
	pages := map[string]*template.Template{}
	for name := range sources {
		page, err := template.New(name).Funcs(functions).ParseFS(templateFiles, "templates/layout.html", "templates/"+name+".html")
		if err != nil {
			return nil, err
		}
		pages[name] = page
	}
	return pages, nil
}

// formatAge returns the time between t and now in words.
func formatAge(now, t time.Time) string {
	count := func(n int, unit string) string {
		if n == 1 {
			return "1 " + unit + " ago"
		}
		return fmt.Sprintf("%d %ss ago", n, unit)
	}
	switch d := now.Sub(t); {
	case d < time.Minute:
		return "just now"
	case d < time.Hour:
		return count(int(d/time.Minute), "minute")
	case d < 24*time.Hour:
		return count(int(d/time.Hour), "hour")
	case d < 7*24*time.Hour:
		return count(int(d/(24*time.Hour)), "day")
	}
	return t.UTC().Format("2 January 2006")
}

// hue returns the number of a name's colour.
func hue(name string) int {
	sum := 0
	for _, b := range []byte(name) {
		sum = sum*31%997 + int(b)
	}
	return sum % 6
}

// page returns a handler that calls f, and shows a problem if f returns an error.
func (a *app) page(f func(http.ResponseWriter, *http.Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
				err = a.problem(w, r, http.StatusRequestEntityTooLarge, "That is too much at once")
			} else {
				err = a.problem(w, r, http.StatusBadRequest, "That form cannot be read")
			}
			warn(r.Context(), err)
			return
		}
		if err := f(w, r); err != nil {
			warn(r.Context(), err)
			warn(r.Context(), a.problem(w, r, statusOf(err), "That did not work", "Please try again in a moment."))
		}
	})
}

// statusOf returns the status for an error. An error of the store is a 503, since it may be
// temporary.
func statusOf(err error) int {
	if spec.ClassOf(err) != nil {
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// warn logs an error, unless the client has closed the connection.
func warn(ctx context.Context, err error) {
	if err != nil && ctx.Err() == nil {
		slog.ErrorContext(ctx, "a request failed", "error", err)
	}
}

// showUnavailable responds if the store cannot tell which user has sent a request.
func (a *app) showUnavailable(w http.ResponseWriter, r *http.Request, _ error) {
	warn(r.Context(), a.write(w, r, http.StatusServiceUnavailable, "problem", view{Unknown: true,
		Title: "The guestbook is closed for a moment", Detail: "You are still signed in. Please try again soon."}))
}

// showRefused responds to a request that does not come from a page of the guestbook.
func (a *app) showRefused(w http.ResponseWriter, r *http.Request, _ error) {
	detail := "This did not come from a page of the guestbook. Nothing was changed."
	if isPlain(r) { // then the request may come from our page: the page explains
		detail = "Nothing was changed."
	}
	warn(r.Context(), a.write(w, r, http.StatusForbidden, "problem", view{Unknown: true, Title: "That was refused", Detail: detail}))
}

// problem shows what is wrong, without using the store.
func (a *app) problem(w http.ResponseWriter, r *http.Request, status int, title string, details ...string) error {
	v := view{Title: title}
	for _, detail := range details {
		v.Detail = detail
	}
	return a.write(w, r, status, "problem", v)
}

// render shows a page, with the message from the page before.
func (a *app) render(w http.ResponseWriter, r *http.Request, status int, name string, v view) error {
	visit, err := a.visits.Get(r)
	if err != nil {
		return err
	}
	if v.Message, err = storage.Value[string](visit, "message"); err != nil {
		return err
	}
	return a.write(w, r, status, name, v)
}

func (a *app) write(w http.ResponseWriter, r *http.Request, status int, name string, v view) error {
	if user, ok := a.auth.User(r); ok {
		v.User = user.Attributes.Name
	}
	v.Source, v.Plain = sources[name], isPlain(r)
	var page bytes.Buffer // so that an error does not leave half a page
	if err := a.pages[name].ExecuteTemplate(&page, "layout", v); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store") // every page depends on who is signed in
	w.WriteHeader(status)
	// If that fails, the client has closed the connection, or the middleware of visits
	// has sent a response and logged why.
	_, _ = page.WriteTo(w)
	return nil
}

// redirect goes to a page that shows a message.
func (a *app) redirect(w http.ResponseWriter, r *http.Request, path, message string) error {
	visit, err := a.visits.Get(r)
	if err != nil {
		return err
	}
	if err := visit.Flash("message", message); err != nil {
		return err
	}
	http.Redirect(w, r, path, http.StatusSeeOther)
	return nil
}
