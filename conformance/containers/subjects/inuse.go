package subjects

import (
	"database/sql"
	"reflect"
	"unsafe"

	"github.com/redis/go-redis/v9"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/topology"

	"github.com/tenon-go/tenon/conformance"
)

// countInUse makes [conformance.Options.InUse] count the connections of an adapter's pool.
// The adapters do not export their pools, so countInUse searches their fields. It fails
// t if there is no pool.
func countInUse[P any](t conformance.TB, s conformance.Store, adapter any, inUse func(pool *P) int) {
	t.Helper()
	pool := find[P](reflect.ValueOf(adapter))
	if pool == nil {
		t.Fatalf("no field of %T leads to a %s", adapter, reflect.TypeFor[P]())
	}
	target := s.Target.(interface {
		CountInUse(s conformance.Store, inUse func() int)
	})
	target.CountInUse(s, func() int { return inUse(pool) })
}

// find returns the first P that pointers in the fields of v lead to, or nil.
func find[P any](v reflect.Value) *P {
	seen := map[unsafe.Pointer]bool{}
	var search func(v reflect.Value) *P
	search = func(v reflect.Value) *P {
		switch v.Kind() {
		case reflect.Interface:
			return search(v.Elem())
		case reflect.Pointer:
			p := v.UnsafePointer()
			if p == nil || seen[p] {
				return nil
			}
			if v.Type() == reflect.TypeFor[*P]() {
				return (*P)(p)
			}
			seen[p] = true
			return search(v.Elem())
		case reflect.Struct:
			for i := range v.NumField() {
				if found := search(v.Field(i)); found != nil {
					return found
				}
			}
		}
		return nil
	}
	return search(v)
}

func sqlInUse(db *sql.DB) int { return db.Stats().InUse }

// mongoInUse counts the connections that operations use, of all servers.
func mongoInUse(t *topology.Topology) int {
	n := 0
	for _, description := range t.Description().Servers {
		if server, err := t.FindServer(description); err == nil && server != nil {
			n += int(server.Server.OperationCount())
		}
	}
	return n
}

func redisInUse(pool *redis.PoolStats) int { return int(pool.TotalConns) - int(pool.IdleConns) }
