package mutants

import (
	"context"
	"errors"
	"strings"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/internal/mutants/created"
	"github.com/tenon-go/tenon/spec"
)

// withCredentials changes every credential that the adapter is given.
func withCredentials(a rows, change func(string) string) *altered {
	return &altered{rows: a,
		createSession: func(ctx context.Context, session spec.SessionRow) error {
			session.Credential = change(session.Credential)
			return a.CreateSession(ctx, session)
		},
		swapLease: func(ctx context.Context, id string, from, to spec.Lease) error {
			from.Credential, to.Credential = change(from.Credential), change(to.Credential)
			return a.SwapLease(ctx, id, from, to)
		},
	}
}

func credentialsCut(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return withCredentials(openHealthy(t, s, columns), func(credential string) string {
		if len(credential) > spec.MaxIDBytes {
			return credential
		}
		return created.CutAt(64)(credential)
	})
}

func credentialsWithoutCase(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := openHealthy(t, s, columns)
	return &altered{rows: a, swapLease: func(ctx context.Context, id string, from, to spec.Lease) error {
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

func emptyCredentialRefused(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := openHealthy(t, s, columns)
	return &altered{rows: a, createSession: func(ctx context.Context, session spec.SessionRow) error {
		if session.Credential == "" {
			return spec.ErrInvalid
		}
		return a.CreateSession(ctx, session)
	}}
}
