package mongo

import (
	"fmt"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/tenon-go/tenon/spec/attr"
)

// examineValidator looks whether a validator that others made, or that was made
// for an older type, lets through what the adapter writes.
func (c *collection) examineValidator(schema bson.Raw) (problems []problem) {
	unfit := func(format string, args ...any) {
		problems = append(problems, problem{text: "the validator " + fmt.Sprintf(format, args...)})
	}
	ours := map[string]attr.Field{idField: {}}
	if c.owner != nil {
		for _, name := range []string{createdAtField, activeUntilField, expiresAtField, credentialField} {
			ours[name] = attr.Field{}
		}
	}
	for _, f := range c.fields {
		ours[f.Column] = f
	}
	for _, name := range texts(schema.Lookup("required")) {
		if _, written := ours[name]; !written {
			unfit("requires %s, which is no attribute: every insert would fail", name)
		}
	}
	closed, isBool := schema.Lookup("additionalProperties").BooleanOK()
	for _, f := range c.fields {
		property, named := schema.Lookup("properties", f.Column).DocumentOK()
		if !named {
			if isBool && !closed {
				unfit("allows no %s, for attribute %s", f.Column, f.Name)
			}
			continue
		}
		written := types[f.Kind][:1]
		if f.Nullable {
			written = append(slices.Clone(written), "null")
		}
		allowed := texts(property.Lookup("bsonType"))
		for _, t := range written {
			if allowed != nil && !slices.Contains(allowed, t) && !(f.Kind == attr.Int && t != "null" && slices.Contains(allowed, "number")) {
				unfit("allows no %s in %s, for attribute %s", t, f.Column, f.Name)
			}
		}
		most, limited := property.Lookup("maxLength").AsInt64OK()
		if limited && (f.Max == 0 || most < int64(f.Max)) && f.Kind != attr.Bytes {
			unfit("cuts %s off at %d characters, less than the max of attribute %s", f.Column, most, f.Name)
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
