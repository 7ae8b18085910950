package sqlite_test

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/tenon-go/tenon/adapters/sqlite"
	"github.com/tenon-go/tenon/internal/program"
	"github.com/tenon-go/tenon/internal/testing/pooltest"
	"github.com/tenon-go/tenon/spec"
)

func TestMaxConnsRefused(t *testing.T) {
	t.Parallel()
	pooltest.Refused(t, func(n int) error {
		_, err := sqlite.Open[user, session](t.Context(), file(t), sqlite.WithMaxConns(n))
		return err
	}, func(n int) error {
		_, err := sqlite.New[user, session](t.Context(), openHandle(t, file(t)), sqlite.WithMaxConns(n))
		return err
	})
}

// A store opens at most WithMaxConns connections, however many calls run concurrently.
func TestMaxConns(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("/proc/self/fd"); err != nil {
		t.Skip("NOT RUN: needs /proc to see which files the process has open")
	}
	path := file(t)
	openFile(t, path).Close()
	a, err := sqlite.Open[user, session](t.Context(), path, sqlite.WithMaxConns(2))
	must(t, err)
	closeLater(t, a)
	var all sync.WaitGroup
	for caller := range 16 {
		all.Go(func() {
			id := fmt.Sprint(caller)
			for _, err := range []error{a.CreateUser(t.Context(), aUser(id)), a.CreateSession(t.Context(), aSession(id, id))} {
				if err != nil {
					t.Error(err)
				}
			}
			for range 20 {
				if _, _, err := a.SessionAndUser(t.Context(), id); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	resolved, err := filepath.EvalSymlinks(path)
	must(t, err)
	fds, err := filepath.Glob("/proc/self/fd/*")
	must(t, err)
	var opened int
	for _, fd := range fds {
		if to, _ := os.Readlink(fd); to == resolved {
			opened++
		}
	}
	if opened < 1 || opened > 2 {
		t.Errorf("the file is open %d times, want 2 at most", opened)
	}
}

// One connection is enough for every call.
func TestOneConnection(t *testing.T) {
	t.Parallel()
	path := file(t)
	var handles [2]*spec.Store[program.Person, program.Device]
	for i := range handles {
		a, err := sqlite.Open[program.Person, program.Device](t.Context(), path, sqlite.WithMaxConns(1))
		must(t, err)
		closeLater(t, a)
		must(t, a.Migrate(t.Context()))
		handles[i] = a
	}
	if r := program.JudgePlain(t.Context(), handles[0], handles[1]).String(); r != "" {
		t.Error(r)
	}
}
