package redis

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"errors"

	driver "github.com/redis/go-redis/v9"

	"github.com/tenon-go/tenon/adapters/internal/linger"
)

// A script runs as one step, but an error does not undo its earlier writes. So each
// script reads first and writes afterwards, and writes the session last. A script that
// fails, because it is not allowed to run a command, leaves only keys that no call shows.
// Keys that are not in KEYS are in the same slot as those in KEYS.

// script is a script and its hash, with which a server runs a script that it knows.
type script struct{ source, hash string }

func newScript(source string) script {
	sum := sha1.Sum([]byte(source)) // Redis uses SHA-1
	return script{source, hex.EncodeToString(sum[:])}
}

// createScript creates a session. KEYS are the session, the index by expiry, the
// user's list, and the indexes of unique columns. ARGV are the id, the expiry, the
// entry in the list or "" for no entry, the number of unique columns, their names, and
// fields and values. It returns "done", "exists", or the number of the unique column
// whose value is taken.
var createScript = newScript(`
local id, expiry, entry, n = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
if redis.call('EXISTS', KEYS[1]) == 1 then return 'exists' end
local fields = {}
for i = 5 + n, #ARGV, 2 do fields[ARGV[i]] = ARGV[i + 1] end
for i = 1, n do
	local value = fields[ARGV[4 + i]]
	if value and redis.call('HEXISTS', KEYS[3 + i], value) == 1 then return i end
end
if entry ~= '' then redis.call('ZADD', KEYS[3], 0, entry) end
for i = 1, n do
	local value = fields[ARGV[4 + i]]
	if value then redis.call('HSET', KEYS[3 + i], value, id) end
end
redis.call('ZADD', KEYS[2], expiry, id)
redis.call('HSET', KEYS[1], unpack(ARGV, 5 + n))
return 'done'`)

// updateScript sets fields of a session. KEYS are the session and the indexes of
// unique columns. ARGV are the id, the number of unique columns, their names, the number
// of fields that become null, their names, and fields and values. It returns "done",
// "absent", or the number of the unique column whose value is taken.
var updateScript = newScript(`
local id, n = ARGV[1], tonumber(ARGV[2])
if redis.call('EXISTS', KEYS[1]) == 0 then return 'absent' end
local nulls, fields, changed = tonumber(ARGV[3 + n]), {}, {}
for i = 4 + n, 3 + n + nulls do changed[ARGV[i]] = true end
for i = 4 + n + nulls, #ARGV, 2 do fields[ARGV[i]] = ARGV[i + 1]; changed[ARGV[i]] = true end
for i = 1, n do
	local value = fields[ARGV[2 + i]]
	if value and (redis.call('HGET', KEYS[1 + i], value) or id) ~= id then return i end
end
for i = 1, n do
	local column = ARGV[2 + i]
	if changed[column] then
		local old = redis.call('HGET', KEYS[1], column)
		if old then redis.call('HDEL', KEYS[1 + i], old) end
		if fields[column] then redis.call('HSET', KEYS[1 + i], fields[column], id) end
	end
end
if nulls > 0 then redis.call('HDEL', KEYS[1], unpack(ARGV, 4 + n, 3 + n + nulls)) end
if #ARGV > 3 + n + nulls then redis.call('HSET', KEYS[1], unpack(ARGV, 4 + n + nulls)) end
return 'done'`)

// swapScript compares and swaps a lease. KEYS are the session and the index by
// expiry. ARGV are the id, the new expiry, the names of the lease's three fields,
// their values in the lease to swap from, and in that to swap to. It returns
// "done", "absent" or "stale".
var swapScript = newScript(`
local held = redis.call('HMGET', KEYS[1], ARGV[3], ARGV[4], ARGV[5])
if not held[1] then return 'absent' end
for i = 1, 3 do
	if held[i] ~= ARGV[5 + i] then return 'stale' end
end
redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1])
redis.call('HSET', KEYS[1], ARGV[3], ARGV[9], ARGV[4], ARGV[10], ARGV[5], ARGV[11])
return 'done'`)

// dropFunction deletes an existing session. If the script can reach users' lists, whose
// keys begin with lists, it deletes the session's entry too. Otherwise lists is empty, and
// the caller removes the returned entry from the list.
const dropFunction = `
local function drop(session, expiry, id, lists, indexes, columns)
	local row = redis.call('HMGET', session, 'user_id', '.entry', unpack(columns))
	local user, entry = row[1], id .. '\0' .. (row[2] or '')
	redis.call('DEL', session)
	redis.call('ZREM', expiry, id)
	for i, index in ipairs(indexes) do
		if row[2 + i] then redis.call('HDEL', index, row[2 + i]) end
	end
	if not user then return false end
	if lists == '' then return {user, entry} end
	redis.call('ZREM', lists .. user, entry)
	return false
end
local function from(list, i)
	local rest = {}
	for j = i, #list do rest[#rest + 1] = list[j] end
	return rest
end
`

