package report

import (
	"fmt"
	"strings"

	"github.com/tenon-go/tenon/spec"
)

// weakness is a weakness that an adapter can declare.
type weakness struct {
	name string // name in JSON
	in   func(spec.Weaknesses) bool
	text string
}

// say returns the meaning of the weakness, as this adapter declares it.
func (w weakness) say(declared spec.Weaknesses) string {
	if w.name == "expires" && declared.ExpirySlack > 0 {
		return fmt.Sprintf("%s, within %s", w.text, declared.ExpirySlack)
	}
	return w.text
}

// weaknesses are all weaknesses that an adapter can declare, with their meaning for
// readers who choose an adapter.
var weaknesses = []weakness{
	{"volatile", func(w spec.Weaknesses) bool { return w.Volatile }, "all data is gone when the store is closed"},
	{"expires", func(w spec.Weaknesses) bool { return w.Expires || w.ExpirySlack != 0 }, "the store deletes expired sessions on its own"},
	{"stepwise", func(w spec.Weaknesses) bool { return w.Stepwise }, "other calls can see a call that writes several rows half done"},
	{"orphans", func(w spec.Weaknesses) bool { return w.Orphans }, "a session that is created while its user is deleted may outlive the user"},
	{"stale_reads", func(w spec.Weaknesses) bool { return w.StaleReads }, "a read may for a while miss what another handle wrote"},
	{"loses_writes", func(w spec.Weaknesses) bool { return w.LosesWrites }, "an acknowledged write may be lost when the server fails: a sign-out, too"},
}

// declares lists the weaknesses that the adapters declare, and the adapters that
// declare none.
func (r Report) declares(p painter) string {
	var b strings.Builder
	var strong []string
	for _, a := range r.Adapters {
		if a.Results == nil {
			continue
		}
		var texts []string
		for _, w := range weaknesses {
			if w.in(a.Weaknesses) {
				texts = append(texts, w.say(a.Weaknesses))
			}
		}
		if texts == nil {
			strong = append(strong, a.Name)
			continue
		}
		b.WriteString(p.wrap("  ", strings.Fields(a.Name+": "+strings.Join(texts, "; "))))
	}
	if strong != nil {
		b.WriteString(p.wrap("  ", strings.Fields(strings.Join(strong, ", ")+": no weakness")))
	}
	if b.Len() == 0 {
		return ""
	}
	return fmt.Sprintf("What adapters declare\n%s\n", b.String())
}

// names returns the JSON names of the adapter's weaknesses. It is never nil.
func (a Adapter) names() []string {
	names := []string{}
	for _, w := range weaknesses {
		if w.in(a.Weaknesses) {
			names = append(names, w.name)
		}
	}
	return names
}
