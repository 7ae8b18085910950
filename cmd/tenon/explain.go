package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tenon-go/tenon/conformance"
)

// explanation is what tenon explain prints about one clause.
type explanation struct {
	ID       string           `json:"id"`
	Level    string           `json:"level"`
	NoWaiver bool             `json:"no_waiver"`
	Front    bool             `json:"front"` // spec.Store keeps it for every adapter
	Since    string           `json:"since"` // the version of the suite that added it
	Text     string           `json:"text"`
	Reason   string           `json:"reason"`
	Broken   string           `json:"broken"`
	Checks   []explainedCheck `json:"checks"`
	Mutants  []mutant         `json:"mutants"`
}

// explainedCheck is a check of a clause, with the attribute types for which it runs.
type explainedCheck struct {
	Name  string   `json:"name"`
	Types []string `json:"types"`
}

func (t tool) explainCommand() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "explain [clause...]",
		Short: "Explain a clause of the contract, and what breaks without it",
		Long: `Explain prints, for each clause that you name, what an adapter must do, why,
what happens in production if an adapter breaks the clause, the checks of the
suite, and the mutants: broken adapters that the suite is tested with.

Name a clause (SES-07), a group (SES), or a check as reports print it. Any part
of a check's name will do. Without a name, explain lists all clauses.

Exit status: 0, or 2 for an unknown name.`,
		Example: `  tenon explain
  tenon explain SES-07
  tenon explain LEA SWP-05
  tenon explain SES-07/update_after_delete_does_not_resurrect/rich
  tenon explain resurrect
  tenon explain --format json SES-07`,
		ValidArgsFunction: completeClauses,
		RunE: func(_ *cobra.Command, args []string) error {
			if err := checkFormat(format); err != nil {
				return err
			}
			chosen, err := explain(args)
			if err != nil {
				return err
			}
			switch {
			case format == "json":
				err = writeExplanationsJSON(t.stdout, chosen)
			case len(args) == 0:
				err = t.listClauses(chosen)
			default:
				err = t.writeExplanations(chosen)
			}
			if err != nil {
				fmt.Fprintf(t.stderr, "tenon: %v\n", err)
				return exitFailed
			}
			return nil
		},
		DisableFlagsInUseLine: true,
	}
	cmd.Flags().StringVar(&format, "format", "text", "output format: `text` or json")
	return cmd
}

// explain returns the explanations of the clauses with these names, in the order of the
// contract. Without names it returns all of them. If only some checks of a clause are
// named, its explanation has just those checks.
func explain(names []string) ([]explanation, error) {
	all := explainAll()
	if len(names) == 0 {
		return all, nil
	}
	found := map[string]bool{}
	var chosen []explanation
	for _, e := range all {
		e.Checks = slices.DeleteFunc(e.Checks, func(c explainedCheck) bool {
			matched := false
			for _, name := range names {
				if e.named(name) || c.named(e.ID, name) {
					found[name], matched = true, true
				}
			}
			return !matched
		})
		if len(e.Checks) > 0 {
			chosen = append(chosen, e)
		}
	}
	for _, name := range names {
		if !found[name] {
			return nil, unknownClause(name)
		}
	}
	return chosen, nil
}

// named reports whether a name is that of the clause or of its group.
func (e explanation) named(name string) bool {
	group, _, _ := strings.Cut(e.ID, "-")
	return strings.EqualFold(name, e.ID) || strings.EqualFold(name, group)
}

// named reports whether a name selects this check of a clause: it is the full name, or a
// part of the check's sentence.
func (c explainedCheck) named(clause, name string) bool {
	const shortest = 4 // bytes of a useful part: "the" is in half of the names
	parts := strings.Split(strings.ToLower(strings.ReplaceAll(name, " ", "_")), "/")
	if len(parts) > 1 {
		if parts[0] != strings.ToLower(clause) || len(parts) > 3 || len(parts) == 3 && !slices.Contains(c.Types, parts[2]) {
			return false
		}
		parts = parts[1:]
	}
	return len(parts[0]) >= shortest && strings.Contains(c.Name, parts[0])
}

// explainAll explains all clauses.
func explainAll() []explanation {
	checks := map[string][]explainedCheck{}
	for _, full := range conformance.Checks(conformance.NewSubject(nil)) {
		parts := strings.Split(full, "/")
		id, name, typ := parts[0], parts[1], parts[2]
		if n := len(checks[id]); n > 0 && checks[id][n-1].Name == name {
			checks[id][n-1].Types = append(checks[id][n-1].Types, typ)
		} else {
			checks[id] = append(checks[id], explainedCheck{name, []string{typ}})
		}
	}
	mutants := mutantsByClause()
	var list []explanation
	for _, c := range conformance.Clauses() {
		list = append(list, explanation{
			ID: c.ID, Level: string(c.Level), NoWaiver: c.NoWaiver, Front: c.Front, Since: c.Since,
			Text: c.Text, Reason: c.Reason, Broken: c.Broken, Checks: checks[c.ID], Mutants: mutants[c.ID],
		})
	}
	return list
}

// unknownClause returns an error that suggests the known name most similar to name.
func unknownClause(name string) error {
	var known []string
	for _, g := range conformance.Groups() {
		known = append(known, g.ID)
	}
	for _, e := range explainAll() {
		known = append(known, e.ID)
		for _, c := range e.Checks {
			known = append(known, c.Name)
		}
	}
	return fmt.Errorf("there is no clause, group or check %q; the nearest is %s (tenon explain lists all clauses)", name, nearest(name, known))
}

// completeClauses completes the ids of clauses and groups.
func completeClauses(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	var list []string
	for _, g := range conformance.Groups() {
		list = append(list, cobra.CompletionWithDesc(g.ID, g.Title))
	}
	for _, c := range conformance.Clauses() {
		list = append(list, cobra.CompletionWithDesc(c.ID, c.Text))
	}
	return list, cobra.ShellCompDirectiveNoFileComp
}
