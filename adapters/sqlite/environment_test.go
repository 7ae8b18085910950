package sqlite_test

import (
	"context"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/internal/environment"
	"github.com/tenon-go/tenon/internal/environment/environmenttest"
	survey "github.com/tenon-go/tenon/internal/environment/sqlite"
	"github.com/tenon-go/tenon/internal/testing/scratch"
)

// trial is a case and how it is tried.
type trial struct {
	kind, name, value string

	object   bool
	together bool // tried together with others of its kind: see Case.Together
	notRun   string

	// try tries it in a new directory. Merged are all trials that are tried together.
	try func(ctx context.Context, dir string, merged []trial) environment.Verdict

	// inChild reports that it is tried in another process, which is prepared first.
	inChild bool
	prepare func(dir string) error
}

func (tr trial) key() string { return strings.Join([]string{tr.kind, tr.name, tr.value}, "\x00") }

// trials returns the trials of all settings and objects.
func trials(ctx context.Context) (map[string]trial, []environment.Case, error) {
	server, err := surveyed(ctx)
	if err != nil {
		return nil, nil, err
	}
	all := slices.Concat(pragmaTrials(), fileTrials(), dsnTrials(), limitTrials(), systemTrials(), processTrials(), objectTrials())
	byKey := make(map[string]trial)
	var cases []environment.Case
	for _, tr := range all {
		byKey[tr.key()] = tr
		cases = append(cases, environment.Case{
			Server: server, Kind: tr.kind, Name: tr.name, Value: tr.value, Together: tr.together, Object: tr.object,
		})
	}
	return byKey, cases, nil
}

// surveyed returns the name and version of the SQLite under test.
func surveyed(ctx context.Context) (string, error) {
	db, err := rawHandle(":memory:")
	if err != nil {
		return "", err
	}
	defer db.Close()
	return survey.Server(ctx, db)
}

// TestEnvironment tries settings and objects that can surround the tables.
func TestEnvironment(t *testing.T) {
	t.Parallel()
	byKey, cases, err := trials(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(byKey) != len(cases) {
		t.Errorf("%d cases, of which %d differ", len(cases), len(byKey))
	}
	environmenttest.Run(t, environmenttest.Config{
		Engine: "sqlite", Cases: cases, Once: once, Every: 12,
		Try: func(ctx context.Context, cases []environment.Case) environment.Verdict {
			var group []trial
			for _, c := range cases {
				group = append(group, byKey[trial{kind: c.Kind, name: c.Name, value: c.Value}.key()])
			}
			if group[0].inChild {
				return tryInChild(ctx, group[0])
			}
			return tryHere(ctx, group)
		},
	})
}

// tryHere tries a group in this process.
func tryHere(ctx context.Context, group []trial) environment.Verdict {
	if group[0].notRun != "" {
		return environment.Verdict{Outcome: environment.NotRun, Detail: group[0].notRun}
	}
	dir, err := scratch.MkdirTemp()
	if err != nil {
		return fault(err)
	}
	defer os.RemoveAll(dir)
	if prepare := group[0].prepare; prepare != nil {
		if err := prepare(dir); err != nil {
			return fault(err)
		}
	}
	return group[0].try(ctx, dir, group)
}

// once are the settings and objects that have shown a fault.
var once = []string{
	"full_column_names", "short_column_names", // Migrate could not read the catalog
	"immutable", "nolock", // New accepted them, and then read old data or wrote without locks
	"AFTER INSERT on users, RAISE(FAIL)", "TEMP AFTER INSERT on users, RAISE(FAIL)", // the row of the failed statement remained and was treated as another one
	"AFTER INSERT on sessions, RAISE(FAIL)", "TEMP AFTER INSERT on sessions, RAISE(FAIL)",
	"TEMP BEFORE UPDATE on sessions, RAISE(ROLLBACK)", // the connection was closed, and its trigger with it

	// Faults of the issue "Right on the databases that people already have".
	"trigger that keeps users from being inserted", "trigger that keeps users from being deleted",
	"trigger that keeps sessions from being deleted", "id that replaces", "attribute that replaces", "session that is ignored",
	"unique index with a collation on the id", "temporary tables", "name with spaces, quotes and signs, by Open",
}

// sorted returns the keys of a map in order.
func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
