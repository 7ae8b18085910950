package sqlite_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/tenon-go/tenon/adapters/sqlite"
	"github.com/tenon-go/tenon/internal/environment"
	"github.com/tenon-go/tenon/internal/program"
)

// unprivileged is the id of a user who, unlike root, is subject to the modes of files.
const unprivileged = 65534

// dropPrivileges prepares a process of that user.
func dropPrivileges(dir string, modes ...func(file string) error) error {
	if err := os.Chmod(dir, 0o777); err != nil {
		return err
	}
	if err := madeTables(database(dir)); err != nil {
		return err
	}
	for _, mode := range modes {
		if err := mode(database(dir)); err != nil {
			return err
		}
	}
	if os.Getuid() != 0 {
		return nil
	}
	return errors.Join(syscall.Setgroups(nil), syscall.Setgid(unprivileged), syscall.Setuid(unprivileged))
}

// madeTables creates a file with tables and closes it.
func madeTables(path string) error {
	a, err := sqlite.Open[program.User, program.Session](context.Background(), path)
	if err != nil {
		return err
	}
	return errors.Join(a.Migrate(context.Background()), a.Close())
}

func inFolder(mode os.FileMode) func(string) error {
	return func(file string) error { return os.Chmod(filepath.Dir(file), mode) }
}

func ofFile(mode os.FileMode) func(string) error {
	return func(file string) error { return os.Chmod(file, mode) }
}

// rollback switches a file from WAL to a rollback journal.
func rollback(file string) error {
	db, err := rawHandle(file)
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(context.Background(), "PRAGMA journal_mode = delete")
	return err
}

// modes are files and directories with restricted permissions.
var modes = map[string][]func(string) error{
	"file of another user that all may write":                      {ofFile(0o666)},
	"file that may be read, in a folder that may be written":       {ofFile(0o444)},
	"file that may be written, in a folder that may be read":       {ofFile(0o666), inFolder(0o555)},
	"file that may be read, in a folder that may be read":          {ofFile(0o444), inFolder(0o555)},
	"file that may not be read":                                    {ofFile(0)},
	"folder that may not be entered":                               {ofFile(0o666), inFolder(0o600)},
	"file that may be read, in rollback mode":                      {rollback, ofFile(0o444)},
	"file that may be written, in rollback mode, folder read-only": {rollback, ofFile(0o666), inFolder(0o555)},
}

// paths are names and kinds of files. Each returns the path to open.
var paths = map[string]func(dir string) (string, error){
	"folder that is not there": func(dir string) (string, error) { return filepath.Join(dir, "no", "tenon.db"), nil },
	"folder in place of a file": func(dir string) (string, error) {
		return database(dir), os.Mkdir(database(dir), 0o700)
	},
	"file in place of a folder": func(dir string) (string, error) {
		return filepath.Join(database(dir), "tenon.db"), os.WriteFile(database(dir), nil, 0o600)
	},
	"file that is empty": func(dir string) (string, error) { return database(dir), os.WriteFile(database(dir), nil, 0o600) },
	"file that is no database": func(dir string) (string, error) {
		return database(dir), os.WriteFile(database(dir), bytes.Repeat([]byte("text "), 2000), 0o600)
	},
	"file that was cut short": func(dir string) (string, error) {
		return database(dir), errors.Join(madeTables(database(dir)), os.Truncate(database(dir), 5000))
	},
	"symbolic link": func(dir string) (string, error) {
		return database(dir), errors.Join(madeTables(filepath.Join(dir, "real.db")), os.Symlink("real.db", database(dir)))
	},
	"symbolic link to nothing yet": func(dir string) (string, error) {
		return database(dir), os.Symlink("real.db", database(dir))
	},
	"hard link": func(dir string) (string, error) {
		return database(dir), errors.Join(madeTables(filepath.Join(dir, "real.db")), os.Link(filepath.Join(dir, "real.db"), database(dir)))
	},
	"link in a circle": func(dir string) (string, error) { return database(dir), os.Symlink("tenon.db", database(dir)) },
	"device":           func(string) (string, error) { return "/dev/null", nil },
	"pipe": func(dir string) (string, error) {
		return database(dir), syscall.Mkfifo(database(dir), 0o600)
	},
	"name with spaces, quotes and signs": func(dir string) (string, error) { return filepath.Join(dir, ` it's "a" %41&b=c;#+.db `), nil },
	"name of other letters":              func(dir string) (string, error) { return filepath.Join(dir, "ünï-数据-\xff.db"), nil },
	"name with a line break":             func(dir string) (string, error) { return filepath.Join(dir, "a\nb.db"), nil },
	"name of 250 bytes":                  func(dir string) (string, error) { return filepath.Join(dir, strings.Repeat("x", 250)), nil },
	"name of 255 bytes":                  func(dir string) (string, error) { return filepath.Join(dir, strings.Repeat("x", 255)), nil },
	"relative name": func(dir string) (string, error) {
		here, err := os.Getwd()
		if err != nil {
			return "", err
		}
		return filepath.Rel(here, database(dir))
	},
	"file system on a disk":         func(dir string) (string, error) { return onDisk(dir) },
	"file system that is read-only": func(string) (string, error) { return "/sys/tenon.db", nil },
}

