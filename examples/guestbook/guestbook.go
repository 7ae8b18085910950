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
	return a.showEntries(w, r, http.StatusOK)
}

func (a *app) showEntries(w http.ResponseWriter, r *http.Request, status int, complaints ...complaint) error {
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
	return a.render(w, r, status, "guestbook", view{Title: "Guestbook", Complaints: complaints, Draft: draft, Entries: entries})
}

// post adds an entry. Until then it keeps the text as a draft, for visitors who have to
// sign in first or have written too much.
func (a *app) post(w http.ResponseWriter, r *http.Request) error {
	complain := func(text string) error {
		return a.showEntries(w, r, http.StatusUnprocessableEntity, complaint{Field: "text", Text: text})
	}
	text := strings.TrimSpace(strings.ReplaceAll(r.PostFormValue("text"), "\r\n", "\n"))
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return complain("That is not text.")
	}
	visit, err := a.visits.Get(r)
	if err != nil {
		return err
	}
	if err := visit.Set("draft", text); err != nil {
		return err
	}
	if text == "" {
		return complain("Please write something first.")
	}
	if n := utf8.RuneCountInString(text); n > maxEntry {
		return complain(fmt.Sprintf("An entry can have %d characters; this one has %d.", maxEntry, n))
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
