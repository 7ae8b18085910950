package conformance

import (
	"testing"
	"unicode/utf8"

	"github.com/tenon-go/tenon/spec"
)

// The checks rely on the properties of these lists.
func TestIDs(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, id := range alike {
		if !spec.ValidID(id) || utf8.RuneCountInString(id) > 30 || seen[id] {
			t.Errorf("alike: %q is not valid, over 30 code points or there twice", id)
		}
		seen[id] = true
	}
	for _, id := range likeInvalid {
		if !spec.ValidID(id) {
			t.Errorf("likeInvalid: %q is not valid", id)
		}
	}
	for _, invalid := range invalidIDs {
		if spec.ValidID(invalid.id) {
			t.Errorf("invalidIDs: %s is valid", invalid.what)
		}
	}
}
