package mongo

import (
	"fmt"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/tenon-go/tenon/spec/attr"
)

// writtenField describes the values that the adapter writes into a field.
type writtenField struct {
	field  string
	what   string   // the name for messages: "attribute Email", "credential"
	types  []string // the types that it can have
	most   int      // maximum length of a text in code points; 0 if it has no limit or is not a text
	text   bool
	always bool // every inserted document has it
}

// writtenFields returns all fields that the adapter writes into the collection's documents
// on any deployment.
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

// examineSchema checks whether a schema of an existing validator accepts the fields that
// the adapter writes, their types and their lengths. The validator may have been created
// for an older type.
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

// stringsIn returns the texts in a value that is a text or a list of texts.
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
