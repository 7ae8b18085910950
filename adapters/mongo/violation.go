package mongo

import (
	"context"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/tenon-go/tenon/adapters/internal/fault"
	"github.com/tenon-go/tenon/spec"
)

// violation is a constraint that a write broke. Which class that is depends on
// what was tried, and on what else is wrong: see classifyViolation.
type violation struct {
	fault fault.Fault
	code  string
	field string // of the document; empty if it cannot be said
	cause error
}

func (v *violation) Error() string { return "constraint violated: " + v.detail() }

// detail is what a message may tell: no value is in it.
func (v *violation) detail() string { return strings.TrimSpace(v.code + " " + v.field) }

func isViolation(err error) bool {
	_, ok := err.(*violation)
	return ok
}

// newViolation reads which field an answer is about.
func newViolation(r report, cause error) *violation {
	v := &violation{fault: r.fault, code: r.code, cause: cause}
	if keys, ok := r.raw.Lookup("keyPattern").DocumentOK(); ok {
		if elements, err := keys.Elements(); err == nil && len(elements) == 1 {
			v.field = elements[0].Key()
		}
		return v
	}
	v.readRule(r.raw.Lookup("errInfo", "details", "schemaRulesNotSatisfied"))
	return v
}

// readRule reads the first rule of a validator that a document broke. Rules
// about properties have the broken ones inside.
func (v *violation) readRule(broken bson.RawValue) {
	rule, ok := firstDocument(broken)
	if !ok {
		return
	}
	operator, _ := rule.Lookup("operatorName").StringValueOK()
	switch operator {
	case "properties":
		property, ok := firstDocument(rule.Lookup("propertiesNotSatisfied"))
		if !ok {
			return
		}
		v.field, _ = property.Lookup("propertyName").StringValueOK()
		v.readRule(property.Lookup("details"))
		return
	case "required":
		if missing := stringsIn(rule.Lookup("missingProperties")); len(missing) > 0 && v.field == "" {
			v.field = missing[0]
		}
	}
	if f := fault.Find(rules, operator); f != fault.Unlisted {
		v.fault = f
	}
	if considered, _ := rule.Lookup("consideredType").StringValueOK(); considered == "null" {
		v.fault = fault.Null
	}
}

// isAboutID returns whether a circumstance holds, if this one, of a new id, may.
func (v *violation) isAboutID(id fault.Circumstance) func(fault.Circumstance) bool {
	return func(when fault.Circumstance) bool { return when == id && v.field == idField }
}

// classifyViolation gives the error of a write that broke a constraint of
// a collection its class. Look looks whether one comes before ErrConstraint. Any
// other error, or none, is returned as it is.
func classifyViolation(err error, in *collection, look func(v *violation) (class, err error)) error {
	v, ok := err.(*violation)
	if !ok {
		return err
	}
	class, err := look(v)
	if err != nil {
		return failViolation(err)
	}
	if class == nil {
		class = &spec.ConstraintError{Kind: v.fault.Meaning(fault.Is(fault.Otherwise)).Kind, Attribute: in.attributeOf(v.field)}
	}
	return &spec.Error{Class: class, Detail: v.detail(), Cause: v.cause}
}

// failViolation gives a broken constraint that a call ends with, and that says
// nothing about a row of ours, its class. Any other error, or none, is returned
// as it is.
func failViolation(err error) error {
	v, ok := err.(*violation)
	if !ok {
		return err
	}
	return &spec.Error{Class: v.fault.Meaning(fault.Is(fault.SetsNothing)).Class, Detail: v.detail(), Cause: v.cause}
}

// exists reports whether there is a document with this id.
func (a *Adapter) exists(ctx context.Context, in *collection, id any) (bool, error) {
	doc, err := a.findOne(ctx, in, byID(id), idField)
	return doc != nil, err
}
