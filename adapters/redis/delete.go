package redis

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"time"

	driver "github.com/redis/go-redis/v9"

	"github.com/tenon-go/tenon/adapters/internal/batch"
	"github.com/tenon-go/tenon/adapters/internal/linger"
	"github.com/tenon-go/tenon/spec"
)

// most is the maximum number of sessions that a pipeline reads or deletes. A server runs the
// commands of a pipeline one by one, and some of other clients in between.
const most = 200

func batches(entries []string) iter.Seq[[]string] { return slices.Chunk(entries, most) }

// forgetAfter is the age at which an entry without a session is removed from a list.
// Until then CreateSession may be about to create the session. It does not create it if
// half of this time has passed.
const forgetAfter = time.Hour

// entries returns the entries of a user's list.
func (a *Adapter) entries(ctx context.Context, userID string) ([]string, error) {
	entries, err := linger.Await(ctx, func() ([]string, error) { return a.client.ZRange(ctx, a.listOf(userID), 0, -1).Result() })
	return entries, classify(err, reads)
}

// DeleteSession implements [spec.SessionAdapter].
func (a *Adapter) DeleteSession(ctx context.Context, id string) error {
	c := a.deletion(id, "", "")
	answer, err := a.run(ctx, deleteScript, c.keys, c.args...)
	if err != nil {
		return err
	}
	_, left, err := dropped(answer)
	a.unlist(ctx, left)
	return err
}

// DeleteUserSessions implements [spec.SessionAdapter].
func (a *Adapter) DeleteUserSessions(ctx context.Context, userID string, keep []string) (int64, error) {
	kept := make(map[string]bool, len(keep))
	for _, id := range keep {
		kept[id] = true
	}
	n, err := a.deleteListed(ctx, userID, "", func(id string) bool { return kept[id] }, -1)
	if n > 0 && err != nil && !errors.Is(err, spec.ErrIndeterminate) {
		return n, &spec.Error{Class: spec.ErrIndeterminate, Cause: err} // some are deleted
	}
	return n, err
}

// DeleteExpiredSessions implements [spec.SessionAdapter].
func (a *Adapter) DeleteExpiredSessions(ctx context.Context, sweep spec.Sweep) (int64, error) {
	now := strconv.FormatInt(sweep.Now.UnixMilli(), 10)
	if !sweep.Everyone {
		return a.deleteListed(ctx, sweep.UserID, now, func(string) bool { return false }, int64(sweep.Limit))
	}
	parts, err := a.expiredParts(ctx, now)
	if err != nil {
		return 0, err
	}
	var n int64
	sizes := batch.InScript()
	for _, part := range parts {
		for left := int64(sweep.Limit) - n; left > 0; left = int64(sweep.Limit) - n {
			if err := ctx.Err(); err != nil {
				return n, err
			}
			limit := min(left, sizes.Rows())
			args := a.uniqueColumns([]any{now, limit, part + sessionKey, a.lists()})
			begin := time.Now()
			answer, err := a.run(ctx, sweepScript, a.uniqueIndexes(part, part+expiryKey), args...)
			took := time.Since(begin)
			if err != nil {
				return n, err
			}
			deleted, removed, entries, err := swept(answer)
			a.unlist(ctx, entries)
			n += deleted
			if err != nil {
				return n, err
			}
			sizes.Took(removed, took)
			if removed < limit {
				break
			}
		}
	}
	return n, nil
}

// expiredParts returns the parts that have expired sessions. If there is only one part,
// it returns that: its sweep finds out.
func (a *Adapter) expiredParts(ctx context.Context, now string) ([]string, error) {
	if !a.inCluster() {
		return []string{a.part(0)}, nil
	}
	pipe := a.client.Pipeline()
	commands := make([]*driver.IntCmd, a.shards)
	for i := range commands {
		commands[i] = pipe.ZCount(ctx, a.part(uint32(i))+expiryKey, "-inf", now)
	}
	if _, err := linger.Await(ctx, func() ([]driver.Cmder, error) { return pipe.Exec(ctx) }); err != nil {
		return nil, classify(err, reads)
	}
	var parts []string
	for i, c := range commands {
		if c.Val() > 0 {
			parts = append(parts, a.part(uint32(i)))
		}
	}
	return parts, nil
}

// deletion returns the call of deleteScript for a session. If userID is not empty, the
// session must be this user's. If now is not empty, it must have expired by then.
func (a *Adapter) deletion(id, userID, now string) call {
	part := a.shard(id)
	return call{
		keys: a.uniqueIndexes(part, part+sessionKey+id, part+expiryKey),
		args: a.uniqueColumns([]any{id, userID, now, a.lists()}),
	}
}