// deleteScript deletes a session on conditions. KEYS are the session, the index by
// expiry, and the indexes of unique columns. ARGV are the id, the user to whom it must
// belong or "" for any, the time by which it must have expired or "" for any, lists, and
// the unique columns. It returns the number of deleted sessions and the result of drop.
var deleteScript = newScript(dropFunction + `
local id, user, now, lists = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local row = redis.call('HMGET', KEYS[1], 'expires_at', 'user_id')
if not row[1] or user ~= '' and row[2] ~= user or now ~= '' and tonumber(row[1]) > tonumber(now) then return {0} end
return {1, drop(KEYS[1], KEYS[2], id, lists, from(KEYS, 3), from(ARGV, 5))}`)

// sweepScript deletes the first expired sessions of one part. KEYS are the index by expiry
// and the indexes of unique columns. ARGV are the time, the limit, the prefix of sessions'
// keys, lists, and the unique columns. It returns the number of deleted sessions, the number
// of entries that it removed from the index by expiry, and the results of drop. The limit is
// one of entries, because the sessions of any number of them can be gone.
var sweepScript = newScript(dropFunction + `
local indexes, columns = from(KEYS, 2), from(ARGV, 5)
local ids = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
local reply = {0, #ids}
for _, id in ipairs(ids) do
	local session = ARGV[3] .. id
	reply[1] = reply[1] + redis.call('EXISTS', session)
	local left = drop(session, KEYS[1], id, ARGV[4], indexes, columns)
	if left then reply[#reply + 1] = left end
end
return reply`)

// enlistScript adds an entry to a list, with the current second as its score.
var enlistScript = newScript(`
return redis.call('ZADD', KEYS[1], redis.call('TIME')[1], ARGV[1])`)

// forgetScript removes those of the given entries that are older than a number of seconds.
var forgetScript = newScript(`
local latest = redis.call('TIME')[1] - ARGV[1]
for i = 2, #ARGV do
	local added = redis.call('ZSCORE', KEYS[1], ARGV[i])
	if added and tonumber(added) < latest then redis.call('ZREM', KEYS[1], ARGV[i]) end
end
return 'done'`)

// once is a command that go-redis must not retry when it does not know whether the
// server received it: if the first try had succeeded, the second would be refused.
type once struct{ *driver.Cmd }

// NoRetry implements redis.Cmder.
func (once) NoRetry() bool { return true }

// call has the arguments of a script.
type call struct {
	keys []string
	args []any
}

// command returns the command that runs a script, by its hash or, if source is true, by its
// source.
func (c call) command(ctx context.Context, s script, source bool) once {
	args := append(make([]any, 0, 3+len(c.keys)+len(c.args)), "evalsha", s.hash, len(c.keys))
	if source {
		args[0], args[1] = "eval", s.source
	}
	for _, key := range c.keys {
		args = append(args, key)
	}
	cmd := driver.NewCmd(ctx, append(args, c.args...)...)
	cmd.SetFirstKeyPos(3)
	return once{cmd}
}

// run runs a script once. It sends the script's source if the server does not know it.
func (a *Adapter) run(ctx context.Context, s script, keys []string, args ...any) (any, error) {
	c := call{keys, args}
	answer, err := linger.Await(ctx, func() (any, error) {
		cmd := c.command(ctx, s, false)
		err := a.client.Process(ctx, cmd)
		if driver.HasErrorPrefix(err, noScript) {
			cmd = c.command(ctx, s, true)
			err = a.client.Process(ctx, cmd)
		}
		return cmd.Val(), err
	})
	return answer, classify(err, writes)
}

// noScript is the code of the error for a script that the server does not know. It has not
// run.
const noScript = "NOSCRIPT"

// runAll runs a script for each of the calls, in one pipeline, and returns their answers.
// The answer of a failed call is nil. The error is that of one of the calls: if possible,
// of one whose script may have run. go-redis does not get the context: if it ended, in a
// Cluster, go-redis would set its error on commands whether they were answered or lost.
func (a *Adapter) runAll(ctx context.Context, s script, calls []call) ([]any, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	answers := make([]any, len(calls))
	left := make([]int, len(calls))
	for i := range left {
		left[i] = i
	}
	var failed error
	for _, source := range []bool{false, true} {
		if len(left) == 0 {
			break
		}
		pipe := a.client.Pipeline()
		commands := make([]once, len(left))
		for i, place := range left {
			commands[i] = calls[place].command(ctx, s, source)
			pipe.Process(ctx, commands[i]) // queues it
		}
		lost := a.send(ctx, pipe)
		if errors.Is(lost, linger.ErrUnanswered) {
			return answers, classify(lost, writes)
		}
		var rest []int
		for i, place := range left {
			err := commands[i].Err()
			if err == nil && commands[i].Val() == nil { // it was not answered
				err = lost
			}
			switch {
			case err == nil:
				answers[place] = commands[i].Val()
			case !source && driver.HasErrorPrefix(err, noScript):
				rest = append(rest, place)
			default:
				failed = lessCertain(failed, classify(err, writes))
			}
		}
		left = rest
	}
	return answers, failed
}

// send sends a pipeline, also if the context has just ended.
func (a *Adapter) send(ctx context.Context, pipe driver.Pipeliner) error {
	_, err := linger.Await(ctx, func() ([]driver.Cmder, error) { return pipe.Exec(context.WithoutCancel(ctx)) })
	return err
}
