package storage

import (
	"encoding/json"
	"maps"
)

// Data is what a session holds, as JSON by name. It is the attribute type of
// the adapters that [New] takes: tables of their sessions have the columns
// "data" and "flash".
//
// It is also a type for an attribute of the sessions of package session, for
// small things that should not need a second session beside the one that
// a visitor has. They are changed in Update of package web or of the manager,
// which stores them:
//
//	type Device struct {
//		Name string
//		Data storage.Data
//	}
//	…
//	_, err := auth.Update(w, r, func(d *Device) { d.Data.SetFlash("message", "Saved.") })
type Data struct {
	Values map[string]json.RawMessage `db:"data" json:"values,omitempty"`
	Flash  map[string]json.RawMessage `db:"flash" json:"flash,omitempty"` // gone once read
}

// clone returns a copy whose maps are its own. The JSON in them is shared: it
// is only ever replaced.
func (d Data) clone() Data {
	return Data{Values: maps.Clone(d.Values), Flash: maps.Clone(d.Flash)}
}

func (d Data) isEmpty() bool { return len(d.Values) == 0 && len(d.Flash) == 0 }

// parts are parts of Data: those that a session changed.
type parts struct{ values, flash bool }

func (p parts) isEmpty() bool { return p == parts{} }

func (p *parts) add(q parts) { p.values, p.flash = p.values || q.values, p.flash || q.flash }
