package sqlite_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/tenon-go/tenon/adapters/sqlite"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// write makes every kind of write repeatedly.
func write(ctx context.Context, a *adapter, name string) error {
	for i := range 8 {
		id := fmt.Sprintf("%s-%d", name, i)
		s, other := aSession(id, id), aSession(id+"-other", id)
		next := s.Lease
		next.Credential = "next"
		err := errors.Join(
			a.CreateUser(ctx, aUser(id)),
			a.CreateSession(ctx, s),
			a.CreateSession(ctx, other),
			a.UpdateUser(ctx, id, user{Email: "new-" + id}, attr.All[user]()),
			a.UpdateSession(ctx, id, session{"phone"}, attr.All[session]()),
			a.SwapLease(ctx, id, s.Lease, next),
			a.DeleteSession(ctx, other.ID),
		)
		if err == nil && i%2 == 1 {
			err = a.DeleteUser(ctx, id)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// checkWritten checks the rows that the writers must leave behind.
func checkWritten(t *testing.T, a *adapter, names []string) {
	t.Helper()
	for _, name := range names {
		for i := range 8 {
			id := fmt.Sprintf("%s-%d", name, i)
			_, err := a.User(t.Context(), id)
			sessions, err2 := a.UserSessions(t.Context(), id)
			must(t, err2)
			if i%2 == 1 {
				wantClass(t, err, spec.ErrUserNotFound)
				if len(sessions) != 0 {
					t.Errorf("%s was deleted and has %d sessions", id, len(sessions))
				}
				continue
			}
			must(t, err)
			if len(sessions) != 1 || sessions[0].Credential != "next" {
				t.Errorf("%s has sessions %v, want one that was swapped", id, sessions)
			}
		}
	}
}

func TestSixteenWriters(t *testing.T) {
	t.Parallel()
	path := file(t)
	handles := []*adapter{openFile(t, path), openFile(t, path)}
	var names []string
	var writers sync.WaitGroup
	for i := range 16 {
		name := fmt.Sprint("writer", i)
		names = append(names, name)
		writers.Go(func() {
			if err := write(t.Context(), handles[i%2], name); err != nil {
				t.Error(err)
			}
		})
	}
	writers.Wait()
	checkWritten(t, handles[0], names)
}

func TestSixteenProcessesWrite(t *testing.T) {
	t.Parallel()
	path := file(t)
	var names []string
	var writers sync.WaitGroup
	for i := range 16 {
		name := fmt.Sprint("writer", i)
		names = append(names, name)
		writers.Go(func() {
			if err := child(t, "write", path, name).Run(); err != nil {
				t.Errorf("a process that writes: %v", err)
			}
		})
	}
	writers.Wait()
	checkWritten(t, openFile(t, path), names)
}

func TestTenMigrateAtOnce(t *testing.T) {
	t.Parallel()
	path := file(t)
	var all sync.WaitGroup
	for i := range 10 {
		all.Go(func() {
			if i < 5 {
				if err := child(t, "migrate", path, "").Run(); err != nil {
					t.Errorf("a process that migrates: %v", err)
				}
				return
			}
			a, err := sqlite.Open[user, session](t.Context(), path)
			if err != nil {
				t.Error(err)
				return
			}
			defer a.Close()
			if err := a.Migrate(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	must(t, openFile(t, path).Check(t.Context()))
}

// acknowledge creates users forever and prints the ids of those that it has created.
func acknowledge(ctx context.Context, a *adapter, name string) error {
	for i := 0; ; i++ {
		id := fmt.Sprintf("%s-%d", name, i)
		if err := a.CreateUser(ctx, aUser(id)); err != nil {
			return err
		}
		fmt.Println(id)
	}
}

func TestWhatWasAcknowledgedOutlivesAKill(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "tenon.db") // on a disk
	process := child(t, "acknowledge", path, "user")
	out, err := process.StdoutPipe()
	must(t, err)
	must(t, process.Start())
	var ids []string
	for lines := bufio.NewScanner(out); len(ids) < 25 && lines.Scan(); {
		ids = append(ids, lines.Text())
	}
	must(t, process.Process.Kill())
	if process.Wait() == nil || len(ids) < 25 {
		t.Fatalf("the process ended before it was killed, after %d users", len(ids))
	}
	a := openFile(t, path)
	for _, id := range ids {
		if _, err := a.User(t.Context(), id); err != nil {
			t.Errorf("%s was acknowledged: %v", id, err)
		}
	}
}

// locked returns a file whose write lock is held until release is called.
func locked(t *testing.T) (path string, release func()) {
	path = file(t)
	openFile(t, path)
	db := openHandle(t, path)
	conn, err := db.Conn(t.Context())
	must(t, err)
	_, err = conn.ExecContext(t.Context(), "BEGIN IMMEDIATE")
	must(t, err)
	return path, func() { must(t, conn.Close()); must(t, db.Close()) }
}

func TestLockedForTooLong(t *testing.T) {
	t.Parallel()
	path, release := locked(t)
	a, err := sqlite.New[user, session](t.Context(), openHandle(t, path+"?_pragma=busy_timeout(50)"))
	must(t, err)
	wantClass(t, a.CreateUser(t.Context(), aUser("ann")), spec.ErrConflict)
	_, err = a.User(t.Context(), "ann") // readers do not wait for writers
	wantClass(t, err, spec.ErrUserNotFound)
	release()
	must(t, a.CreateUser(t.Context(), aUser("ann")))
}

func TestContextEndsWhileLocked(t *testing.T) {
	t.Parallel()
	path, release := locked(t)
	a, err := sqlite.Open[user, session](t.Context(), path)
	must(t, err)
	closeLater(t, a)
	first, cancelFirst := context.WithCancel(t.Context())
	second, cancelSecond := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancelSecond()
	errs := make(chan error)
	go func() { errs <- a.CreateUser(first, aUser("ann")) }()
	go func() { errs <- a.CreateUser(second, aUser("bob")) }() // waits for its turn, or the lock
	wantClass(t, <-errs, context.DeadlineExceeded)
	cancelFirst()
	wantClass(t, <-errs, context.Canceled)
	release()
	for _, id := range []string{"ann", "bob"} {
		_, err := a.User(t.Context(), id)
		wantClass(t, err, spec.ErrUserNotFound)
	}
	must(t, a.CreateUser(t.Context(), aUser("ann")))
}
