package main

import (
	"fmt"
	"regexp"
	"strings"
)

// pattern selects checks by name, as -run of go test selects subtests: regular
// expressions separated by slashes, one for each part of a name, from the left.
// Each can match anywhere in its part. A part without an expression matches.
// Alternatives (|) can be within one expression or around slashes.
type pattern []alternative

// alternative has one expression for each of the first parts of a name.
type alternative []*regexp.Regexp

// parsePattern parses the value of --run.
func parsePattern(s string) (pattern, error) {
	var p pattern
	for _, text := range cut(strings.ReplaceAll(s, " ", "_"), '|') {
		var a alternative
		for _, part := range cut(text, '/') {
			re, err := regexp.Compile(part)
			if err != nil {
				return nil, fmt.Errorf("--run %q: %w", s, err)
			}
			a = append(a, re)
		}
		p = append(p, a)
	}
	return p, nil
}

// cut splits s at those separators that are outside of brackets and parentheses,
// and not escaped by a backslash.
func cut(s string, separator byte) []string {
	var parts []string
	brackets, parentheses, begin := 0, 0, 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\':
			i++
		case c == '[':
			brackets++
		case c == ']':
			brackets = max(brackets-1, 0) // an unmatched ] is legal
		case brackets > 0:
		case c == '(':
			parentheses++
		case c == ')':
			parentheses--
		case c == separator && parentheses == 0:
			parts = append(parts, s[begin:i])
			begin = i + 1
		}
	}
	return append(parts, s[begin:])
}

// match reports whether the pattern selects the check with this full name.
func (p pattern) match(name string) bool {
	parts := strings.Split(name, "/")
	for _, a := range p {
		if a.match(parts) {
			return true
		}
	}
	return false
}

func (a alternative) match(parts []string) bool {
	for i, re := range a {
		if i >= len(parts) || !re.MatchString(parts[i]) {
			return false
		}
	}
	return true
}

// exactPattern returns the pattern that selects only the check with this name.
func exactPattern(name string) string {
	parts := strings.Split(name, "/")
	for i, part := range parts {
		parts[i] = "^" + regexp.QuoteMeta(part) + "$"
	}
	return strings.Join(parts, "/")
}
