package attr

import (
	"slices"
	"strings"
	"testing"
)

func TestMaskEmpty(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		mask Mask[rich]
		want bool
	}{
		"zero":     {Mask[rich]{}, true},
		"no names": {maskOf[rich](t), true},
		"all":      {All[rich](), false},
		"one":      {maskOf[rich](t, "Text"), false},
	} {
		if got := test.mask.Empty(); got != test.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func TestMaskTakesGoNames(t *testing.T) {
	t.Parallel()
	s := schemaOf[rich](t)
	for _, f := range s.Fields() {
		if got := names(s.Select(maskOf[rich](t, f.Name))); !slices.Equal(got, []string{f.Name}) {
			t.Errorf("%s selects %q", f.Name, got)
		}
	}
	if got := names(s.Select(maskOf[rich](t, "Int", "Int"))); !slices.Equal(got, []string{"Int"}) {
		t.Errorf("the same name twice selects %q", got)
	}
}

func TestMaskOfUnknownName(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "Nope", "text", "i64", "TEXT", "from", "Skipped", "base", "ID", "Text "} {
		mask, err := Fields[rich]("Int", name)
		if err == nil || !strings.Contains(err.Error(), "attr.rich") || !strings.Contains(err.Error(), `"`+name+`"`) {
			t.Errorf("%q: error %v, want one with type and name", name, err)
		}
		if !mask.Empty() {
			t.Errorf("%q: a mask that names something along with the error", name)
		}
	}
}

func TestMaskOfBadType(t *testing.T) {
	t.Parallel()
	if _, err := Fields[one[chan int]]("Field"); err == nil || !strings.Contains(err.Error(), ".Field") {
		t.Errorf("error %v", err)
	}
	if _, err := Fields[int](); err == nil {
		t.Error("a mask of int")
	}
}
