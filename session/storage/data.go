package storage

import (
	"encoding/json"
	"maps"
)

// Data is the content of a session: JSON values by name. It is the attribute type of
// the stores that [New] accepts, whose tables of sessions have the columns "data" and
// "flash".
//
// Data can also be the type of an attribute of package session's sessions. Small data
// then needs no second session next to the one that the visitor has. Change it in
// Update of package web or of the manager, which stores it:
//
//	type Device struct {
//		Name string
//		Data storage.Data
//	}
//	…
//	_, err := auth.Update(w, r, func(d *Device) { d.Data.SetFlash("message", "Saved.") })
type Data struct {
	Values map[string]json.RawMessage `db:"data" json:"values,omitempty"`
	Flash  map[string]json.RawMessage `db:"flash" json:"flash,omitempty"` // removed when read
}

// clone returns a copy with its own maps. It shares the JSON in them, which is only
// replaced and never modified.
func (d Data) clone() Data {
	return Data{Values: maps.Clone(d.Values), Flash: maps.Clone(d.Flash)}
}

func (d Data) isEmpty() bool { return len(d.Values) == 0 && len(d.Flash) == 0 }

// parts are the parts of Data that a session has changed.
type parts struct{ values, flash bool }

func (p parts) isEmpty() bool { return p == parts{} }

func (p *parts) add(q parts) { p.values, p.flash = p.values || q.values, p.flash || q.flash }
