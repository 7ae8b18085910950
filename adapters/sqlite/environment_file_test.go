package sqlite_test

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/tenon-go/tenon/internal/environment"
)

// fileSettings are settings that another program can store in a file, with the statements
// that do so, in which %s stands for the value.
var fileSettings = []struct {
	name   string
	values []string
	set    string
}{
	{"application_id", []string{minInt32, maxInt32}, "PRAGMA application_id = %s"},
	{"auto_vacuum", []string{"1", "2"}, "PRAGMA auto_vacuum = %s"},
	{"default_cache_size", []string{"1", maxInt32}, "PRAGMA default_cache_size = %s"},
	{"encoding", []string{"UTF-16le", "UTF-16be"}, "PRAGMA encoding = '%s'"},
	{"journal_mode", []string{"wal", "delete"}, "PRAGMA journal_mode = %s"},
	{"page_size", []string{"512", "1024", "2048", "8192", "16384", "32768", "65536"}, "PRAGMA page_size = %s"},
	{"schema_version", []string{minInt32, "-1", maxInt32}, "PRAGMA schema_version = %s"},
	{"user_version", []string{minInt32, maxInt32}, "PRAGMA user_version = %s"},
}

// fileTrials returns trials of files that another program has created.
func fileTrials() []trial {
	var list []trial
	for _, s := range fileSettings {
		for _, value := range s.values {
			createFile := func(ctx context.Context, dir string) error {
				db, err := rawHandle(database(dir))
				if err != nil {
					return err
				}
				defer db.Close()
				db.SetMaxOpenConns(1)
				for _, statement := range []string{fmt.Sprintf(s.set, value), "CREATE TABLE other (a)", fmt.Sprintf(s.set, value)} {
					if _, err := db.ExecContext(ctx, statement); err != nil {
						return err
					}
				}
				return isSet(ctx, dir, s.name, value)
			}
			tr := trial{name: s.name, value: value}
			tr.kind, tr.try = "file for Open", func(ctx context.Context, dir string, _ []trial) environment.Verdict {
				if err := createFile(ctx, dir); err != nil {
					return engine.CannotBeSet(err)
				}
				return judge(ctx, byOpen(database(dir)), byOpen(database(dir)))
			}
			list = append(list, tr)
			tr.kind, tr.try = "file for a handle", func(ctx context.Context, dir string, _ []trial) environment.Verdict {
				if err := createFile(ctx, dir); err != nil {
					return engine.CannotBeSet(err)
				}
				handle := byNew(patientDSN(database(dir)), nil)
				return judge(ctx, handle, handle)
			}
			list = append(list, tr)
		}
	}
	return list
}

// isSet checks that a later connection sees the setting in a file.
func isSet(ctx context.Context, dir, name, want string) error {
	db, err := sql.Open("sqlite", database(dir))
	if err != nil {
		return err
	}
	defer db.Close()
	is, err := value(ctx, db, name)
	if err == nil && is != want {
		return fmt.Errorf("%s stays at %s", name, is)
	}
	return err
}