// lists returns the prefix of the names of users' lists, if scripts can reach the lists. In
// a Cluster it is empty.
func (a *Adapter) lists() string {
	if a.inCluster() {
		return ""
	}
	return a.part(0) + listKey
}

// deleteListed deletes the sessions in a user's list, except those to keep, and at most
// limit of them unless limit is negative. If now is not empty, it deletes only sessions
// that have expired by then.
func (a *Adapter) deleteListed(ctx context.Context, userID, now string, keep func(id string) bool, limit int64) (n int64, err error) {
	entries, err := a.entries(ctx, userID)
	if err != nil {
		return 0, err
	}
	if a.inCluster() {
		defer a.forget(ctx, userID, entries)
	}
	entries = slices.DeleteFunc(slices.Clone(entries), func(entry string) bool { return keep(idOf(entry)) })
	for len(entries) > 0 && limit != n {
		size := min(len(entries), most)
		if limit > 0 {
			size = int(min(int64(size), limit-n))
		}
		calls := make([]call, size)
		for i, entry := range entries[:size] {
			calls[i] = a.deletion(idOf(entry), userID, now)
		}
		entries = entries[size:]
		answers, err := a.runAll(ctx, deleteScript, calls)
		var left []listed
		for _, answer := range answers {
			if answer != nil {
				deleted, more, readErr := dropped(answer)
				n += deleted
				left = append(left, more...)
				err = lessCertain(err, readErr)
			}
		}
		a.unlist(ctx, left)
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// listed is an entry in a user's list.
type listed struct{ userID, entry string }

// dropped parses the answer of a script that deletes sessions. It returns the number of
// deleted sessions, and those of their entries that are still in users' lists.
func dropped(answer any) (n int64, left []listed, err error) {
	list, ok := answer.([]any)
	if !ok || len(list) == 0 {
		return 0, nil, fmt.Errorf("a script answered with a %T", answer)
	}
	n, ok = list[0].(int64)
	if !ok {
		return 0, nil, fmt.Errorf("a script answered with a %T first", list[0])
	}
	for _, pair := range list[1:] {
		if pair, ok := pair.([]any); ok && len(pair) == 2 {
			left = append(left, listed{fmt.Sprint(pair[0]), fmt.Sprint(pair[1])})
		}
	}
	return n, left, nil
}

// swept parses the answer of sweepScript. It returns what dropped returns, and the number of
// entries that the script removed from the index by expiry.
func swept(answer any) (n, removed int64, left []listed, err error) {
	n, left, err = dropped(answer)
	if err != nil {
		return 0, 0, nil, err
	}
	list := answer.([]any)
	if len(list) > 1 {
		if removed, ok := list[1].(int64); ok {
			return n, removed, left, nil
		}
	}
	return n, 0, left, fmt.Errorf("a script's answer of %d elements has no number in second place", len(list))
}

// unlist removes the entries of deleted sessions from users' lists. If that fails, the
// entries stay until forget removes them. No call returns them.
func (a *Adapter) unlist(ctx context.Context, entries []listed) {
	if len(entries) == 0 {
		return
	}
	pipe := a.client.Pipeline()
	for _, e := range entries {
		cmd := driver.NewCmd(ctx, "zrem", a.listOf(e.userID), e.entry)
		cmd.SetFirstKeyPos(1)
		pipe.Process(ctx, once{cmd}) // queues it
	}
	a.send(ctx, pipe)
}

// forget removes old entries without a session from a user's list. Calls of CreateSession
// and of methods that delete leave such entries if they do not complete.
func (a *Adapter) forget(ctx context.Context, userID string, entries []string) {
	for batch := range batches(entries) {
		if ctx.Err() != nil {
			return
		}
		pipe := a.client.Pipeline()
		commands := make([]*driver.SliceCmd, len(batch))
		for i, entry := range batch {
			id := idOf(entry)
			commands[i] = pipe.HMGet(ctx, a.keyOf(id), userColumn, entryField)
		}
		if err := a.send(ctx, pipe); errors.Is(err, linger.ErrUnanswered) {
			return // the entries stay, as after any other error
		}
		args := []any{int64(forgetAfter / time.Second)}
		for i, c := range commands {
			if c.Err() != nil {
				continue
			}
			row := c.Val()
			unlike, _ := row[1].(string)
			if row[0] != userID || makeEntry(idOf(batch[i]), unlike) != batch[i] {
				args = append(args, batch[i])
			}
		}
		if len(args) > 1 {
			a.run(ctx, forgetScript, []string{a.listOf(userID)}, args...) // if it fails, the entries stay
		}
	}
}
