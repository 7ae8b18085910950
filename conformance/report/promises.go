package report

import "slices"

// promise is a promise that an adapter keeps unless it declares a weakness.
type promise struct {
	title      string
	kept       string   // the promise, if the adapter declares none of the weaknesses
	weaknesses []string // the names of the weaknesses that take it back
	yes, no    string   // the answer in one word
	choice     bool     // neither answer is a lack
}

// promises are ordered by their importance to readers who choose an adapter.
var promises = []promise{
	{title: "Durable", weaknesses: []string{"volatile", "loses_writes"}, yes: "yes", no: "no",
		kept: "A write that was acknowledged is still there after a failure, as far as the server's settings go."},
	{title: "All or nothing", weaknesses: []string{"stepwise"}, yes: "yes", no: "in steps",
		kept: "A call that writes several rows is seen whole or not at all."},
	{title: "No orphans", weaknesses: []string{"orphans"}, yes: "yes", no: "no",
		kept: "No session outlives its user."},
	{title: "Fresh reads", weaknesses: []string{"stale_reads"}, yes: "yes", no: "stale",
		kept: "A read sees every write that was acknowledged before it, through any handle."},
	{title: "Expired sessions", weaknesses: []string{"expires"}, yes: "swept", no: "expire", choice: true,
		kept: "They stay until a sweep deletes them."},
}

// answer is one adapter's answer to a promise.
type answer struct {
	Title string
	Word  string // "yes"
	Text  string // a sentence
	Weak  bool   // the adapter does not promise it, and that is a lack
}

// answers returns the adapter's answers to the promises, or nil if it did not run.
func (a Adapter) answers() []answer {
	if a.Results == nil {
		return nil
	}
	var list []answer
	for _, p := range promises {
		answer := answer{Title: p.title, Word: p.yes, Text: p.kept}
		if p.title == "No orphans" && !a.keepsUsers() {
			answer.Word, answer.Text = "no users", "The adapter keeps sessions alone."
		}
		for _, w := range weaknesses {
			if slices.Contains(p.weaknesses, w.name) && w.in(a.Weaknesses) {
				answer.Word, answer.Text, answer.Weak = p.no, sentenceCase(w.say(a.Weaknesses))+".", !p.choice
				break
			}
		}
		list = append(list, answer)
	}
	return list
}

// keepsUsers reports whether the results include clauses about users.
func (a Adapter) keepsUsers() bool { return len(a.group("USR")) > 0 }
