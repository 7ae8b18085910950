package postgres_test

import (
	"net/url"
	"testing"

	"github.com/tenon-go/tenon/adapters/postgres"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/spec"
)

// A role needs exactly the privileges in docs/sessions.md.
func TestGrants(t *testing.T) {
	t.Parallel()
	p := newPlace(t, nil)
	p.ready(p.open())
	dsn := p.role("")
	u, err := url.Parse(dsn)
	servertest.OK(t, err)
	role := u.User.Username()
	a, err := postgres.Open[Person, Device](t.Context(), dsn, postgres.WithSchema(p.Name))
	servertest.OK(t, err)
	defer a.Close()
	p.exec("GRANT SELECT, INSERT, UPDATE, DELETE ON users, sessions TO " + role)
	servertest.OK(t, servertest.EachCall(t.Context(), a, ann, ann.Attributes.Email, phone))
	for _, privilege := range []string{"SELECT", "UPDATE", "DELETE", "INSERT"} { // INSERT is met last, after phone is gone
		p.exec("REVOKE " + privilege + " ON users, sessions FROM " + role)
		wantCode(t, servertest.EachCall(t.Context(), a, ann, ann.Attributes.Email, phone), spec.ErrFailed, "42501", "without "+privilege)
		p.exec("GRANT " + privilege + " ON users, sessions TO " + role)
	}
}
