package mongo

import (
	"context"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/tenon-go/tenon/spec"
)

// A validator is a query: conditions that a document has to meet, some of them
// schemas. Those that concern what attributes hold only add constraints. Those
// that no document of ours meets, whatever it holds, are found here: by asking the
// server whether documents of the adapter meet what the conditions say of types
// and presence (relax.go). What schemas say plainly is read first, since that
// gives better sentences (validator.go).

// splitConditions splits a validator into the conditions that all have to be met, and
// the schemas among them, with those in $and and allOf.
func splitConditions(validator bson.Raw) (schemas []bson.Raw, conditions []bson.Raw) {
	elements, err := validator.Elements()
	if err != nil {
		return nil, nil
	}
	for _, e := range elements {
		switch e.Key() {
		case "$and":
			for _, part := range documentsIn(e.Value()) {
				s, c := splitConditions(part)
				schemas, conditions = append(schemas, s...), append(conditions, c...)
			}
		case "$jsonSchema":
			if schema, ok := e.Value().DocumentOK(); ok {
				schemas = append(schemas, flattenAllOf(schema)...)
			}
		}
		if e.Key() != "$and" {
			condition, err := bson.Marshal(bson.D{{Key: e.Key(), Value: e.Value()}})
			if err == nil {
				conditions = append(conditions, condition)
			}
		}
	}
	return schemas, conditions
}

// flattenAllOf returns a schema and those that it contains as a whole.
func flattenAllOf(schema bson.Raw) []bson.Raw {
	list := []bson.Raw{schema}
	for _, part := range documentsIn(schema.Lookup("allOf")) {
		list = append(list, flattenAllOf(part)...)
	}
	return list
}

// documentsIn returns the documents of an array.
func documentsIn(v bson.RawValue) (list []bson.Raw) {
	array, ok := v.ArrayOK()
	if !ok {
		return nil
	}
	values, _ := array.Values()
	for _, v := range values {
		if doc, ok := v.DocumentOK(); ok {
			list = append(list, doc)
		}
	}
	return list
}

// isWritten reports whether the adapter writes a field, or into it.
func (c *collection) isWritten(field string) bool {
	field, _, _ = strings.Cut(field, ".")
	return slices.ContainsFunc(c.writtenFields(), func(w writtenField) bool { return w.field == field })
}

// mentions reports whether a field that the adapter writes, or the document as
// a whole, is named anywhere in a value: as a key, a name or a path.
func (c *collection) mentions(v bson.RawValue) bool {
	if text, ok := v.StringValueOK(); ok {
		return strings.HasPrefix(text, "$$") || c.isWritten(strings.TrimPrefix(text, "$"))
	}
	var elements []bson.RawElement
	if doc, ok := v.DocumentOK(); ok {
		elements, _ = doc.Elements()
	} else if list, ok := v.ArrayOK(); ok {
		elements, _ = bson.Raw(list).Elements()
	}
	return slices.ContainsFunc(elements, func(e bson.RawElement) bool {
		return c.isWritten(e.Key()) || strings.Contains(e.Key(), "Properties") || c.mentions(e.Value())
	})
}

// sampleDocuments are documents as the adapter inserts them, with each type that a field
// may have.
func (c *collection) sampleDocuments() bson.A {
	values := map[string]any{
		"string": "x", "bool": true, "long": int64(1), "double": 1.5, "date": bson.DateTime(0),
		"binData": bson.Binary{}, "objectId": bson.ObjectID{}, "null": nil,
	}
	const all, null = 1, 2 // fields; values, where they may be
	var list bson.A
	for form := range 3 {
		var doc bson.D
		for _, w := range c.writtenFields() {
			if t := w.types[0]; w.always || form == all || w.field == ownerField && form != null {
				if form == null {
					t = w.types[len(w.types)-1]
				}
				doc = append(doc, bson.E{Key: w.field, Value: values[t]})
			}
		}
		list = append(list, bson.D{{Key: "$literal", Value: doc}})
	}
	return list
}

// findRefusing returns a condition of a validator that no document of the collection
// meets, or that a type or a missing value of one does not; nil if there is no such condition.
func (a *Adapter) findRefusing(ctx context.Context, c *collection, conditions []bson.Raw) (bson.Raw, error) {
	for _, condition := range conditions {
		weaker := c.relax(condition)
		if len(weaker.D) == 0 {
			continue
		}
		taken := 0
		samples := c.sampleDocuments()
		err := a.forEach(ctx, func(ctx context.Context) (*driver.Cursor, error) {
			return a.db.Aggregate(ctx, bson.A{
				bson.D{{Key: "$documents", Value: samples}}, bson.D{{Key: "$match", Value: weaker.D}}})
		}, func(bson.Raw) error { taken++; return nil })
		switch {
		case isClass(err, spec.ErrFailed): // before 5.1 the server knows no $documents
		case err != nil:
			return nil, err
		case taken < len(samples):
			return condition, nil
		}
	}
	return nil, nil
}

// subjectOf names what a condition is about, which is never a stored value.
func subjectOf(condition bson.Raw) string {
	elements, err := condition.Elements()
	if err != nil || len(elements) == 0 {
		return "something"
	}
	return elements[0].Key()
}
