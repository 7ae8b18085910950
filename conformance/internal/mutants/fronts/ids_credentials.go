package fronts

import (
	"context"
	"strings"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/internal/mutants/created"
	"github.com/tenon-go/tenon/internal/typed"
	"github.com/tenon-go/tenon/spec"
)

// withCredentials changes every credential that is passed to the adapter.
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

func credentialsUnchecked[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return withCredentials(openHealthy[U, S](t, s), func(credential string) string {
		credential = strings.ToValidUTF8(credential, "\ufffd")
		return created.CutAt(spec.MaxIDBytes)(strings.ReplaceAll(credential, "\x00", ""))
	})
}
