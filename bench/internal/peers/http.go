package peers

import (
	"context"
	"errors"
	"net/http"

	"github.com/alexedwards/scs/v2"
	"github.com/gorilla/securecookie"
	"github.com/gorilla/sessions"

	"github.com/tenon-go/tenon/bench/engines"
)

func admitSCS(_ context.Context, at *engines.Place) (*engines.Client, error) {
	manager := scs.New()
	var err error
	if manager.Store, err = newMemstore(at.Set); err != nil {
		return nil, err
	}
	rows := engines.NewRows(at.Set)
	cookies := engines.CookiesOf(at.Set, manager.Cookie.Name, func(i int) string { return rows.Session(i).ID })
	return engines.Through(manager.LoadAndSave, cookies, func(r *http.Request) string {
		return manager.GetString(r.Context(), "user")
	}), nil
}

func admitGorilla(_ context.Context, at *engines.Place) (*engines.Client, error) {
	const name = "session"
	s := sessions.NewCookieStore(securecookie.GenerateRandomKey(64))
	rows := engines.NewRows(at.Set)
	var failed error
	cookies := engines.CookiesOf(at.Set, name, func(i int) string {
		row := rows.Session(i)
		a := row.Attributes
		text, err := securecookie.EncodeMulti(name, map[any]any{
			"user": row.UserID, "name": a.Name, "agent": a.Agent, "address": a.Address, "visits": a.Visits,
		}, s.Codecs...)
		failed = errors.Join(failed, err)
		return text
	})
	return engines.Through(func(next http.Handler) http.Handler { return next }, cookies, func(r *http.Request) string {
		held, err := s.Get(r, name)
		if err != nil {
			return ""
		}
		id, _ := held.Values["user"].(string)
		return id
	}), failed
}
