package sqlstore

import (
	"fmt"
	"slices"
)

// problem is one property of a table that does not fit.
type problem struct {
	text   string
	cure   []string // the statements that fix it; none if the operator has to decide
	advice bool     // it is not a problem, but advice about the problems before it
}

// examine compares the existing table with the wanted one.
func (t *table) examine(found Catalog) []problem {
	d := t.dialect
	if !found.Exists {
		return []problem{{text: "is missing", cure: t.create()}}
	}
	if found.NotTable != "" {
		return []problem{{text: "is not a table but a " + found.NotTable}}
	}
	var problems []problem
	for _, text := range found.Problems {
		problems = append(problems, problem{text: text})
	}
	if t.owner != "" {
		for _, name := range found.Keepers {
			problems = append(problems, problem{text: fmt.Sprintf("trigger %s may keep sessions that are deleted with others: "+
				"have it run after the deletion", d.Quote(name))})
		}
	}
	for _, want := range t.columns {
		problems = append(problems, t.examineColumn(want, found)...)
	}
	if slices.ContainsFunc(t.columns, func(c Column) bool {
		_, exists := found.column(d, c.Name)
		return c.Attribute == "" && !exists
	}) {
		problems = append(problems, problem{text: "if it belongs to something else, pass other names with WithTables", advice: true})
	}
	for _, c := range found.Columns {
		ours := slices.ContainsFunc(t.columns, func(want Column) bool { return d.same(want.Name, c.Name) })
		if !ours && c.NotNull && !c.Default && !c.Generated {
			problems = append(problems, problem{text: fmt.Sprintf(
				"column %s is NOT NULL without a default and no attribute: every insert would fail", d.Quote(c.Name))})
		}
	}
	for _, i := range found.Indexes {
		ofIDs := i.Unique && len(i.Columns) == 1 && d.same(i.Columns[0], idColumn)
		if ofIDs && !i.Bytewise && found.unique(d, idColumn) { // otherwise that was reported already
			problems = append(problems, problem{text: fmt.Sprintf("index %s takes different ids for equal", d.Quote(i.Name))})
		}
	}
	for _, column := range t.indexed {
		if !found.indexed(d, column) {
			problems = append(problems, problem{
				text: fmt.Sprintf("column %s has no index", d.Quote(column)),
				cure: []string{t.createIndex(t.plainIndex(column))},
			})
		}
	}
	return append(problems, t.examineReference(found)...)
}

// examineColumn compares an existing column with the wanted one.
func (t *table) examineColumn(want Column, found Catalog) (problems []problem) {
	d := t.dialect
	add := func(format string, args ...any) {
		problems = append(problems, problem{text: "column " + d.Quote(want.Name) + fmt.Sprintf(format, args...)})
	}
	is, ok := found.column(d, want.Name)
	switch {
	case ok:
		if mismatch := d.TypeMismatch(want, is); mismatch != "" {
			add(" is %s: %s%s", is.Type, mismatch, t.userIDOption(want, is))
		}
		if want.Bytewise && !is.Bytewise {
			add(" has a collation that takes different bytes for equal")
		}
		if is.Generated || is.Identity && want.Name != idColumn {
			add(" is generated: it cannot be set")
		}
		if want.Nullable && is.NotNull {
			add(" is NOT NULL and must be able to be NULL%s", want.forAttribute())
		}
		if !want.Nullable && !is.NotNull {
			add(" can be NULL and must be NOT NULL%s", want.forAttribute())
		}
	case t.canAdd(want, found):
		problems = append(problems, problem{text: "column " + d.Quote(want.Name) + " is missing", cure: []string{t.addColumn(want)}})
	default:
		add(" is missing")
	}
	if want.Unique && !found.unique(d, want.Name) {
		p := problem{text: "column " + d.Quote(want.Name) + " is not unique, byte for byte"}
		if want.Attribute != "" {
			p.cure = []string{t.createIndex(t.uniqueIndex(want))}
		}
		problems = append(problems, p)
	}
	return problems
}

// canAdd reports whether a missing column can be added. A column of an attribute can. A
// column that every such table has can be added if it has a default and the table is
// Tenon's. Many tables have columns with names like id and expires_at. A table of Tenon has
// at least one of the columns with a default.
func (t *table) canAdd(missing Column, found Catalog) bool {
	if missing.Attribute != "" {
		return true
	}
	return missing.HasDefault && slices.ContainsFunc(t.columns, func(c Column) bool {
		_, exists := found.column(t.dialect, c.Name)
		return exists && c.Attribute == "" && c.HasDefault
	})
}

// examineReference examines the foreign keys on user_id. There must be one to the users,
// or none if the adapter keeps only sessions. Every existing one must permit the deletion of
// users. None must refer to another table, because a missing row there would be reported as
// an unknown user.
func (t *table) examineReference(found Catalog) []problem {
	d := t.dialect
	of := slices.DeleteFunc(slices.Clone(found.References), func(r CatalogReference) bool {
		return !slices.ContainsFunc(r.Columns, func(c string) bool { return d.same(c, t.owner) })
	})
	switch {
	case t.owner != "" && t.parent == nil && len(of) > 0:
		return []problem{{text: `column "user_id" has a foreign key, but sessions alone are of users kept elsewhere`}}
	case t.parent == nil:
		return nil
	}
	parent := t.parent.name
	refers := d.Unreferenced // whether there is the required foreign key
	for _, r := range of {
		toUsers := d.same(r.Table.Table, parent.Table) &&
			(parent.Schema == "" && r.Bare || parent.Schema != "" && d.same(r.Table.Schema, parent.Schema))
		if toUsers && !r.Cascade {
			return []problem{{text: `the foreign key on column "user_id" does not say ON DELETE CASCADE`}}
		}
		if toUsers && r.Unsound != "" {
			return []problem{{text: `the foreign key on column "user_id" ` + r.Unsound}}
		}
		if !toUsers && len(r.Columns) == 1 {
			return []problem{{text: `column "user_id" has a foreign key to another table than ` + d.Qualified(parent)}}
		}
		toID := len(r.Columns) == 1 && (len(r.To) == 0 || len(r.To) == 1 && d.same(r.To[0], idColumn))
		refers = refers || toUsers && toID
	}
	if d.MayRefer != nil && (d.Unreferenced || !refers) {
		i := slices.IndexFunc(t.columns, func(c Column) bool { return c.Name == t.owner })
		ids := t.typeOf(t.columns[i])
		if is, ok := found.column(d, t.owner); ok && !d.MayRefer(is.Type, ids) {
			text := `column "user_id" has no foreign key to table ` + d.Qualified(parent) + " and can have none"
			if d.Unreferenced {
				text = `column "user_id" cannot be compared with the ids of table ` + d.Qualified(parent)
			}
			return []problem{{text: text + fmt.Sprintf(": it is %s, and the ids there are %s", is.Type, ids)}}
		}
	}
	if refers {
		return nil
	}
	p := problem{text: `column "user_id" has no foreign key to table ` + d.Qualified(parent)}
	if d.AddForeignKey {
		p.cure = []string{"ALTER TABLE " + d.Qualified(t.name) + " ADD " + t.foreignKey()}
	}
	return []problem{p}
}
