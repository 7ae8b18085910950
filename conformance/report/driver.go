package report

import (
	"regexp"
	"runtime/debug"
	"strings"
)

var majorVersion = regexp.MustCompile(`/v[0-9]+$`)

// Driver returns the name and version of a Go module that this program was built
// with, for [Adapter].Driver. For "github.com/jackc/pgx/v5" it returns, for example,
// "jackc/pgx v5.12.0". If the program does not know the version, it returns only the
// name.
func Driver(module string) string {
	name := majorVersion.ReplaceAllString(strings.TrimPrefix(module, "github.com/"), "")
	info, _ := debug.ReadBuildInfo()
	if info == nil {
		return name
	}
	for _, m := range info.Deps {
		if m.Path != module {
			continue
		}
		if m.Replace != nil {
			m = m.Replace
		}
		return strings.TrimSpace(name + " " + m.Version)
	}
	return name
}
