package mongo

import (
	"bytes"
	"context"
	"errors"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// catalog is the definition of an existing collection.
type catalog struct {
	exists  bool
	kind    string   // "collection", "view", "timeseries"
	options bson.Raw // options of the collection
	indexes []index
	unknown []string // fields in which a document has a user's id of another type

	schemas  []bson.Raw // schemas of the validator, if it refuses documents
	refusing bson.Raw   // a condition of the validator that no document of the adapter meets
}

// index is an existing index, as returned by listIndexes.
type index struct {
	Name      string `bson:"name"`
	Key       bson.D `bson:"key"`
	Unique    bool   `bson:"unique"`
	Prepared  bool   `bson:"prepareUnique"` // new documents must be unique, old ones need not be yet
	Sparse    bool   `bson:"sparse"`
	Hidden    bool   `bson:"hidden"` // queries do not use it
	Filter    bson.D `bson:"partialFilterExpression"`
	Collation bson.D `bson:"collation"`
	Expires   *int64 `bson:"expireAfterSeconds"`

	whole bool // if the index is wanted: it need not have the filter, because no value is null
}

// readCatalog reads the definition of an existing collection.
func (a *Adapter) readCatalog(ctx context.Context, c *collection) (catalog, error) {
	var found catalog
	list := func(ctx context.Context) (*driver.Cursor, error) {
		return a.db.ListCollections(ctx, bson.D{{Key: "name", Value: c.Name()}})
	}
	err := a.iterate(ctx, list, func(doc bson.Raw) error {
		found.exists = true
		found.kind, _ = doc.Lookup("type").StringValueOK()
		settings, _ := doc.Lookup("options").DocumentOK()
		found.options = slices.Clone(settings)
		return nil
	})
	if err != nil || !found.exists || found.kind != "collection" {
		return found, failViolation(err)
	}
	indexes := func(ctx context.Context) (*driver.Cursor, error) { return c.Indexes().List(ctx) }
	err = a.iterate(ctx, indexes, func(doc bson.Raw) error {
		var i index
		err := bson.Unmarshal(doc, &i)
		found.indexes = append(found.indexes, i)
		return err
	})
	if err != nil {
		return found, failViolation(err)
	}
	if err := a.readValidator(ctx, c, &found); err != nil {
		return found, failViolation(err)
	}
	look := func(field string, ids *idType) error {
		doc, err := a.findOne(ctx, c, bson.D{{Key: field, Value: bson.D{{Key: "$type", Value: otherTypes(ids)}}}}, idField)
		if doc != nil {
			found.unknown = append(found.unknown, field)
		}
		return err
	}
	if err = look(idField, c.id); err == nil && c.owner != nil {
		err = look(ownerField, c.owner)
	}
	return found, failViolation(err)
}

// readValidator reads the validator of a collection, unless it only warns or is turned
// off.
func (a *Adapter) readValidator(ctx context.Context, c *collection, found *catalog) (err error) {
	validator, has := found.options.Lookup("validator").DocumentOK()
	action, _ := found.options.Lookup("validationAction").StringValueOK()
	level, _ := found.options.Lookup("validationLevel").StringValueOK()
	if !has || action == "warn" || level == "off" {
		return nil
	}
	if ours, err := bson.Marshal(c.validator()); err == nil && bytes.Equal(ours, validator) {
		return nil
	}
	var conditions []bson.Raw
	found.schemas, conditions = splitConditions(validator)
	found.refusing, err = a.findRefusing(ctx, c, conditions)
	return err
}

// otherTypes returns all types that a field's value can have, except those of these ids. It
// does not include null, which is not an id. A search for these types uses the index,
// whereas a negated $type examines all documents.
func otherTypes(ids *idType) bson.A {
	var list bson.A
	for _, t := range []string{
		"double", "string", "object", "binData", "objectId", "bool", "date", "regex",
		"dbPointer", "javascript", "symbol", "javascriptWithScope", "int", "timestamp", "long", "decimal",
	} {
		if !slices.Contains(ids.types, t) {
			list = append(list, t)
		}
	}
	return list
}

// create creates a collection with its validator. It succeeds if another process has just
// created it.
func (c *collection) create(ctx context.Context) error {
	err := c.Database().CreateCollection(ctx, c.Name(), options.CreateCollection().
		SetValidator(c.validator()).SetValidationLevel("moderate"))
	if e, ok := errors.AsType[driver.ServerError](err); ok && e.HasErrorCode(namespaceExists) {
		return nil
	}
	return err
}

// createIndexes creates indexes.
func (c *collection) createIndexes(ctx context.Context, list []index) error {
	models := make([]driver.IndexModel, len(list))
	for i, want := range list {
		set := options.Index().SetName(want.Name)
		if want.Unique {
			set.SetUnique(true).SetPartialFilterExpression(want.Filter)
		}
		if want.Expires != nil {
			set.SetExpireAfterSeconds(int32(*want.Expires))
		}
		models[i] = driver.IndexModel{Keys: want.Key, Options: set}
	}
	_, err := c.Indexes().CreateMany(ctx, models)
	return err
}

const namespaceExists = 48
