module github.com/tenon-go/tenon/examples/bolt

go 1.26.0

require (
	github.com/tenon-go/tenon v0.1.0
	go.etcd.io/bbolt v1.5.0
)

require golang.org/x/sys v0.49.0 // indirect
