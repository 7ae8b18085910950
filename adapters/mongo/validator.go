package mongo

import (
	"fmt"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/tenon-go/tenon/spec/attr"
)

// written is what the adapter writes into a field.
type written struct {
	field string
	what  string   // it is: "attribute Email", "credential"
	types []string // that it may write
	max   int      // of texts, in code points; 0: any length, or no text
	text  bool
	must  bool // it is in every document that is inserted
}

// written returns what the adapter writes into the collection's documents,
// on whatever deployment.
func (c *collection) written() []written {
	var list []written
	for _, f := range c.own {
		w := written{field: f.name, types: types[f.kind][:1], must: !f.nullable}
		switch {
		case f.ids != nil:
			w.what, w.types = "ids", f.ids.types[:1]
		case f.kind == attr.Time:
			w.what = "times"
		default:
			w.what = f.name + "s"
		}
		if w.text = f.isText(); w.text {
			w.max = f.max
		}
		list = append(list, w)
	}
	if c.owner == nil {
		list = append(list, written{field: countField, what: "the count of sessions", types: []string{"long"}})
	} else {
		list = append(list, written{field: hiddenField, what: "sessions in the making", types: []string{"objectId"}})
	}
	for _, f := range c.fields {
		w := written{
			field: f.Column, what: "attribute " + f.Name, types: types[f.Kind][:1],
			text: f.Kind == attr.String || f.Kind == attr.JSON, must: true,
		}
		if f.Kind == attr.String {
			w.max = f.Max
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
	unfit := func(format string, args ...any) {
		problems = append(problems, problem{text: "the validator " + fmt.Sprintf(format, args...)})
	}
	list := c.written()
	for _, name := range texts(schema.Lookup("required")) {
		if !slices.ContainsFunc(list, func(w written) bool { return w.must && w.field == name }) {
			unfit("requires %s, which is no attribute: every insert would fail", name)
		}
	}
	open, isBool := schema.Lookup("additionalProperties").BooleanOK()
	for _, w := range list {
		property, named := schema.Lookup("properties", w.field).DocumentOK()
		if !named {
			if isBool && !open {
				unfit("allows no %s, for %s", w.field, w.what)
			}
			continue
		}
		allowed := texts(property.Lookup("bsonType"))
		for _, t := range w.types {
			isNumber := t == "long" && slices.Contains(allowed, "number")
			if allowed != nil && !slices.Contains(allowed, t) && !isNumber {
				unfit("allows no %s in %s, for %s", t, w.field, w.what)
			}
		}
		most, limited := property.Lookup("maxLength").AsInt64OK()
		if limited && w.text && (w.max == 0 || most < int64(w.max)) {
			unfit("cuts %s off at %d characters, less than the max of %s", w.field, most, w.what)
		}
	}
	return problems
}

// texts returns a text, or a list of texts.
func texts(v bson.RawValue) []string {
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
