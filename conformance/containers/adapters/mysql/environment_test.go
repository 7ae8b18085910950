package mysql_test

import (
	"cmp"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/internal/environment"
	"github.com/tenon-go/tenon/internal/environment/environmenttest"
)

// Each setting of the servers, of sessions and of the driver: a sample, or all
// of them (see environmenttest).
func TestEnvironment(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	environmenttest.Run(t, environmenttest.Config{
		Engine: "mysql", Cases: l.cases, Once: once, Every: every, Slow: []string{"configuration"}, Try: l.try, Together: []string{"DSN", "session"},
	})
}

// every is how many settings of a kind and an outcome the sample has one of.
const every = 300

// once are the settings that once changed an answer, some that often do, and the objects
// that people most often have.
var once = []string{
	"strict", "maxAllowedPacket", "allowNativePasswords", "writeTimeout", "parseTime", "loc", "text: JSON",
	"CHECK", "unique, of an expression", "unique, of a generated column", "of sessions, by KEY", "of users, by KEY", // partitions
	"ours", "users", // generated columns in place of ours; a view and a temporary table
}

// parameters are the driver's, in a data source name, and values for each.
var parameters = map[string][]string{
	"allowAllFiles": booleans, "allowCleartextPasswords": booleans, "allowFallbackToPlaintext": booleans, "allowNativePasswords": booleans,
	"allowOldPasswords": booleans, "checkConnLiveness": booleans, "clientFoundRows": booleans, "columnsWithAlias": booleans,
	"compress": booleans, "interpolateParams": booleans, "multiStatements": booleans, "parseTime": booleans, "rejectReadOnly": booleans,

	"charset":              {"latin1", "utf8", "utf8mb3", "utf8mb4", "binary", "ascii", "gbk", "sjis", "ucs2", "cp932", "big5", "eucjpms", "utf8mb4,latin1", "nope"},
	"collation":            {"utf8mb4_bin", "utf8mb4_unicode_ci", "latin1_swedish_ci", "latin1_bin", "sjis_japanese_ci", "gbk_chinese_ci", "binary", "nope"},
	"connectionAttributes": {"program_name:tenon,a:b", strings.Repeat("a:b,", 100)},
	"loc":                  {"UTC", "Local", "America/St_Johns", "Nowhere"},
	"maxAllowedPacket":     {"-1", "0", "1", "64", "1024", "65536", "16777215", "16777216", "1073741824", "nope"},
	"readTimeout":          {"1ns", "10m", "nope"},
	"serverPubKey":         {"nope"},
	"strict":               {"true", "false"},
	"timeTruncate":         {"1ns", "1h", "nope"},
	"timeout":              {"1ns", "10m", "nope"},
	"tls":                  {"true", "false", "skip-verify", "preferred", "nope"},
	"writeTimeout":         {"1ns", "10m", "nope"},
}

var booleans = []string{"true", "false"}

func parameterCases(server string) []environment.Case {
	var cases []environment.Case
	for name, values := range parameters {
		for _, value := range values {
			cases = append(cases, environment.Case{Server: server, Kind: "DSN", Name: name, Value: value})
		}
	}
	slices.SortFunc(cases, func(a, b environment.Case) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Value, b.Value))
	})
	return cases
}

// The driver has these parameters and no others.
func TestDriversParameters(t *testing.T) {
	t.Parallel()
	dir, err := exec.Command("go", "list", "-f", "{{.Dir}}", "github.com/go-sql-driver/mysql").Output()
	servertest.OK(t, err)
	source, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "dsn.go"))
	servertest.OK(t, err)
	_, parse, _ := strings.Cut(string(source), "\nfunc parseDSNParams(")
	var found []string
	for _, match := range regexp.MustCompile(`\n\t\tcase "(\w+)":`).FindAllStringSubmatch(parse, -1) {
		found = append(found, match[1])
		if parameters[match[1]] == nil {
			t.Errorf("the driver has the parameter %s, of which no value is tried", match[1])
		}
	}
	for name := range parameters {
		if !slices.Contains(found, name) {
			t.Errorf("the driver has no parameter %s", name)
		}
	}
}
