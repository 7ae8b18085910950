// Package racetime lets a test of the suite shorten the suite's races.
package racetime

import "context"

type key struct{}

// Shorten returns a context for a run of the suite in which a race with the rich types takes
// as long as one with other types.
func Shorten(ctx context.Context) context.Context { return context.WithValue(ctx, key{}, true) }

// IsShort reports whether ctx comes from [Shorten].
func IsShort(ctx context.Context) bool { return ctx.Value(key{}) != nil }
