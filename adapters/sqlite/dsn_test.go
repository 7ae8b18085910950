package sqlite_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/adapters/sqlite"
	"github.com/tenon-go/tenon/spec"
)

// Open refuses a path with a question mark instead of opening another file, and a
// parameter that would be ignored.
func TestOpenRefusesWhatIsNoParameter(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{
		"what?/app.db", "app.db?", "what?a=b/app.db", "app.db?mode=ro", "app.db?_pragma=cache_size(9)&", "app.db?_pragma",
		"app.db?_pragma=cache_size(9)&_pargma=synchronous(off)", "app.db?x=1?_pragma=cache_size(9)",
	} {
		for _, prefix := range []string{"", "file:"} {
			dsn := prefix + filepath.Join(dir, name)
			if prefix != "" && strings.Contains(name, "mode=") {
				continue // this is a parameter in a URI
			}
			a, err := sqlite.Open[user, session](t.Context(), dsn)
			if a != nil {
				a.Close()
			}
			wantClass(t, err, spec.ErrInvalid)
			if err != nil && !strings.Contains(err.Error(), "question mark") {
				t.Errorf("%s: the error does not say what is wrong: %v", prefix+name, err)
			}
		}
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) != 0 {
		t.Errorf("there are files now: %v, %v", files, err)
	}

	must(t, os.Mkdir(filepath.Join(dir, "what?"), 0o700))
	openFile(t, "file:"+dir+"/what%3F/app.db?mode=rwc")
	if _, err := os.Stat(filepath.Join(dir, "what?", "app.db")); err != nil {
		t.Errorf("the way that the error names: %v", err)
	}
}

// Only its owner can read a file that Open creates. An existing file keeps its mode.
func TestModeOfFiles(t *testing.T) {
	t.Parallel()
	there := filepath.Join(t.TempDir(), "there.db")
	must(t, os.WriteFile(there, nil, 0o644))
	must(t, os.Chmod(there, 0o644)) // independent of the umask
	odd := filepath.Join(t.TempDir(), "a b#%.db")
	plain := file(t)
	target, link := filepath.Join(t.TempDir(), "target.db"), filepath.Join(t.TempDir(), "link.db")
	must(t, os.Symlink("../"+filepath.Base(filepath.Dir(target))+"/target.db", link))
	for _, test := range []struct {
		dsn, path string
		want      os.FileMode
	}{
		{there, there, 0o644},
		{odd, odd, 0o600},
		{"file:" + strings.NewReplacer("%", "%25", "#", "%23", " ", "%20").Replace(odd+"2") + "?_pragma=cache_size(9)", odd + "2", 0o600},
		{"file://localhost" + file(t) + "#x", "", 0o600},
		{link, target, 0o600},
		{"file:" + plain + "?vfs=unix", plain, 0o600},
	} {
		if test.path == "" {
			test.path = strings.TrimSuffix(strings.TrimPrefix(test.dsn, "file://localhost"), "#x")
		}
		a := openFile(t, test.dsn)
		must(t, a.CreateUser(t.Context(), aUser("ann")))
		for _, beside := range []string{"", "-wal", "-shm"} {
			info, err := os.Stat(test.path + beside)
			must(t, err)
			if got := info.Mode().Perm(); got != test.want {
				t.Errorf("%s%s has the mode %o, want %o", test.dsn, beside, got, test.want)
			}
		}
	}
	_, err := sqlite.Open[user, session](t.Context(), "file:"+filepath.Join(t.TempDir(), "none.db")+"?mode=rw")
	wantClass(t, err, spec.ErrUnavailable)
}
