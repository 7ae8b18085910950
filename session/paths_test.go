package session_test

// paths enumerates all paths of a tree of choices, which is only known by walking it. A
// path begins with recorded choices and continues with first choices.
type paths struct {
	chosen, of []int
	depth      int
}

func (p *paths) choose(n int) int {
	if p.depth == len(p.chosen) {
		p.chosen, p.of = append(p.chosen, 0), append(p.of, n)
	}
	p.depth++
	return p.chosen[p.depth-1]
}

// next moves to the next path. It returns false after the last path.
func (p *paths) next() bool {
	p.depth = 0
	for last := len(p.chosen) - 1; last >= 0; last-- {
		p.chosen, p.of = p.chosen[:last+1], p.of[:last+1]
		if p.chosen[last]++; p.chosen[last] < p.of[last] {
			return true
		}
	}
	return false
}
