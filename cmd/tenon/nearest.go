package main

import "strings"

// nearest returns the name that a misspelt text most likely means: the one that is the
// fewest edits away. Of several such names it returns the first.
func nearest(text string, names []string) string {
	best, least := "", -1
	for _, name := range names {
		if n := edits(strings.ToLower(text), strings.ToLower(name)); least < 0 || n < least {
			best, least = name, n
		}
	}
	return best
}

// edits returns the Levenshtein distance of two strings, in bytes.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j := range b {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
