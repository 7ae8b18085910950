module github.com/tenon-go/tenon/cmd/tenon

go 1.26.0

require (
	github.com/tenon-go/tenon v0.0.0
	github.com/tenon-go/tenon/conformance/containers v0.0.0
)

replace (
	github.com/tenon-go/tenon => ../..
	github.com/tenon-go/tenon/conformance/containers => ../../conformance/containers
)
