package spec_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// parsed is a driver's error that is not a pointer and contains its argument.
type parsed struct{ DSN string }

func (parsed) Error() string { return "cannot parse" }

// encodings are the ways in which programs write an error, or a value that contains one.
func encodings(t *testing.T, v any) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%t"} {
		texts[verb] = fmt.Sprintf(verb, v)
	}
	data, err := json.Marshal(v)
	if err != nil {
		t.Error(err)
	}
	texts["JSON"] = string(data)
	if data, err = xml.Marshal(v); err != nil {
		t.Error(err)
	}
	texts["XML"] = string(data)
	var b bytes.Buffer
	slog.New(slog.NewJSONHandler(&b, nil)).Error("it failed", "err", v)
	slog.New(slog.NewTextHandler(&b, nil)).Error("it failed", "err", v)
	texts["slog"] = b.String()
	return texts
}

func TestErrorEncodesAsItsText(t *testing.T) {
	t.Parallel()
	const text = "a: open: invalid input (a DSN)"
	err := spec.Error{Adapter: "a", Op: spec.OpOpen, Class: spec.ErrInvalid, Detail: "a DSN", Cause: parsed{"password=" + secret}}
	type event struct{ Err error }
	type value struct{ Err spec.Error }
	for name, v := range map[string]any{
		"pointer": &err, "value": err, "held": event{&err}, "held value": value{err},
		"wrapped": event{fmt.Errorf("wrapped: %w", &err)},
	} {
		for encoding, got := range encodings(t, v) {
			switch {
			case strings.Contains(got, secret) || strings.Contains(got, fmt.Sprintf("%x", secret)):
				t.Errorf("%s as %s has the cause: %s", name, encoding, got)
			case name != "wrapped" && encoding != "%x" && !strings.Contains(got, text):
				t.Errorf("%s as %s: %s, want the text in it", name, encoding, got)
			}
		}
	}
	for verb, want := range map[string]string{"%v": text, "%+v": text, "%#v": `"` + text + `"`, "%q": `"` + text + `"`, "%.1s": "a"} {
		if got := fmt.Sprintf(verb, &err); got != want {
			t.Errorf("%s: %s, want %s", verb, got, want)
		}
	}
	var none *spec.Error
	if got := fmt.Sprintf("%v", none); got != "<nil>" {
		t.Errorf("a nil pointer: %s", got)
	}
}

// Errors without a driver's error are also encoded as their text, so that clients of an
// API see only one form.
func TestOtherErrorsEncodeAsTheirTexts(t *testing.T) {
	t.Parallel()
	constraint := spec.ConstraintError{Kind: spec.NotUnique, Attribute: "Email"}
	value := attr.ValueError{Field: "Email", Reason: "not UTF-8"}
	for _, test := range []struct{ err, value any }{{&constraint, constraint}, {&value, value}} {
		want, err := json.Marshal(test.err.(error).Error())
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range []any{test.err, test.value} {
			if got, err := json.Marshal(v); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%T: %s, %v, want %s", v, got, err, want)
			}
		}
	}
}
