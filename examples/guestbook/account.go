package main

import (
	"errors"
	"net/http"
	"slices"

	"github.com/tenon-go/tenon/session"
)

// device is a session in the list of devices.
type device struct {
	session.Session[Device]
	Current bool // it is the device that shows the list
}

// account shows the user's devices, and the forms to change and delete the account.
func (a *app) account(w http.ResponseWriter, r *http.Request) error {
	return a.showAccount(w, r, http.StatusOK)
}

func (a *app) showAccount(w http.ResponseWriter, r *http.Request, status int, complaints ...complaint) error {
	current, _ := a.auth.Session(r)
	sessions, err := a.manager.List(r.Context(), current.UserID)
	if err != nil {
		return err
	}
	slices.Reverse(sessions) // the newest first; the current one moves to the front below
	v := view{Title: "Your account", Complaints: complaints, Recent: current.RequireRecent(recent) == nil}
	for _, s := range sessions {
		d := device{Session: s, Current: s.ID == current.ID}
		if d.Current {
			v.Devices = slices.Insert(v.Devices, 0, d)
			continue
		}
		v.Devices = append(v.Devices, d)
	}
	return a.render(w, r, status, "account", v)
}

// signOutDevice ends one of the user's sessions. It treats the id of another user's
// session like an unknown id.
func (a *app) signOutDevice(w http.ResponseWriter, r *http.Request) error {
	current, _ := a.auth.Session(r)
	id := session.ID(r.PathValue("id"))
	if id == current.ID {
		return a.signOut(w, r)
	}
	err := a.manager.InvalidateOwn(r.Context(), current.UserID, id)
	if errors.Is(err, session.ErrNoSession) {
		return a.redirect(w, r, "/account", "That device is not signed in.")
	}
	if err != nil {
		return err
	}
	return a.redirect(w, r, "/account", "That device is signed out.")
}

func (a *app) signOutElsewhere(w http.ResponseWriter, r *http.Request) error {
	if err := a.auth.SignOutElsewhere(w, r); err != nil {
		return err
	}
	return a.redirect(w, r, "/account", "All your other devices are signed out.")
}

func (a *app) signOutEverywhere(w http.ResponseWriter, r *http.Request) error {
	return a.leave(w, r, a.auth.SignOutEverywhere, "You are signed out on all your devices.")
}

// changePassword sets a new password. It signs out everyone who has signed in with the old
// password, or who has a copy of this session's token.
func (a *app) changePassword(w http.ResponseWriter, r *http.Request) error {
	current, _ := a.auth.Session(r)
	if current.RequireRecent(recent) != nil {
		return a.signInAgain(w, r)
	}
	hash, wrong, err := a.passwords.hash(r.PostFormValue("password"))
	if err != nil {
		return err
	}
	if wrong != "" {
		return a.showAccount(w, r, http.StatusUnprocessableEntity, complaint{Field: "password", Text: wrong})
	}
	if _, err := a.manager.UpdateUser(r.Context(), current.UserID, func(u *User) { u.Password = hash }); err != nil {
		return err
	}
	// This comes last, since until now a client could sign in with the old password.
	if err := a.auth.SignOutElsewhere(w, r); err != nil {
		warn(r.Context(), err)
		return a.redirect(w, r, "/account", "Your password is changed, but other devices may still be signed in. Please sign them out.")
	}
	return a.redirect(w, r, "/account", "Your password is changed, and your other devices are signed out.")
}

// deleteAccount deletes the user with all sessions and entries.
func (a *app) deleteAccount(w http.ResponseWriter, r *http.Request) error {
	current, _ := a.auth.Session(r)
	if current.RequireRecent(recent) != nil {
		return a.signInAgain(w, r)
	}
	if r.PostFormValue("sure") == "" {
		return a.showAccount(w, r, http.StatusUnprocessableEntity,
			complaint{Field: "sure", Text: "Tick the box if you want to delete your account."})
	}
	if err := a.store.DeleteUser(r.Context(), current.UserID); err != nil {
		return err
	}
	return a.leave(w, r, a.auth.SignOut, "Your account and your entries are deleted.")
}

func (a *app) signInAgain(w http.ResponseWriter, r *http.Request) error {
	return a.redirect(w, r, "/sign-in?next=/account", "To do this, please sign in again.")
}
