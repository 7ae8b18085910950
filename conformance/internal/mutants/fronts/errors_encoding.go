package fronts

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
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
	type user = spec.User[richUser]
	type session = spec.Session[richSession]
	// Each adds a value to the errors of one class.
	creating := func(class error, add func(err error, u user) error) conformance.Subject {
		return alterRich(func(a *richAltered) {
			a.createUser = func(ctx context.Context, u user) error {
				err := a.Store.CreateUser(ctx, u)
				if errors.Is(err, class) {
					err = add(err, u)
				}
				return err
			}
		})
	}
	updating := func(class error, add func(err error, attributes richSession) error) conformance.Subject {
		return alterRich(func(a *richAltered) {
			a.updateSession = func(ctx context.Context, id string, attributes richSession, mask attr.Mask[richSession]) error {
				err := a.Store.UpdateSession(ctx, id, attributes, mask)
				if errors.Is(err, class) {
					err = add(err, attributes)
				}
				return err
			}
		})
	}
	finding := func(broken string, class error, add func(err error, field string, value any) error) conformance.Subject {
		return alterRich(func(a *richAltered) {
			a.userBy = func(ctx context.Context, field string, value any) (user, error) {
				u, err := a.Store.UserBy(ctx, field, value)
				if errors.Is(err, class) && (broken == "" || broken == field) {
					err = add(err, field, value)
				}
				return u, err
			}
		})
	}
	list := []Mutant{
		{Name: "error_text_has_a_float", Subject: creating(spec.ErrUserExists, func(err error, u user) error { return fmt.Errorf("%w: score %v", err, u.Attributes.Score) })},
		{Name: "error_text_has_the_bytes_of_a_photo",
			Subject: creating(spec.ErrUserExists, func(err error, u user) error { return fmt.Errorf("%w: photo %x", err, u.Attributes.Photo) })},
		{Name: "error_text_has_what_is_kept_as_json", Shipped: "errors of document validation, passed on",
			Subject: creating(spec.ErrInvalid, func(err error, u user) error { return fmt.Errorf("%w: %v", err, u.Attributes.Settings) })},
		{Name: "error_shows_a_time_in_go_syntax", Subject: creating(spec.ErrUserExists, func(err error, u user) error { return hidden[time.Time]{err, u.Attributes.CreatedAt} })},
		{Name: "error_logs_a_row", Subject: updating(spec.ErrConstraint, func(err error, s richSession) error { return logged{err, s.Country} })},
		{Name: "error_encodes_a_nullable_text_in_json", Subject: updating(spec.ErrSessionNotFound, func(err error, s richSession) error { return exposing{err, s.IP} })},
		{Name: "error_writes_its_fields_where_its_methods_are_not_found",
			Subject: updating(spec.ErrConstraint, func(err error, s richSession) error { return buried{err, s.Device} })},
		{Name: "error_text_has_the_value_that_is_too_long", Subject: creating(spec.ErrConstraint, func(err error, u user) error {
			if c, ok := errors.AsType[*spec.ConstraintError](err); ok && c.Kind == spec.TooLong && c.Attribute == "Handle" {
				err = fmt.Errorf("%w: %s", err, *u.Attributes.Handle)
			}
			return err
		})},
		{Name: "error_text_has_an_invalid_text", Subject: updating(spec.ErrInvalid, func(err error, s richSession) error { return fmt.Errorf("%w: %q", err, s.DeviceID) })},
		{Name: "user_by_writes_the_number_that_it_does_not_find",
			Subject: finding("Number", spec.ErrUserNotFound, func(err error, _ string, value any) error { return fmt.Errorf("%w: %v", err, value) })},
		{Name: "user_by_writes_the_time_that_it_does_not_find",
			Subject: finding("Joined", spec.ErrUserNotFound, func(err error, _ string, value any) error { return fmt.Errorf("%w: %v", err, value) })},
		{Name: "user_by_shows_the_bytes_that_it_does_not_find",
			Subject: finding("Key", spec.ErrUserNotFound, func(err error, _ string, value any) error { return hidden[any]{err, value} })},
		{Name: "user_by_writes_the_value_of_another_type", Subject: finding("Name", spec.ErrInvalid, func(err error, _ string, value any) error { return exposing{err, value} })},
		{Name: "error_text_has_the_id_after_close", Subject: alterRich(func(a *richAltered) {
			a.session = func(ctx context.Context, id string) (session, error) {
				s, err := a.Store.Session(ctx, id)
				if errors.Is(err, spec.ErrClosed) {
					err = fmt.Errorf("session %s: %w", id, err)
				}
				return s, err
			}
		})},
	}
	for i := range list {
		list[i].Clause = "ERR-04"
	}
	return list
}
