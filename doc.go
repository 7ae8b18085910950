// Package tenon is the root of a module that keeps users and sessions in a
// database. It has no code: this page says which package is for what.
//
// # For applications
//
// Package [github.com/tenon-go/tenon/session] has sessions for web applications
// that are active, idle or expired, and renew while they are used. Its package
// [github.com/tenon-go/tenon/session/web] has cookies, bearer tokens and the check of
// a request's origin for net/http, and [github.com/tenon-go/tenon/session/storage]
// keeps data for visitors who have not signed in.
//
// An adapter keeps the rows. There is one for each store:
//
//   - [github.com/tenon-go/tenon/adapters/sqlite]
//   - [github.com/tenon-go/tenon/adapters/postgres]
//   - [github.com/tenon-go/tenon/adapters/mysql], for MariaDB and Galera too
//   - [github.com/tenon-go/tenon/adapters/mongo]
//   - github.com/tenon-go/tenon/adapters/redis, a module of its own, for sessions alone
//   - [github.com/tenon-go/tenon/adapters/memory]
//   - [github.com/tenon-go/tenon/adapters/split], which joins two: users in one,
//     sessions in the other
//
// # For authors of adapters
//
// Package [github.com/tenon-go/tenon/spec] is the contract that every adapter keeps,
// [github.com/tenon-go/tenon/spec/attr] is how attributes of any struct type become
// columns, and [github.com/tenon-go/tenon/conformance] is the suite that proves an
// adapter. docs/writing-an-adapter.md shows how to write one.
//
// # For operators
//
// The command tenon, in cmd/tenon, judges the adapters on the servers that run on a
// machine.
package tenon
