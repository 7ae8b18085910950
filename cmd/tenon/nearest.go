package main

import "strings"

// nearest returns that of some names which a text is most likely to have meant: the
// one that takes the fewest edits, and of several the first.
func nearest(text string, names []string) string {
	best, least := "", -1
	for _, name := range names {
		if n := edits(strings.ToLower(text), strings.ToLower(name)); least < 0 || n < least {
			best, least = name, n
		}
	}
	return best
}

// edits is Levenshtein's distance, by bytes.
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
