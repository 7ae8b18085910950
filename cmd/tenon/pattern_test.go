package main

import "testing"

func TestPattern(t *testing.T) {
	t.Parallel()
	const name = "SES-07/update_after_delete_does_not_resurrect/rich"
	for _, test := range []struct {
		pattern string
		want    bool
	}{
		{"", true},
		{"SES", true},
		{"07", true},
		{"ses", false},
		{"^SES-07$", true},
		{"^SES$", false},
		{"SES-07/", true},
		{"SES-07/delete", true},
		{"SES-07/after delete", true}, // as in go test
		{"SES-07/create", false},
		{"SES-07//rich", true},
		{"SES-07//empty", false},
		{"//rich", true},
		{"rich", false},
		{"SES-07/delete/rich/more", false},
		{"USR|SES", true},
		{"USR|LEA", false},
		{"USR-01/create|SES-07/delete/rich", true},
		{"USR-01/delete|SES-07/create", false},
		{"(USR|SES)-07/(create|delete)/rich", true},
		{"(USR|SES)-07/(create|delete)/(empty|nested)", false},
		{"SES-[0/9]7", true}, // a slash in brackets does not separate
		{"SES-[|]07", false},
		{`SES\-07`, true},
		{`SES-07/update\/after`, false}, // nor does one after a backslash
		{"SES-07]", false},
		{exactPattern(name), true},
		{exactPattern("SES-07/update_after_delete/rich"), false},
	} {
		p, err := parsePattern(test.pattern)
		if err != nil {
			t.Errorf("%q: %v", test.pattern, err)
			continue
		}
		if got := p.match(name); got != test.want {
			t.Errorf("%q: %t, want %t", test.pattern, got, test.want)
		}
	}
	for _, bad := range []string{"(", "SES/(", "*", "SES|[", `SES\`} {
		if _, err := parsePattern(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}
