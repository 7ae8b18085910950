package debian

import (
	"errors"
	"testing"
)

func TestLoad(t *testing.T) {
	changed, other := errors.New("page load error net::ERR_NETWORK_CHANGED"), errors.New("page load error net::ERR_ABORTED")
	for _, test := range []struct {
		name  string
		errs  []error // of the loads, and the last of all further ones
		loads int
	}{
		{"loaded", []error{nil}, 1},
		{"the network changed twice", []error{changed, changed, nil}, 3},
		{"another error", []error{changed, other, nil}, 2},
		{"the network changes forever", []error{changed}, 10},
	} {
		loads := 0
		err := Load(func() error {
			loads++
			return test.errs[min(loads, len(test.errs))-1]
		})
		if want := test.errs[min(loads, len(test.errs))-1]; loads != test.loads || err != want {
			t.Errorf("%s: got %v after %d loads, want %v after %d", test.name, err, loads, want, test.loads)
		}
	}
}
