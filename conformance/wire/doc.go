// Package wire stands between the clients of one store and its server, and makes
// the faults that networks make: it cuts connections, refuses new ones, stalls, and
// loses the answer to what was done. It is how a test of a store behind a network
// brings about what clauses ERR-05 and ERR-06 of the contract are about.
//
// [New] returns a proxy in front of a server, with an address of its own that clients
// connect to instead. Each store that a check opens has one of its own, since other
// checks run at the same time; all handles on a store have the same:
//
//	proxy, err := wire.New("127.0.0.1:6379")
//	…
//	defer proxy.Close()
//	store, err := mine.Open(ctx, "redis://"+proxy.Addr())
//
// The hooks of the suite are then a line each:
//
//	Cut: func(t conformance.TB, s conformance.Store) func() { return proxyOf(s).Cut() },
//
// A proxy does not know what it passes on, so the connection must not be encrypted
// between the client and the proxy. It cannot help a client that learns the addresses
// of servers from a server, as those of clusters do, and then connects past it.
//
// For a protocol that has to be understood there is [Relay], which a [Pipe] does that for.
package wire
