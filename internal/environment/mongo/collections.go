package mongo

import (
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// collection lists the objects around one collection.
func (s *surveyor) collection(where, name string) error {
	cursor, err := s.db.ListCollections(s.ctx, bson.D{{Key: "name", Value: name}})
	if err != nil {
		return err
	}
	defer cursor.Close(s.ctx)
	for cursor.Next(s.ctx) {
		options, _ := cursor.Current.Lookup("options").DocumentOK()
		kind, _ := cursor.Current.Lookup("type").StringValueOK()
		s.addForm(where, kind, options)
		types := s.validator(where, options)
		if kind != "collection" {
			continue
		}
		if err := s.indexes(where, name, types); err != nil {
			return err
		}
	}
	return cursor.Err()
}

// addForm lists the form of a collection.
func (s *surveyor) addForm(where, kind string, options bson.Raw) {
	has := func(keys ...string) bool { return !options.Lookup(keys...).IsZero() }
	for _, f := range []struct {
		what string
		is   bool
	}{
		{"view", kind == "view"},
		{"time series", kind == "timeseries"},
		{"capped by number", has("capped") && has("max")},
		{"capped by size", has("capped") && !has("max")},
		{"clustered, expires", has("clusteredIndex") && has("expireAfterSeconds")},
		{"clustered", has("clusteredIndex") && !has("expireAfterSeconds")},
		{"pre-images", has("changeStreamPreAndPostImages")},
		{"encrypted fields", has("encryptedFields")},
	} {
		if f.is {
			s.addObject("collection", where+f.what)
		}
	}
	if config, ok := options.Lookup("storageEngine", "wiredTiger", "configString").StringValueOK(); ok {
		what := "storage engine, " + config
		if by, ok := strings.CutPrefix(config, "block_compressor="); ok {
			what = "storage engine, " + strings.Replace(by, "none", "no compression", 1)
		}
		s.addObject("collection", where+what)
	}
	if collation, ok := options.Lookup("collation").DocumentOK(); ok {
		s.addObject("collation", where+"collection: "+collationName(collation))
	}
}

// collationName returns the name of a collation in the results, or its locale.
func collationName(c bson.Raw) string {
	locale, _ := c.Lookup("locale").StringValueOK()
	if numeric, _ := c.Lookup("numericOrdering").BooleanOK(); numeric {
		return locale + ", numeric"
	}
	if strength := text(c.Lookup("strength")); locale == "en" && strength != "3" {
		return locale + ", " + strength
	}
	return locale
}

// validator lists a validator's conditions on each field, and returns the types that it
// names.
func (s *surveyor) validator(where string, options bson.Raw) (types map[string]string) {
	types = make(map[string]string)
	validator, ok := options.Lookup("validator").DocumentOK()
	if !ok {
		return types
	}
	elements, _ := validator.Elements()
	for _, e := range elements {
		if e.Key() != "$jsonSchema" {
			s.addObject("validator", where+mapField(e.Key(), "", false)+": "+operators(e.Value()))
			continue
		}
		schema, _ := e.Value().DocumentOK()
		s.schema(where, schema, types)
	}
	return types
}

// schema lists a schema's conditions other than those of Migrate's schemas. These are
// required fields, their types, and their lengths.
func (s *surveyor) schema(where string, schema bson.Raw, types map[string]string) {
	properties, _ := schema.Lookup("properties").DocumentOK()
	fields, _ := properties.Elements()
	for _, f := range fields {
		rules, _ := f.Value().DocumentOK()
		elements, _ := rules.Elements()
		for _, rule := range elements {
			switch rule.Key() {
			case "bsonType":
				types[f.Key()] = firstText(rule.Value())
			case "minLength", "maxLength", "description", "title":
			default:
				s.addObject("validator", where+mapField(f.Key(), types[f.Key()], false)+": "+rule.Key())
			}
		}
	}
	rules, _ := schema.Elements()
	for _, rule := range rules {
		switch rule.Key() {
		case "bsonType", "properties", "title", "description", "required":
		default:
			s.addObject("validator", where+mapField("", "string", false)+": "+rule.Key())
		}
	}
}

// operators returns the operators of a condition on a field.
func operators(v bson.RawValue) string {
	rules, ok := v.DocumentOK()
	elements, err := rules.Elements()
	if !ok || err != nil || len(elements) == 0 {
		return "a value"
	}
	return elements[0].Key()
}

func firstText(v bson.RawValue) string {
	if t, ok := v.StringValueOK(); ok {
		return t
	}
	list, _ := v.ArrayOK()
	values, _ := list.Values()
	if len(values) == 0 {
		return ""
	}
	return text(values[0])
}

// ours are the fields with the same names in every store.
var ours = []string{"_id", "_sessions", "_hidden", "user_id", "created_at", "active_until", "expires_at", "credential"}

// mapField returns the name that a field of this type has in the results. An application's
// own field is "phone" there, for example.
func mapField(field, kind string, unique bool) string {
	for _, own := range ours {
		if field == own {
			return field
		}
	}
	switch {
	case strings.HasPrefix(field, "$"): // a condition on the whole document
		return "name"
	case kind == "string" && unique:
		return "email"
	case kind == "string":
		return "name"
	case kind == "long" || kind == "int":
		return "order"
	case kind == "date":
		return "joined at"
	}
	return "phone"
}

// indexes lists the indexes that Migrate has not created.
func (s *surveyor) indexes(where, name string, types map[string]string) error {
	cursor, err := s.db.Collection(name).Indexes().List(s.ctx)
	if err != nil {
		return err
	}
	defer cursor.Close(s.ctx)
	for cursor.Next(s.ctx) {
		index := cursor.Current
		key, _ := index.Lookup("key").DocumentOK()
		fields, _ := key.Elements()
		called, _ := index.Lookup("name").StringValueOK()
		if len(fields) == 0 || called == "_id_" || called == fields[0].Key()+"_key" || called == fields[0].Key()+"_idx" {
			continue
		}
		unique, _ := index.Lookup("unique").BooleanOK()
		field := mapField(fields[0].Key(), types[fields[0].Key()], unique)
		if collation, ok := index.Lookup("collation").DocumentOK(); ok {
			what := ": index of "
			if unique {
				what = ": unique index of "
			}
			s.addObject("collation", where+collationName(collation)+what+field)
			continue
		}
		how := text(fields[0].Value())
		switch {
		case how == "1":
			how = "ascending"
		case how == "-1":
			how = "descending"
		case fields[0].Key() == "_fts":
			how, field = "text", "name"
		}
		if len(fields) > 1 && how != "text" {
			how = "with another field"
		}
		s.addObject("index", where+field+": "+how+optionsOf(index, unique))
	}
	return cursor.Err()
}

// optionsOf returns the options of an index.
func optionsOf(index bson.Raw, unique bool) string {
	var list []string
	if unique {
		list = append(list, "unique")
	}
	for _, o := range []struct{ key, what string }{
		{"sparse", "sparse"}, {"hidden", "hidden"}, {"expireAfterSeconds", "expires"}, {"partialFilterExpression", "partial"}, {"storageEngine", "storage engine"},
	} {
		if !index.Lookup(o.key).IsZero() {
			list = append(list, o.what)
		}
	}
	if len(list) == 0 {
		return ""
	}
	return ", " + strings.Join(list, ", ")
}
