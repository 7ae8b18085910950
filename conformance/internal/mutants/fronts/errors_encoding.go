package fronts

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/spec"
)

// exposing is an error with a clean text and with fields that encoders write.
type exposing struct {
	error
	Cause any
}

func (e exposing) Unwrap() error { return e.error }

func (e exposing) GoString() string { return e.Error() }

// hidden is an error with a clean text and a value that only %#v shows.
type hidden[T any] struct {
	error
	value T
}

func (e hidden[T]) Unwrap() error { return e.error }

// logged is an error with a clean text that passes more to a structured log.
type logged struct {
	error
	row any
}

func (e logged) Unwrap() error { return e.error }

func (e logged) Format(f fmt.State, verb rune) { fmt.Fprintf(f, fmt.FormatString(f, verb), e.Error()) }

func (e logged) MarshalText() ([]byte, error) { return []byte(e.Error()), nil }

func (e logged) LogValue() slog.Value {
	return slog.GroupValue(slog.String("msg", e.Error()), slog.Any("row", e.row))
}

// buried is an error that writes only its text, unless it is in an unexported field,
// where its methods are not found.
type buried struct {
	error
	id string
}

func (e buried) Unwrap() error { return e.error }

func (e buried) Format(f fmt.State, verb rune) { fmt.Fprintf(f, fmt.FormatString(f, verb), e.Error()) }

// encodingMutants returns mutants that each write one value, of one kind, in one way.
func encodingMutants() []Mutant {
	// Each adds a value to the errors of one class.
	adding := func(op spec.Op, class error, add func(c *richCall) error) conformance.Subject {
		return alterRich(after(op, func(c *richCall) {
			if errors.Is(c.err, class) {
				c.err = add(c)
			}
		}))
	}
	finding := func(field string, class error, add func(err error, value any) error) conformance.Subject {
		return adding(spec.OpUserBy, class, func(c *richCall) error {
			if c.field != field {
				return c.err
			}
			return add(c.err, c.value)
		})
	}
	list := []Mutant{
		{Name: "error_text_has_a_float",
			Subject: adding(spec.OpCreateUser, spec.ErrUserExists, func(c *richCall) error { return fmt.Errorf("%w: score %v", c.err, c.user.Attributes.Score) })},
		{Name: "error_text_has_the_bytes_of_a_photo",
			Subject: adding(spec.OpCreateUser, spec.ErrUserExists, func(c *richCall) error { return fmt.Errorf("%w: photo %x", c.err, c.user.Attributes.Photo) })},
		{Name: "error_text_has_what_is_kept_as_json", Shipped: "errors of document validation, passed on",
			Subject: adding(spec.OpCreateUser, spec.ErrInvalid, func(c *richCall) error { return fmt.Errorf("%w: %v", c.err, c.user.Attributes.Settings) })},
		{Name: "error_shows_a_time_in_go_syntax",
			Subject: adding(spec.OpCreateUser, spec.ErrUserExists, func(c *richCall) error { return hidden[time.Time]{c.err, c.user.Attributes.CreatedAt} })},
		{Name: "error_logs_a_row", Subject: adding(spec.OpUpdateSession, spec.ErrConstraint, func(c *richCall) error { return logged{c.err, c.session.Attributes.Country} })},
		{Name: "error_encodes_a_nullable_text_in_json",
			Subject: adding(spec.OpUpdateSession, spec.ErrSessionNotFound, func(c *richCall) error { return exposing{c.err, c.session.Attributes.IP} })},
		{Name: "error_writes_its_fields_where_its_methods_are_not_found",
			Subject: adding(spec.OpUpdateSession, spec.ErrConstraint, func(c *richCall) error { return buried{c.err, c.session.Attributes.Device} })},
		{Name: "error_text_has_the_value_that_is_too_long", Subject: alterRich(after(spec.OpCreateUser, func(c *richCall) {
			if constraint, ok := errors.AsType[*spec.ConstraintError](c.err); ok && constraint.Kind == spec.TooLong && constraint.Attribute == "Handle" {
				c.err = fmt.Errorf("%w: %s", c.err, *c.user.Attributes.Handle)
			}
		}))},
		{Name: "error_text_has_an_invalid_text",
			Subject: adding(spec.OpUpdateSession, spec.ErrInvalid, func(c *richCall) error { return fmt.Errorf("%w: %q", c.err, c.session.Attributes.DeviceID) })},
		{Name: "user_by_writes_the_number_that_it_does_not_find",
			Subject: finding("Number", spec.ErrUserNotFound, func(err error, value any) error { return fmt.Errorf("%w: %v", err, value) })},
		{Name: "user_by_writes_the_time_that_it_does_not_find",
			Subject: finding("Joined", spec.ErrUserNotFound, func(err error, value any) error { return fmt.Errorf("%w: %v", err, value) })},
		{Name: "user_by_shows_the_bytes_that_it_does_not_find",
			Subject: finding("Key", spec.ErrUserNotFound, func(err error, value any) error { return hidden[any]{err, value} })},
		{Name: "user_by_writes_the_value_of_another_type", Subject: finding("Name", spec.ErrInvalid, func(err error, value any) error { return exposing{err, value} })},
		{Name: "error_text_has_the_id_after_close",
			Subject: adding(spec.OpSession, spec.ErrClosed, func(c *richCall) error { return fmt.Errorf("session %s: %w", c.id, c.err) })},
	}
	for i := range list {
		list[i].Clause = "ERR-04"
	}
	return list
}
