package mutants

import (
	"context"
	"errors"
	"strings"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/internal/typed"
	"github.com/tenon-go/tenon/spec"
)

// withCredentials changes every credential that the adapter is given.
func withCredentials[U, S any](a typed.Store[U, S], change func(string) string) *altered[U, S] {
	return &altered[U, S]{Store: a,
		createSession: func(ctx context.Context, session spec.Session[S]) error {
			session.Credential = change(session.Credential)
			return a.CreateSession(ctx, session)
		},
		swapLease: func(ctx context.Context, id string, from, to spec.Lease) error {
			from.Credential, to.Credential = change(from.Credential), change(to.Credential)
			return a.SwapLease(ctx, id, from, to)
		},
	}
}

func credentialsCut[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return withCredentials(healthy[U, S](t, s), func(credential string) string {
		if len(credential) > spec.MaxIDBytes {
			return credential
		}
		return cutAt(64)(credential)
	})
}

func credentialsUnchecked[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return withCredentials(healthy[U, S](t, s), func(credential string) string {
		credential = strings.ToValidUTF8(credential, "\ufffd")
		return cutAt(spec.MaxIDBytes)(strings.ReplaceAll(credential, "\x00", ""))
	})
}

func credentialsWithoutCase[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	return &altered[U, S]{Store: a, swapLease: func(ctx context.Context, id string, from, to spec.Lease) error {
		err := a.SwapLease(ctx, id, from, to)
		if !errors.Is(err, spec.ErrStale) {
			return err
		}
		found, readErr := a.Session(ctx, id)
		if readErr != nil || !strings.EqualFold(found.Credential, from.Credential) {
			return err
		}
		from.Credential = found.Credential
		return a.SwapLease(ctx, id, from, to)
	}}
}

func emptyCredentialRefused[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	return &altered[U, S]{Store: a, createSession: func(ctx context.Context, session spec.Session[S]) error {
		if session.Credential == "" {
			return spec.ErrInvalid
		}
		return a.CreateSession(ctx, session)
	}}
}

func invalidCredentialStale[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	return &altered[U, S]{Store: a, swapLease: func(ctx context.Context, id string, from, to spec.Lease) error {
		if _, err := from.Normal(); err != nil {
			return spec.ErrStale
		}
		return a.SwapLease(ctx, id, from, to)
	}}
}
