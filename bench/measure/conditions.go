package measure

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tenon-go/tenon/bench/report"
)

// libraries lists the modules whose versions a result contains.
var libraries = []string{
	"github.com/alexedwards/scs/v2",
	"github.com/go-sql-driver/mysql",
	"github.com/gorilla/sessions",
	"github.com/jackc/pgx/v5",
	"github.com/jmoiron/sqlx",
	"github.com/puzpuzpuz/xsync/v4",
	"github.com/redis/go-redis/v9",
	"go.mongodb.org/mongo-driver/v2",
	"modernc.org/sqlite",
}

// Conditions returns the conditions of a measurement on this machine.
func Conditions(ctx context.Context) report.Conditions {
	r := report.Conditions{
		Date:      time.Now().UTC().Truncate(time.Second),
		Commit:    commit(ctx),
		Go:        strings.TrimPrefix(runtime.Version(), "go"),
		System:    runtime.GOOS + "/" + runtime.GOARCH,
		Processor: processor(),
		Cores:     runtime.NumCPU(),
		Load:      Load(),
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if slices.Contains(libraries, m.Path) {
				r.Libraries = append(r.Libraries, report.Library{Path: m.Path, Version: m.Version})
			}
		}
	}
	return r
}

// commit returns the release of Tenon that is measured. If the program was built in
// Tenon's own folder, it returns the commit there, which go run does not record in the
// program. It returns "" if git does not know the commit.
func commit(ctx context.Context) string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if m.Path == "github.com/tenon-go/tenon" && m.Version != "(devel)" {
				return m.Version
			}
		}
	}
	git := func(args ...string) string {
		text, err := exec.CommandContext(ctx, "git", args...).Output()
		if err != nil {
			return ""
		}
		return strings.TrimSpace(string(text))
	}
	hash := git("rev-parse", "--short", "HEAD")
	if hash != "" && git("status", "--porcelain", "--untracked-files=no") != "" {
		hash += "+changes"
	}
	return hash
}

// processor returns the model of the processor, or "" on systems other than Linux.
func processor() string {
	f, err := os.Open("/proc/cpuinfo")
	if err != nil {
		return ""
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if name, value, ok := strings.Cut(lines.Text(), ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// Load returns the load of the machine over the last minute, or 0 on systems other than
// Linux.
func Load() float64 {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return 0
	}
	minute, _, _ := strings.Cut(string(text), " ")
	v, err := strconv.ParseFloat(minute, 64)
	if err != nil {
		return 0
	}
	return v
}
