package main

import (
	"context"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/spec"
)

func memoryDriver() driver {
	return driver{
		name:    "memory",
		summary: "the reference model, in this process",
		subject: conformance.Types(openMemory, openMemory, openMemory),
		start:   startMemory,
	}
}

func startMemory(ctx context.Context, _ string) (*engine, error) {
	a, err := memory.New[struct{}, struct{}]()
	if err != nil {
		return nil, err
	}
	about, err := a.Describe(ctx)
	if err != nil {
		return nil, err
	}
	return &engine{
		name: about.Engine, version: about.Version,
		options: conformance.Options{Waivers: []conformance.Waiver{
			{Clause: "ERR-03", Reason: "the memory adapter has no driver"},
			{Clause: "ERR-05", Reason: "the memory adapter cannot be cut off"},
			{Clause: "ERR-06", Reason: "the memory adapter's answers cannot be lost"},
		}},
		stop: a.Close,
	}, nil
}

func openMemory[U, S any](t conformance.TB, _ conformance.Store) spec.TypedAdapter[U, S] {
	a, err := memory.New[U, S]()
	if err != nil {
		t.Fatal(err)
	}
	closeLater(t, a)
	return a
}
