package main

import (
	"context"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/spec"
)

func memoryAdapter() adapter {
	return adapter{
		name:    "memory",
		summary: "the reference model, in this process",
		local:   true,
		subject: conformance.NewSubject(openMemory),
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
		name: about.Engine, version: about.Version, deployment: "in this process",
		options: conformance.Options{Waivers: []conformance.Waiver{
			{Clause: "ERR-03/errors_as_finds_the_drivers_error", Reason: "the memory adapter has no driver"},
			{Clause: "ERR-05", Reason: "the memory adapter cannot be cut off"},
			{Clause: "ERR-06", Reason: "the memory adapter's answers cannot be lost"},
		}},
		stop: a.Close,
	}, nil
}

func openMemory(_ conformance.TB, _ conformance.Store, columns spec.Columns) spec.Adapter {
	return memory.NewAdapter(columns)
}
