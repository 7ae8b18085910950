package sqlite

import (
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// The parameters that a data source name can have: those of modernc.org/sqlite, and those
// of SQLite itself, which reads them only in URIs.
var (
	driverParameters = []string{
		"_auto_vacuum", "_busy_timeout", "_defensive", "_dqs", "_error_rc", "_fk", "_foreign_keys", "_inttotime", "_journal",
		"_journal_mode", "_pragma", "_query_only", "_sync", "_synchronous", "_texttotime", "_time_format",
		"_time_integer_format", "_timeout", "_timezone", "_txlock", "_vacuum", "vfs",
	}
	uriParameters = []string{"cache", "immutable", "mode", "modeof", "nolock", "psow"}
)

const uriScheme = "file:"

// splitDSN splits a data source name at its first question mark, as the driver
// does.
func splitDSN(dsn string) (name, query string, found bool) {
	if name, query, found = strings.Cut(dsn, "?"); name == "" {
		return dsn, "", false
	}
	return name, query, found
}

// checkParameters returns an error for unknown parameters. Most of these are the end of a
// path that contains a question mark. The driver would open the beginning of that path.
func checkParameters(dsn string) error {
	name, query, found := splitDSN(dsn)
	if !found {
		return nil
	}
	for pair := range strings.SplitSeq(query, "&") {
		key, _, assigned := strings.Cut(pair, "=")
		uri := strings.HasPrefix(name, uriScheme) && slices.Contains(uriParameters, key)
		if !assigned || !uri && !slices.Contains(driverParameters, key) {
			return errors.New("what follows the question mark in the data source name is no parameter, " +
				"or is one of URIs: a path with a question mark is written as a URI, file:…, with %3F")
		}
	}
	return nil
}

// withoutSettings removes our settings from a data source name. Open overrides them in any
// case, but a setting that first left WAL would fail while other connections read.
func withoutSettings(dsn string) (string, error) {
	name, query, found := splitDSN(dsn)
	if !found {
		return dsn, nil
	}
	params, err := url.ParseQuery(query)
	if err != nil {
		return "", errors.New("the parameters of the data source name cannot be parsed")
	}
	for _, key := range []string{
		"_busy_timeout", "_timeout", "_foreign_keys", "_fk", "_journal_mode", "_journal", "_synchronous", "_sync",
	} {
		params.Del(key)
	}
	params["_pragma"] = slices.DeleteFunc(params["_pragma"], func(pragma string) bool {
		pragma = strings.ToLower(strings.TrimSpace(pragma))
		pragma = pragma[strings.LastIndexByte(pragma[:nameEnd(pragma)], '.')+1:] // main.journal_mode
		return slices.ContainsFunc(settings, func(s struct{ pragma, value string }) bool {
			return pragma[:nameEnd(pragma)] == s.pragma
		})
	})
	params.Set("_busy_timeout", settings[0].value) // for the remaining pragmas
	return name + "?" + strings.ReplaceAll(params.Encode(), "+", "%20"), nil
}

// nameEnd returns the index of the end of the name at the beginning of a pragma.
func nameEnd(pragma string) int {
	end := strings.IndexFunc(pragma, func(r rune) bool { return r != '_' && r != '.' && (r < 'a' || r > 'z') })
	if end < 0 {
		return len(pragma)
	}
	return end
}

// fileOf returns the file that SQLite would create for a data source name. It returns ""
// if SQLite would create no file, or if the file is not known here.
func fileOf(dsn string) string {
	name, query, _ := splitDSN(dsn)
	params, _ := url.ParseQuery(query) // parameters that cannot be parsed are refused elsewhere
	path, uri := strings.CutPrefix(name, uriScheme)
	if uri {
		if path, uri = strings.CutPrefix(path, "//"); uri {
			host, rest, _ := strings.Cut(path, "/")
			if host != "" && host != "localhost" {
				return ""
			}
			path = "/" + rest
		}
		path, _, _ = strings.Cut(path, "#")
		var err error
		if path, err = url.PathUnescape(path); err != nil {
			return ""
		}
		if slices.ContainsFunc(params["mode"], func(mode string) bool { return mode != "rwc" }) {
			return ""
		}
	}
	vfs := params.Get("vfs")
	system := vfs == "" || strings.HasPrefix(vfs, "unix") // another VFS may not use files
	if path == ":memory:" || strings.ContainsRune(path, 0) || !system || runtime.GOOS == "windows" {
		return ""
	}
	return path
}

// create creates a file that only its owner can read, unless the file exists. If SQLite
// created it, all users of the machine could read it. SQLite gives the files next to it,
// the WAL and the shared memory, the same mode.
func create(file string) {
	if file == "" {
		return
	}
	// Do not open an existing file: closing it would release all locks that this
	// process holds on it. Ignore errors: SQLite will report them.
	if f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600); err == nil {
		f.Close()
		return
	}
	if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
		return
	}
	if target, err := os.Readlink(file); err == nil { // SQLite creates the target of a link
		if !filepath.IsAbs(target) {
			target = filepath.Dir(file) + "/" + target // not Join, because a directory before ".." can be a link
		}
		create(target)
	}
}
