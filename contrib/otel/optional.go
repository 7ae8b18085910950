package tenonotel

import (
	"context"

	"github.com/tenon-go/tenon/spec"
)

// offer returns the chain in which [spec.As] finds an adapter's optional interfaces: first
// those whose calls are reported, and then the adapter itself.
func (r *reporter) offer(adapter any) any {
	chain := adapter
	if f, ok := spec.As[spec.UserFinder](adapter); ok {
		chain = finder{r, f, chain}
	}
	if m, ok := spec.As[spec.Migrator](adapter); ok {
		chain = migrator{r, m, chain}
	}
	if p, ok := spec.As[spec.Pinger](adapter); ok {
		chain = pinger{r, p, chain}
	}
	return chain
}

type finder struct {
	*reporter
	inner spec.UserFinder
	rest  any
}

func (f finder) Unwrap() any { return f.rest }

func (f finder) UserBy(ctx context.Context, place int, value any, into *spec.UserRow) error {
	ctx, c := f.begin(ctx, spec.OpUserBy)
	return c.end(ctx, f.inner.UserBy(ctx, place, value, into))
}

type migrator struct {
	*reporter
	inner spec.Migrator
	rest  any
}

func (m migrator) Unwrap() any { return m.rest }

func (m migrator) Migrate(ctx context.Context) error {
	ctx, c := m.begin(ctx, spec.OpMigrate)
	return c.end(ctx, m.inner.Migrate(ctx))
}

func (m migrator) Check(ctx context.Context) error {
	ctx, c := m.begin(ctx, spec.OpCheck)
	return c.end(ctx, m.inner.Check(ctx))
}

type pinger struct {
	*reporter
	inner spec.Pinger
	rest  any
}

func (p pinger) Unwrap() any { return p.rest }

func (p pinger) Ping(ctx context.Context) error {
	ctx, c := p.begin(ctx, spec.OpPing)
	return c.end(ctx, p.inner.Ping(ctx))
}
