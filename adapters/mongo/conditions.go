package mongo

import (
	"context"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/tenon-go/tenon/spec"
)

// A validator is a query with conditions for documents, some of which are schemas.
// Conditions on the values of attributes only add constraints. This file finds conditions
// that no document of the adapter meets, whatever its values. It asks the server whether
// sample documents meet the parts of the conditions about types and presence (relax.go).
// The simple parts of schemas are examined first, because that gives better messages
// (validator.go).

// splitConditions splits a validator into the conditions that must all be met, and the
// schemas among them, including those in $and and allOf.
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

// flattenAllOf returns a schema and those in its allOf.
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

// isWritten reports whether the adapter writes a field or a part of it.
func (c *collection) isWritten(field string) bool {
	field, _, _ = strings.Cut(field, ".")
	return slices.ContainsFunc(c.writtenFields(), func(w writtenField) bool { return w.field == field })
}

// mentions reports whether a value names a field that the adapter writes, or the whole
// document, anywhere in it: as a key, a name or a path.
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

// sampleDocuments returns documents like those that the adapter inserts, with each type
// that a field can have.
func (c *collection) sampleDocuments() bson.A {
	values := map[string]any{
		"string": "x", "bool": true, "long": int64(1), "double": 1.5, "date": bson.DateTime(0),
		"binData": bson.Binary{}, "objectId": bson.ObjectID{}, "null": nil,
	}
	const all, null = 1, 2 // all: with all fields; null: with null in the fields that can have it
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

// findRefusing returns a condition of a validator that refuses all documents of the
// adapter, or all with a certain type or a missing value. It returns nil if there is no
// such condition.
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
		case isClass(err, spec.ErrFailed): // before 5.1 the server does not know $documents
		case err != nil:
			return nil, err
		case taken < len(samples):
			return condition, nil
		}
	}
	return nil, nil
}

// subjectOf names the subject of a condition. It never contains a stored value.
func subjectOf(condition bson.Raw) string {
	elements, err := condition.Elements()
	if err != nil || len(elements) == 0 {
		return "something"
	}
	return elements[0].Key()
}
