package mongo

import (
	"context"
	"errors"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/tenon-go/tenon/adapters/internal/fault"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// violation is a constraint that a write broke. Which class that is depends on
// what was tried, and on what else is wrong: see classifyWrite.
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
	_, is := err.(*violation)
	return is
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
	rule, ok := first(broken)
	if !ok {
		return
	}
	operator, _ := rule.Lookup("operatorName").StringValueOK()
	switch operator {
	case "properties":
		property, ok := first(rule.Lookup("propertiesNotSatisfied"))
		if !ok {
			return
		}
		v.field, _ = property.Lookup("propertyName").StringValueOK()
		v.readRule(property.Lookup("details"))
		return
	case "required":
		if missing := texts(rule.Lookup("missingProperties")); len(missing) > 0 && v.field == "" {
			v.field = missing[0]
		}
	}
	if f := fault.Find(rules, operator); f != fault.Unlisted {
		v.fault = f
	}
	if is, _ := rule.Lookup("consideredType").StringValueOK(); is == "null" {
		v.fault = fault.Null
	}
}

// first returns the first document of an array.
func first(v bson.RawValue) (bson.Raw, bool) {
	list, ok := v.ArrayOK()
	if !ok {
		return nil, false
	}
	values, err := list.Values()
	if err != nil || len(values) == 0 {
		return nil, false
	}
	return values[0].DocumentOK()
}

// about returns whether a circumstance holds, if this one, of a new id, may.
func (v *violation) about(id fault.Circumstance) func(fault.Circumstance) bool {
	return func(when fault.Circumstance) bool { return when == id && v.field == idField }
}

// classifyWrite gives the error of a write that broke a constraint its class. Look
// looks whether one comes before ErrConstraint. Any other error, or none, is
// returned as it is.
func (s *store) classifyWrite(op spec.Op, err error, fields []attr.Field, look func(v *violation) (class, err error)) error {
	var v *violation
	if !errors.As(err, &v) {
		return err
	}
	class, err := look(v)
	if err != nil {
		return err
	}
	if class == nil {
		class = &spec.ConstraintError{Kind: v.fault.Meaning(fault.Is(fault.Otherwise)).Kind, Attribute: attributeOf(fields, v.field)}
	}
	return s.error(op, class, v.detail(), v.cause)
}

// conclude gives an error that a call ends with its class, if it has none yet:
// a constraint that says nothing about a row of ours.
func (s *store) conclude(op spec.Op, err error) error {
	return s.classifyWrite(op, err, nil, func(v *violation) (error, error) {
		return v.fault.Meaning(fault.Is(fault.SetsNothing)).Class, nil
	})
}

// attributeOf returns the Go field of the attribute in a field of a document.
func attributeOf(fields []attr.Field, name string) string {
	for _, f := range fields {
		if f.Column == name {
			return f.Name
		}
	}
	return ""
}

// exists reports whether a document with this id is there.
func (s *store) exists(ctx context.Context, op spec.Op, in *collection, id any) (bool, error) {
	doc, err := s.one(ctx, op, in, bson.D{{Key: idField, Value: id}}, idField)
	return doc != nil, err
}
