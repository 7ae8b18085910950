package conformance

import (
	"fmt"
	"reflect"
	"strings"
	"time"
)

// difference describes where got differs from want, as compared by reflect.DeepEqual. It
// returns "" if they are equal. It names the first few paths that differ, because whole rows
// are hard to compare by eye.
func difference(got, want any) string {
	if reflect.DeepEqual(got, want) {
		return ""
	}
	var lines []string
	compare(&lines, "", reflect.ValueOf(got), reflect.ValueOf(want))
	if len(lines) == 0 {
		lines = []string{fmt.Sprintf("  got:  %#v\n  want: %#v", got, want)}
	}
	const most = 8
	if len(lines) > most {
		lines = append(lines[:most], fmt.Sprintf("  and %d more differences", len(lines)-most))
	}
	return strings.Join(lines, "\n")
}

func compare(lines *[]string, path string, got, want reflect.Value) {
	if got.IsValid() && want.IsValid() && got.Type() == want.Type() && !isTime(got) {
		switch got.Kind() {
		case reflect.Struct:
			for i := range got.NumField() {
				if got.Type().Field(i).IsExported() {
					compare(lines, path+"."+got.Type().Field(i).Name, got.Field(i), want.Field(i))
				}
			}
			return
		case reflect.Slice:
			if got.Len() == want.Len() && got.IsNil() == want.IsNil() && got.Type().Elem().Kind() != reflect.Uint8 {
				for i := range got.Len() {
					compare(lines, fmt.Sprintf("%s[%d]", path, i), got.Index(i), want.Index(i))
				}
				return
			}
		case reflect.Pointer:
			if !got.IsNil() && !want.IsNil() {
				compare(lines, path, got.Elem(), want.Elem())
				return
			}
		}
	}
	if g, w := interfaceOf(got), interfaceOf(want); !reflect.DeepEqual(g, w) {
		at := strings.TrimPrefix(path, ".")
		if at != "" {
			at += ": "
		}
		*lines = append(*lines, fmt.Sprintf("  got:  %s%s\n  want: %[1]s%[3]s", at, formatValue(got), formatValue(want)))
	}
}

func isTime(v reflect.Value) bool { return v.Type() == reflect.TypeFor[time.Time]() }

func interfaceOf(v reflect.Value) any {
	if !v.IsValid() {
		return nil
	}
	return v.Interface()
}

// formatValue formats a value. It shows only the beginning and the length of a long one.
func formatValue(v reflect.Value) string {
	text := "nothing"
	if v.IsValid() && v.Kind() == reflect.Pointer && !v.IsNil() {
		text = "&" + formatValue(v.Elem())
	} else if v.IsValid() {
		switch x := v.Interface().(type) {
		case time.Time:
			text = x.Format(time.RFC3339Nano) + " in " + x.Location().String()
		default:
			text = fmt.Sprintf("%#v", x)
		}
	}
	if len(text) > 200 {
		text = fmt.Sprintf("%s… (%d bytes in all)", text[:200], len(text))
	}
	return text
}
