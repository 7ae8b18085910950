// Package leaktest looks for secrets in the forms in which programs write errors to logs
// and clients. It is for tests.
package leaktest

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/spec"
)

// Password is a password for data source names, which no error may show.
const Password = "hunter2"

// event is a struct with an error, as applications log them.
type event struct{ Err error }

// Refused fails the test unless err says that a data source name cannot be used, and does
// not contain its password in any encoding.
func Refused(t *testing.T, err error) {
	t.Helper()
	if spec.ClassOf(err) != spec.ErrInvalid {
		t.Errorf("got the error %v, want one of the class %v", err, spec.ErrInvalid)
	}
	texts := []string{fmt.Sprintf("%v\n%+v\n%#v\n%q\n%#v", err, err, err, err, event{err})}
	for _, marshal := range []func(any) ([]byte, error){json.Marshal, xml.Marshal} {
		data, err := marshal(event{err})
		if err != nil {
			t.Error(err)
		}
		texts = append(texts, string(data))
	}
	for _, text := range texts {
		if strings.Contains(text, Password) {
			t.Errorf("the password is in %s", text)
		}
	}
}