// onDisk returns the name of a file on disk. The trial removes it with the link.
func onDisk(dir string) (string, error) {
	folder, err := os.MkdirTemp("/var/tmp", "tenon-")
	if err != nil {
		return "", err
	}
	return filepath.Join(folder, "tenon.db"), os.Symlink(folder, filepath.Join(dir, "disk"))
}

// systemTrials returns trials of files, directories, and locks of other processes.
func systemTrials() []trial {
	var list []trial
	both := func(kind, name string, tr trial, path func(dir string) (string, error)) {
		tr.kind, tr.object = kind, true
		tr.name, tr.try = name+", by Open", func(ctx context.Context, dir string, _ []trial) environment.Verdict {
			return tryPath(ctx, dir, path, byOpen)
		}
		list = append(list, tr)
		tr.name, tr.try = name+", by New", func(ctx context.Context, dir string, _ []trial) environment.Verdict {
			return tryPath(ctx, dir, path, func(dsn string) opener { return byNew(patientDSN(dsn), nil) })
		}
		list = append(list, tr)
	}
	for _, name := range sorted(modes) {
		both("file", name, trial{inChild: true, prepare: func(dir string) error { return dropPrivileges(dir, modes[name]...) }},
			func(dir string) (string, error) { return database(dir), nil })
	}
	for _, name := range sorted(paths) {
		both("path", name, trial{}, paths[name])
	}
	for _, name := range []string{"network file system, NFS or SMB", "file system of another operating system"} {
		list = append(list, trial{kind: "path", name: name, object: true, notRun: "it needs another machine; SQLite's WAL does not work over a network"})
	}
	return append(list, lockTrials()...)
}

func tryPath(ctx context.Context, dir string, path func(string) (string, error), open func(string) opener) environment.Verdict {
	name, err := path(dir)
	if err != nil {
		return fault(err)
	}
	if folder, err := os.Readlink(filepath.Join(dir, "disk")); err == nil {
		defer os.RemoveAll(folder)
	}
	if err := tried(ctx, name+"-reference"); err != nil && strings.Contains(name, "\n") {
		return engine.Verdict(err)
	}
	return judge(ctx, open(name), open(name))
}

// locks are statements that another process runs on the file, and whether the file is in WAL.
var locks = map[string]struct {
	statements []string
	wal        bool
}{
	"read in WAL":                {[]string{"BEGIN", "SELECT * FROM users"}, true},
	"write in WAL":               {[]string{"BEGIN IMMEDIATE"}, true},
	"exclusive mode in WAL":      {[]string{"PRAGMA locking_mode = exclusive", "BEGIN IMMEDIATE"}, true},
	"read in rollback mode":      {[]string{"BEGIN", "SELECT * FROM users"}, false},
	"write in rollback mode":     {[]string{"BEGIN IMMEDIATE"}, false},
	"exclusive in rollback mode": {[]string{"BEGIN EXCLUSIVE"}, false},
}

// lockTrials returns trials of locks that another process holds all the time.
func lockTrials() []trial {
	var list []trial
	for _, name := range sorted(locks) {
		lock := locks[name]
		list = append(list, trial{kind: "lock of another process", name: name, object: true,
			try: func(ctx context.Context, dir string, _ []trial) environment.Verdict {
				if err := madeTables(database(dir)); err != nil {
					return fault(err)
				}
				if !lock.wal {
					if err := rollback(database(dir)); err != nil {
						return fault(err)
					}
				}
				release, err := held(ctx, database(dir), name)
				if err != nil {
					return fault(err)
				}
				defer release()
				handle := byNew(with(database(dir), "_pragma", "busy_timeout(1)"), nil)
				return judge(ctx, handle, handle)
			}})
	}
	return append(list, trial{kind: "lock of another process", name: "write, all the time, and Open", object: true,
		notRun: "Open waits half a minute in each call; writers_test.go tries locks that end"})
}

// held starts a process that holds a lock until it is released.
func held(ctx context.Context, file, lock string) (release func(), err error) {
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), childWork+"=hold", childFile+"="+file, childName+"="+lock)
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	release = func() { in.Close(); cmd.Wait() }
	if _, err := io.ReadFull(out, make([]byte, 1)); err != nil {
		release()
		return nil, fmt.Errorf("the process that holds a lock: %w", err)
	}
	return release, nil
}

// hold is the work of that process.
func hold(ctx context.Context, file, lock string) error {
	db, err := rawHandle(file)
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	for _, statement := range locks[lock].statements {
		rows, err := db.QueryContext(ctx, statement)
		if err != nil {
			return err
		}
		for rows.Next() {
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return err
		}
	}
	fmt.Print(".")
	_, err = io.Copy(io.Discard, os.Stdin)
	return errors.Join(err, db.Close())
}
