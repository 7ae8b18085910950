package mongo

import (
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/tenon-go/tenon/adapters/internal/fault"
	"github.com/tenon-go/tenon/spec"
)

// violation is a constraint that a write violated. Its class depends on the operation and
// on other errors: see classifyViolation.
type violation struct {
	fault fault.Fault
	code  string
	field string // field of the document; empty if it is not known
	cause error
}

func (v *violation) Error() string { return "constraint violated: " + v.detail() }

// detail returns the detail for a message. It contains no value.
func (v *violation) detail() string { return strings.TrimSpace(v.code + " " + v.field) }

func isViolation(err error) bool {
	_, ok := err.(*violation)
	return ok
}

// newViolation returns the violation that an answer reports.
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

// readRule reads the first rule of a validator that a document violated. Rules about
// properties contain the violated rules.
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

// isAboutID returns a function that reports whether a circumstance holds. The circumstance
// id holds if the violation is about a new id; no other holds.
func (v *violation) isAboutID(id fault.Circumstance) func(fault.Circumstance) bool {
	return func(when fault.Circumstance) bool { return when == id && v.field == idField }
}

// classifyViolation returns the error of a write that violated a constraint of a
// collection, with its class. Look returns a class that takes precedence over
// ErrConstraint, if there is one. Any other error, and nil, is returned unchanged.
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

// failViolation returns a violation that is not about a row of the adapter with its class.
// Any other error, and nil, is returned unchanged.
func failViolation(err error) error {
	v, ok := err.(*violation)
	if !ok {
		return err
	}
	return &spec.Error{Class: v.fault.Meaning(fault.Is(fault.SetsNothing)).Class, Detail: v.detail(), Cause: v.cause}
}
