package mongo

import (
	"fmt"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/tenon-go/tenon/spec/attr"
)

// writtenField is what the adapter writes into a field.
type writtenField struct {
	field  string
	what   string   // it is: "attribute Email", "credential"
	types  []string // that it may write
	most   int      // of texts, in code points; 0: any length, or no text
	text   bool
	always bool // it is in every document that is inserted
}

// writtenFields returns what the adapter writes into the collection's documents,
// on whatever deployment.
func (c *collection) writtenFields() []writtenField {
	var list []writtenField
	for _, f := range c.own {
		w := writtenField{field: f.name, types: types[f.kind][:1], always: !f.nullable}
		switch {
		case f.ids != nil:
			w.what, w.types = "ids", f.ids.types[:1]
		case f.kind == attr.Time:
			w.what = "times"
		default:
			w.what = f.name + "s"
		}
		if w.text = f.isText(); w.text {
			w.most = f.maxBytes
		}
		list = append(list, w)
	}
	if c.owner == nil {
		list = append(list, writtenField{field: countField, what: "the count of sessions", types: []string{"long"}})
	} else {
		list = append(list, writtenField{field: hiddenField, what: "sessions in the making", types: []string{"objectId"}})
	}
	for _, f := range c.fields {
		w := writtenField{
			field: f.Column, what: "attribute " + f.Name, types: types[f.Kind][:1],
			text: f.Kind == attr.String || f.Kind == attr.JSON, always: true,
		}
		if f.Kind == attr.String {
			w.most = f.Max
		}
		if f.Nullable {
			w.types = append(slices.Clone(w.types), "null")
		}
		list = append(list, w)
	}
	return list
}

// examineSchema looks whether a schema of an existing validator, or
// that was made for an older type, lets through what the adapter writes: by its
// fields, their types and lengths.
func (c *collection) examineSchema(schema bson.Raw) (problems []problem) {
	report := func(format string, args ...any) {
		problems = append(problems, problem{text: "the validator " + fmt.Sprintf(format, args...)})
	}
	list := c.writtenFields()
	for _, name := range stringsIn(schema.Lookup("required")) {
		if !slices.ContainsFunc(list, func(w writtenField) bool { return w.always && w.field == name }) {
			report("requires %s, which is no attribute: every insert would fail", name)
		}
	}
	open, isBool := schema.Lookup("additionalProperties").BooleanOK()
	for _, w := range list {
		property, named := schema.Lookup("properties", w.field).DocumentOK()
		if !named {
			if isBool && !open {
				report("allows no %s, for %s", w.field, w.what)
			}
			continue
		}
		allowed := stringsIn(property.Lookup("bsonType"))
		for _, t := range w.types {
			isNumber := t == "long" && slices.Contains(allowed, "number")
			if allowed != nil && !slices.Contains(allowed, t) && !isNumber {
				report("allows no %s in %s, for %s", t, w.field, w.what)
			}
		}
		limit, limited := property.Lookup("maxLength").AsInt64OK()
		if limited && w.text && (w.most == 0 || limit < int64(w.most)) {
			report("cuts %s off at %d characters, less than the max of %s", w.field, limit, w.what)
		}
	}
	return problems
}

// stringsIn returns a text, or a list of texts.
func stringsIn(v bson.RawValue) []string {
	if one, ok := v.StringValueOK(); ok {
		return []string{one}
	}
	values, ok := v.ArrayOK()
	if !ok {
		return nil
	}
	var list []string
	elements, err := values.Values()
	if err != nil {
		return nil
	}
	for _, e := range elements {
		if text, ok := e.StringValueOK(); ok {
			list = append(list, text)
		}
	}
	return list
}
