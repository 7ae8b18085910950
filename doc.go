// Package tenon is the root of a module that keeps users and sessions in a
// database. It contains no code. This page describes the packages of the module.
//
// # For applications
//
// Package [github.com/tenon-go/tenon/session] manages the sessions of a web
// application's users. A session is active, then idle, then expired, and is
// renewed while it is used. Package [github.com/tenon-go/tenon/session/web] adds
// cookies, bearer tokens and a check of each request's origin for net/http.
// Package [github.com/tenon-go/tenon/session/storage] keeps data for visitors who
// have not signed in.
//
// An adapter keeps the rows. Choose the one for your database:
//
//   - [github.com/tenon-go/tenon/adapters/sqlite]
//   - [github.com/tenon-go/tenon/adapters/postgres]
//   - [github.com/tenon-go/tenon/adapters/mysql], for MariaDB and Galera too
//   - [github.com/tenon-go/tenon/adapters/mongo]
//   - github.com/tenon-go/tenon/adapters/redis, a separate module, for sessions only
//   - [github.com/tenon-go/tenon/adapters/memory]
//   - [github.com/tenon-go/tenon/adapters/split], which combines two adapters: one for
//     users, one for sessions
//
// # For authors of adapters
//
// Package [github.com/tenon-go/tenon/spec] defines the contract that every adapter
// keeps. Package [github.com/tenon-go/tenon/spec/attr] maps attributes of any struct
// type to columns. Package [github.com/tenon-go/tenon/conformance] tests whether an
// adapter keeps the contract. docs/writing-an-adapter.md shows how to write an
// adapter.
//
// # For operators
//
// The command tenon, in cmd/tenon, runs the conformance suite against the adapters
// on the servers that this machine can run.
package tenon
