package mongo

import (
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// What a validator says of the values of fields only adds constraints. What it
// says of their types, and of which fields there are, is true of all documents of
// the adapter or of none. So a condition is made weaker, until it speaks of types
// and presence only: what does not meet the weaker one does not meet the
// condition.

// weaker is a condition that is met wherever another one is.
type weaker struct {
	bson.D
	same bool // it is met nowhere else
}

// relax returns a weaker form of conditions that all have to be met.
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
	if len(w.D) > 1 { // the same key twice would count once
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
	case !c.isWritten(key): // all documents are alike in it
		return exact
	case strings.Contains(key, "."): // nor do fields of ours have any in them
		return exact
	}
	return relaxField(key, v)
}

// relaxEach relaxes each of the conditions that have to be met, or of which one
// has to be.
func relaxEach(key string, list []bson.Raw, relax func(bson.Raw) weaker) weaker {
	parts, same := bson.A{}, true
	for _, part := range list {
		w := relax(part)
		same = same && w.same
		switch {
		case len(w.D) > 0:
			parts = append(parts, w.D)
		case key == "$or" || key == "anyOf" || key == "oneOf":
			return weaker{same: same && key != "oneOf"} // one that is always met
		}
	}
	if len(parts) == 0 {
		return weaker{same: same}
	}
	return weaker{bson.D{{Key: key, Value: parts}}, same}
}

// keepSame keeps those conditions, of which none may be met, that do not get
// weaker.
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

// relaxField relaxes what a query says of a field of ours. To compare with
// a value is to ask for its type, too.
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

// matchType is the condition that a field has a value of the type of this one,
// which it can be compared with. Null is like a field that is missing.
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

// typeNamesOf are the types of a list of values, by which a field of ours can be one
// of them; nil if it need not be of any.
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

// typeNameOf is the name of the types that compare with values of this one; empty if
// that is not known.
func typeNameOf(t bson.Type) string {
	switch t {
	case bson.TypeString, bson.TypeSymbol, bson.TypeRegex: // a pattern compares with texts
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
			if key == "oneOf" && !one.same && len(one.D) > 0 { // more than one of the weaker ones may be met
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

// relaxProperties relaxes the schemas of properties.
func (c *collection) relaxProperties(key string, v bson.RawValue) weaker {
	rules, _ := v.DocumentOK()
	elements, err := rules.Elements()
	if err != nil {
		return weaker{}
	}
	inner, same := bson.D{}, true
	for _, e := range elements {
		schema, ok := e.Value().DocumentOK()
		if !ok { // the names that a property needs
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

// splitDuplicates puts rules of the same name, which the server refuses, into
// schemas of their own.
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
