package redis

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	driver "github.com/redis/go-redis/v9"

	"github.com/tenon-go/tenon/adapters/internal/linger"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// CreateSession implements [spec.SessionAdapter].
func (a *Adapter) CreateSession(ctx context.Context, session spec.SessionRow) error {
	unlike := rand.Text()[:12]
	entry, list := makeEntry(session.ID, unlike), a.listOf(session.UserID)
	switch {
	case session.UserID == "":
		return a.create(ctx, &session, unlike, "", "")
	case !a.inCluster():
		return a.create(ctx, &session, unlike, entry, list)
	}
	// The list gets the entry first. Reads skip an entry without a session.
	begin := time.Now()
	if _, err := a.run(ctx, enlistScript, []string{list}, entry); err != nil {
		return asUnapplied(err)
	}
	if time.Since(begin) > forgetAfter/2 {
		return &spec.Error{Class: spec.ErrUnavailable, Detail: "the user's list may have forgotten the session by now"}
	}
	err := a.create(ctx, &session, unlike, "", "")
	if err != nil && !errors.Is(err, spec.ErrIndeterminate) {
		a.unlist(ctx, []listed{{session.UserID, entry}})
	}
	return err
}

// create inserts a session and, if entry is not empty, its entry into the list.
func (a *Adapter) create(ctx context.Context, session *spec.SessionRow, unlike, entry, list string) error {
	part := a.shard(session.ID)
	if entry == "" {
		list = part // not used, but KEYS needs a key
	}
	args := a.uniqueColumns([]any{session.ID, session.ExpiresAt.UnixMilli(), entry, len(a.unique)})
	args = append(append(args, entryField, unlike), a.fields(session)...)
	keys := a.uniqueIndexes(part, part+sessionKey+session.ID, part+expiryKey, list)
	answer, err := a.run(ctx, createScript, keys, args...)
	if err != nil {
		return err
	}
	return a.outcome(answer, spec.ErrSessionExists)
}

// asUnapplied returns the error of a step whose effect no call shows. Whether or not the
// step was done, the caller's write was not applied.
func asUnapplied(err error) error {
	if e, ok := err.(*spec.Error); ok && e.Class == spec.ErrIndeterminate {
		e.Class = spec.ErrUnavailable
	}
	return err
}

// outcome returns the error for a script's answer, or nil. Refused is the error for
// "exists" or "absent".
func (a *Adapter) outcome(answer any, refused error) error {
	switch answer := answer.(type) {
	case string:
		switch answer {
		case "done":
			return nil
		case "exists", "absent":
			return refused
		case "stale":
			return spec.ErrStale
		}
	case int64:
		if 1 <= answer && answer <= int64(len(a.unique)) {
			return &spec.ConstraintError{Kind: spec.NotUnique, Attribute: a.attributes[a.unique[answer-1]].Name}
		}
	}
	return fmt.Errorf("a script answered with a %T", answer)
}

// Session implements [spec.SessionAdapter].
func (a *Adapter) Session(ctx context.Context, id string, into *spec.SessionRow) error {
	fields, err := linger.Await(ctx, func() (map[string]string, error) { return a.client.HGetAll(ctx, a.keyOf(id)).Result() })
	if err != nil {
		return classify(err, reads)
	}
	if len(fields) == 0 {
		return spec.ErrSessionNotFound
	}
	return a.read(id, fields, into)
}

// UserSessions implements [spec.SessionAdapter]. It reads the list, and then the
// sessions. It skips an entry whose session no longer exists, or belongs to another user
// by now.
func (a *Adapter) UserSessions(ctx context.Context, userID string, next func() *spec.SessionRow) error {
	entries, err := a.entries(ctx, userID)
	if err != nil {
		return err
	}
	seen := make(map[string]bool, len(entries))
	for batch := range batches(entries) {
		pipe := a.client.Pipeline()
		commands := make([]*driver.MapStringStringCmd, len(batch))
		for i, entry := range batch {
			id := idOf(entry)
			commands[i] = pipe.HGetAll(ctx, a.keyOf(id))
		}
		if _, err := linger.Await(ctx, func() ([]driver.Cmder, error) { return pipe.Exec(ctx) }); err != nil {
			return classify(err, reads)
		}
		for i, entry := range batch {
			id, fields := idOf(entry), commands[i].Val()
			if fields[userColumn] != userID || seen[id] {
				continue
			}
			seen[id] = true
			if err := a.read(id, fields, next()); err != nil {
				return err
			}
		}
	}
	return nil
}

// userColumn is the field with the user's id.
const userColumn = "user_id"

// UpdateSession implements [spec.SessionAdapter].
func (a *Adapter) UpdateSession(ctx context.Context, id string, change spec.Change) error {
	var nulls, fields []any
	for i, place := range change.Places {
		column := a.attributes[place].Column
		if value := change.Values[i]; value != nil {
			fields = append(fields, column, attr.Text(value))
		} else {
			nulls = append(nulls, column)
		}
	}
	part := a.shard(id)
	args := a.uniqueColumns([]any{id, len(a.unique)})
	args = append(append(append(args, len(nulls)), nulls...), fields...)
	answer, err := a.run(ctx, updateScript, a.uniqueIndexes(part, part+sessionKey+id), args...)
	if err != nil {
		return err
	}
	return a.outcome(answer, spec.ErrSessionNotFound)
}

// SwapLease implements [spec.SessionAdapter].
func (a *Adapter) SwapLease(ctx context.Context, id string, from, to spec.Lease) error {
	part := a.shard(id)
	args := []any{id, to.ExpiresAt.UnixMilli()}
	for _, c := range columns {
		if c.InLease {
			args = append(args, c.Name)
		}
	}
	args = append(append(args, leaseTexts(from)...), leaseTexts(to)...)
	answer, err := a.run(ctx, swapScript, []string{part + sessionKey + id, part + expiryKey}, args...)
	if err != nil {
		return err
	}
	return a.outcome(answer, spec.ErrSessionNotFound)
}
