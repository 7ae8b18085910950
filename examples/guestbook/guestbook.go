package main

import (
	"fmt"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/tenon-go/tenon/session/storage"
)

const (
	maxEntry = 1000 // characters
	newest   = 50   // entries on the page
)

// guestbook shows the entries, and a form to write one.
func (a *app) guestbook(w http.ResponseWriter, r *http.Request) error {
	return a.showEntries(w, r, http.StatusOK, "")
}

func (a *app) showEntries(w http.ResponseWriter, r *http.Request, status int, complaint string) error {
	visit, err := a.visits.Get(r)
	if err != nil {
		return err
	}
	draft, err := storage.Value[string](visit, "draft")
	if err != nil {
		return err
	}
	entries, err := a.store.entries(r.Context(), newest)
	if err != nil {
		return err
	}
	return a.render(w, r, status, "guestbook", view{Title: "Guestbook", Complaint: complaint, Draft: draft, Entries: entries})
}

// post adds an entry. Until it is added it is kept as a draft: for who has to
// sign in first, or has written too much.
func (a *app) post(w http.ResponseWriter, r *http.Request) error {
	text := strings.TrimSpace(strings.ReplaceAll(r.PostFormValue("text"), "\r\n", "\n"))
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return a.showEntries(w, r, http.StatusUnprocessableEntity, "That is not text.")
	}
	visit, err := a.visits.Get(r)
	if err != nil {
		return err
	}
	if err := visit.Set("draft", text); err != nil {
		return err
	}
	if text == "" {
		return a.showEntries(w, r, http.StatusUnprocessableEntity, "Please write something first.")
	}
	if n := utf8.RuneCountInString(text); n > maxEntry {
		return a.showEntries(w, r, http.StatusUnprocessableEntity,
			fmt.Sprintf("An entry can have %d characters; this one has %d.", maxEntry, n))
	}
	if user, ok := a.auth.User(r); ok {
		added, err := a.store.addEntry(r.Context(), user.ID, text, a.manager.Now())
		if err != nil {
			return err
		}
		if added {
			visit.Unset("draft")
			return a.redirect(w, r, "/", "Thank you for your entry.")
		}
	}
	return a.redirect(w, r, "/sign-in", "Sign in to post your entry. It is kept until then.")
}
