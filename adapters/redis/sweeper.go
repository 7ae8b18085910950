package redis

import (
	"context"
	"strings"

	"github.com/tenon-go/tenon/adapters/internal/linger"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// OpenSweeper is [OpenSessions] for programs that delete an application's expired sessions
// without its types. The sessions can have any attributes. Of the returned store, use only
// DeleteExpiredSessions, for everyone, Describe, Ping and Close. Outside of a Cluster,
// OpenSweeper looks at the names of all keys once, with SCAN, to find the indexes of
// unique attributes.
func OpenSweeper(ctx context.Context, url string, options ...Option) (*spec.SessionStore[struct{}], error) {
	return spec.NewSessionStore[struct{}](name, func(columns spec.Columns) (spec.SessionAdapter, error) {
		a, err := OpenAdapter(ctx, url, columns, options...)
		if err != nil {
			return nil, err
		}
		if err = a.checkLayout(ctx); err == nil {
			err = a.findUnique(ctx)
		}
		if err != nil {
			a.Close()
			return nil, err
		}
		return a, nil
	})
}

// findUnique finds the columns that have an index of unique values, so that a sweep frees
// the values of the sessions that it deletes.
func (a *Adapter) findUnique(ctx context.Context) error {
	if a.inCluster() {
		return nil // it has no unique attributes
	}
	const each = 1000 // keys per step, so other clients wait for less than a millisecond
	begin := a.part(0) + uniqueKey
	columns, err := linger.Await(ctx, func() (map[string]bool, error) {
		found := map[string]bool{} // SCAN may return a key twice
		keys := a.client.Scan(ctx, 0, escapePattern(begin)+"*", each).Iterator()
		for keys.Next(ctx) {
			found[strings.TrimPrefix(keys.Val(), begin)] = true
		}
		return found, keys.Err()
	})
	for column := range columns {
		a.unique = append(a.unique, len(a.attributes))
		a.attributes = append(a.attributes, attr.Field{Name: column, Column: column, Unique: true})
	}
	return classify(err, reads)
}

// escapePattern returns a pattern that matches only this text.
func escapePattern(text string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`, `]`, `\]`).Replace(text)
}
