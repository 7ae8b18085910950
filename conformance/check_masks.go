package conformance

import (
	"fmt"
	"math/rand/v2"

	"github.com/tenon-go/tenon/spec/attr"
)

// attributesTogether updates three or more attributes at once, chosen at random, some of them
// twice. The random numbers are the same in each run.
func attributesTogether[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	if t.users {
		e := w.userEntity(a)
		eachTogether(t, e, func(when string) { w.holdUser(a, w.users[e.one], when) })
	}
	e := w.sessionEntity(a)
	eachTogether(t, e, func(when string) { w.compareSession(a, w.sessions[e.one], when) })
	w.compare(a, "after updates of several attributes")
}

func eachTogether[U, S, T any](t *tester[U, S], e entity[T], compare func(when string)) {
	chance := rand.New(rand.NewPCG(uint64(len(e.name)), 1))
	list := fields[T](t)
	for i := range 16 {
		var names []string
		for _, n := range chance.Perm(len(list))[:3+chance.IntN(len(list)-2)] {
			names = append(names, list[n].Name)
		}
		if i >= 8 { // three attributes, of which the first and the last are always the same
			names = []string{list[len(list)-1].Name, list[1+chance.IntN(len(list)-2)].Name, list[0].Name}
		}
		mask, err := attr.Fields[T](append(names, names[chance.IntN(len(names))])...)
		t.must(err, "the suite's own mask")
		patch := e.sample()
		t.must(e.update(e.one, patch, mask), "Update%s of %v", e.name, names)
		e.set(e.one, merge(t, e.attributes(e.one), patch, mask))
		compare(fmt.Sprintf("after Update%s of %v", e.name, names))
		if t.Failed() {
			return
		}
	}
}
