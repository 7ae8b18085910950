// Package wire provides a proxy that injects network faults between a database server
// and its clients. It can cut connections, refuse new ones, stall, and lose the answer
// to a request. Tests of an adapter for a networked database need it for the clauses
// ERR-05 and ERR-06 of the contract.
//
// [New] starts a proxy in front of a server. Clients connect to the proxy's address.
// Because checks run in parallel, give each store its own proxy, and give all handles
// on one store the same proxy:
//
//	proxy, err := wire.New("127.0.0.1:6379")
//	…
//	defer proxy.Close()
//	store, err := mine.Open(ctx, "redis://"+proxy.Addr())
//
// Each hook of the suite is then one line:
//
//	Cut: func(t conformance.TB, s conformance.Store) func() { return proxyOf(s).Cut() },
//
// A proxy does not understand the protocol, so the connection between client and
// proxy must not be encrypted. It does not work for clients that learn the servers'
// addresses from a server, as those of clusters do, because they then bypass the
// proxy.
//
// If the proxy must understand the protocol, use a [Relay] with your own [Pipe].
package wire
