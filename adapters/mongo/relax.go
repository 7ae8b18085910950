package mongo

import (
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// The parts of a validator about the values of fields only add constraints. The parts about
// the types and the presence of fields are met by all documents of the adapter or by none.
// So a condition is weakened until it is only about types and presence. A document that
// does not meet the weaker condition does not meet the original one.

// weaker is a condition that every document meets that meets the original one.
type weaker struct {
	bson.D
	same bool // no other document meets it
}

// relax returns a weaker form of conditions that must all be met.
func (c *collection) relax(conditions bson.Raw) weaker {
	w := weaker{same: true}
	elements, err := conditions.Elements()
	if err != nil {
		return weaker{}
	}
	for _, e := range elements {
		one := c.relaxOne(e.Key(), e.Value())
		w.D, w.same = append(w.D, one.D...), w.same && one.same
	}
	if len(w.D) > 1 { // a key that occurs twice would count only once
		parts := bson.A{}
		for _, e := range w.D {
			parts = append(parts, bson.D{e})
		}
		w.D = bson.D{{Key: "$and", Value: parts}}
	}
	return w
}

func (c *collection) relaxOne(key string, v bson.RawValue) weaker {
	exact := weaker{bson.D{{Key: key, Value: v}}, true}
	switch {
	case key == "$comment":
		return weaker{same: true}
	case key == "$and" || key == "$or":
		return relaxEach(key, documentsIn(v), c.relax)
	case key == "$nor":
		return keepSame(key, documentsIn(v), c.relax)
	case key == "$jsonSchema":
		schema, _ := v.DocumentOK()
		w := c.relaxSchema(schema)
		if len(w.D) > 0 {
			w.D = bson.D{{Key: key, Value: w.D}}
		}
		return w
	case key == "$expr":
		if c.mentions(v) {
			return weaker{}
		}
		return exact
	case key == "$alwaysFalse" || key == "$alwaysTrue":
		return exact
	case strings.HasPrefix(key, "$"):
		return weaker{}
	case !c.isWritten(key): // no document of the adapter has this field
		return exact
	case strings.Contains(key, "."): // the adapter's fields have no fields within them
		return exact
	}
	return relaxField(key, v)
}

// relaxEach relaxes each of several conditions, all or one of which must be met.
func relaxEach(key string, list []bson.Raw, relax func(bson.Raw) weaker) weaker {
	parts, same := bson.A{}, true
	for _, part := range list {
		w := relax(part)
		same = same && w.same
		switch {
		case len(w.D) > 0:
			parts = append(parts, w.D)
		case key == "$or" || key == "anyOf" || key == "oneOf":
			return weaker{same: same && key != "oneOf"} // one of them is always met
		}
	}
	if len(parts) == 0 {
		return weaker{same: same}
	}
	return weaker{bson.D{{Key: key, Value: parts}}, same}
}

// keepSame keeps those conditions that do not get weaker when they are relaxed. It is for
// lists of conditions that a document must not meet.
func keepSame(key string, list []bson.Raw, relax func(bson.Raw) weaker) weaker {
	parts, same := bson.A{}, true
	for _, part := range list {
		if w := relax(part); w.same {
			parts = append(parts, part)
		} else {
			same = false
		}
	}
	if len(parts) == 0 {
		return weaker{same: same}
	}
	return weaker{bson.D{{Key: key, Value: parts}}, same}
}

// relaxField relaxes a query's condition on a field of the adapter. A comparison with a
// value is also a condition on the type.
func relaxField(field string, v bson.RawValue) weaker {
	operators, ok := v.DocumentOK()
	if elements, err := operators.Elements(); !ok || err != nil || len(elements) == 0 || !strings.HasPrefix(elements[0].Key(), "$") {
		return matchType(field, v)
	}
	w := weaker{same: true}
	elements, _ := operators.Elements()
	var rules bson.D
	for _, e := range elements {
		null := e.Value().Type == bson.TypeNull
		switch key := e.Key(); key {
		case "$type", "$exists":
			rules = append(rules, bson.E{Key: key, Value: e.Value()})
		case "$not":
			if inner := relaxField(field, e.Value()); inner.same && e.Value().Type == bson.TypeEmbeddedDocument {
				rules = append(rules, bson.E{Key: key, Value: e.Value()})
			} else {
				w.same = false
			}
		case "$ne":
			if w.same = w.same && null; null {
				rules = append(rules, bson.E{Key: key, Value: nil})
			}
		case "$eq", "$gt", "$gte", "$lt", "$lte":
			like := matchType(field, e.Value())
			w.D, w.same = append(w.D, like.D...), w.same && like.same
		case "$in":
			w.same = false
			if types := typeNamesOf(e.Value()); types != nil {
				rules = append(rules, bson.E{Key: "$type", Value: types})
			}
		case "$regex":
			w.same = false
			rules = append(rules, bson.E{Key: "$type", Value: "string"})
		case "$mod":
			w.same = false
			rules = append(rules, bson.E{Key: "$type", Value: "number"})
		case "$bitsAllSet", "$bitsAnySet", "$bitsAllClear", "$bitsAnyClear":
			w.same = false
			rules = append(rules, bson.E{Key: "$type", Value: bson.A{"number", "binData"}})
		case "$size", "$elemMatch":
			w.same = false
			rules = append(rules, bson.E{Key: "$type", Value: "array"})
		default:
			w.same = false
		}
	}
	for _, r := range rules {
		w.D = append(w.D, bson.E{Key: field, Value: bson.D{r}})
	}
	return w
}

// matchType returns the condition that a field has a value that can be compared with this
// one because of its type. Null counts as a missing field.
func matchType(field string, v bson.RawValue) weaker {
	switch name := typeNameOf(v.Type); name {
	case "null":
		return weaker{bson.D{{Key: field, Value: nil}}, true}
	case "":
		return weaker{}
	default:
		return weaker{bson.D{{Key: field, Value: bson.D{{Key: "$type", Value: name}}}}, false}
	}
}

// typeNamesOf returns the types that a field of the adapter must have to be one of a list
// of values. It returns nil if the type does not matter.
func typeNamesOf(list bson.RawValue) bson.A {
	array, ok := list.ArrayOK()
	if !ok {
		return nil
	}
	values, err := array.Values()
	if err != nil {
		return nil
	}
	types := bson.A{}
	for _, v := range values {
		name := typeNameOf(v.Type)
		if name == "" || name == "null" {
			return nil
		}
		if !slices.Contains(types, any(name)) {
			types = append(types, name)
		}
	}
	return types
}

// typeNameOf returns the name of the types that can be compared with values of this type,
// or "" if that is not known.
func typeNameOf(t bson.Type) string {
	switch t {
	case bson.TypeString, bson.TypeSymbol, bson.TypeRegex: // a pattern is compared with texts
		return "string"
	case bson.TypeInt32, bson.TypeInt64, bson.TypeDouble, bson.TypeDecimal128:
		return "number"
	case bson.TypeBoolean:
		return "bool"
	case bson.TypeDateTime:
		return "date"
	case bson.TypeBinary:
		return "binData"
	case bson.TypeObjectID:
		return "objectId"
	case bson.TypeNull:
		return "null"
	case bson.TypeEmbeddedDocument:
		return "object"
	case bson.TypeTimestamp:
		return "timestamp"
	}
	return ""
}

// relaxSchema relaxes a schema.
func (c *collection) relaxSchema(schema bson.Raw) weaker {
	w := weaker{same: true}
	elements, err := schema.Elements()
	if err != nil {
		return weaker{}
	}
	add := func(one weaker) {
		w.D, w.same = append(w.D, one.D...), w.same && one.same
	}
	for _, e := range elements {
		key, v := e.Key(), e.Value()
		switch key {
		case "title", "description":
		case "bsonType", "type", "required", "minProperties", "maxProperties", "encrypt":
			add(weaker{bson.D{{Key: key, Value: v}}, true})
		case "enum":
			if types := typeNamesOf(v); types != nil {
				w.D = append(w.D, bson.E{Key: "bsonType", Value: types})
			}
			w.same = false
		case "properties", "patternProperties", "dependencies":
			add(c.relaxProperties(key, v))
		case "additionalProperties":
			if rules, ok := v.DocumentOK(); ok {
				inner := c.relaxSchema(rules)
				add(weaker{bson.D{{Key: key, Value: inner.D}}, inner.same})
			} else {
				add(weaker{bson.D{{Key: key, Value: v}}, true})
			}
		case "allOf", "anyOf", "oneOf":
			one := relaxEach(key, documentsIn(v), c.relaxSchema)
			if key == "oneOf" && !one.same && len(one.D) > 0 { // several of the weaker conditions can be met at once
				one.D[0].Key = "anyOf"
			}
			add(one)
		case "not":
			rules, _ := v.DocumentOK()
			if inner := c.relaxSchema(rules); inner.same {
				add(weaker{bson.D{{Key: key, Value: v}}, true})
			} else {
				w.same = false
			}
		default:
			w.same = false
		}
	}
	return splitDuplicates(w)
}

// relaxProperties relaxes the schemas of several properties.
func (c *collection) relaxProperties(key string, v bson.RawValue) weaker {
	rules, _ := v.DocumentOK()
	elements, err := rules.Elements()
	if err != nil {
		return weaker{}
	}
	inner, same := bson.D{}, true
	for _, e := range elements {
		schema, ok := e.Value().DocumentOK()
		if !ok { // a list of names that a property requires
			inner = append(inner, bson.E{Key: e.Key(), Value: e.Value()})
			continue
		}
		w := c.relaxSchema(schema)
		if same = same && w.same; w.D == nil {
			w.D = bson.D{}
		}
		inner = append(inner, bson.E{Key: e.Key(), Value: w.D})
	}
	return weaker{bson.D{{Key: key, Value: inner}}, same}
}

// splitDuplicates moves rules with the same name into separate schemas, because the server
// refuses duplicates.
func splitDuplicates(w weaker) weaker {
	seen := make(map[string]bool)
	var once bson.D
	parts := bson.A{}
	for _, e := range w.D {
		if seen[e.Key] {
			parts = append(parts, bson.D{e})
			continue
		}
		seen[e.Key] = true
		once = append(once, e)
	}
	if len(parts) == 0 {
		return w
	}
	if seen["allOf"] {
		return weaker{bson.D{{Key: "allOf", Value: append(parts, once)}}, w.same}
	}
	return weaker{append(once, bson.E{Key: "allOf", Value: parts}), w.same}
}
