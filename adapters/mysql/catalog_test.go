package mysql

import (
	"testing"

	"github.com/tenon-go/tenon/adapters/internal/sqlstore"
	"github.com/tenon-go/tenon/spec/attr"
)

func TestMisfit(t *testing.T) {
	t.Parallel()
	score := sqlstore.Column{Name: "score", Kind: attr.Float, Attribute: "Score"}
	email := sqlstore.Column{Name: "email", Kind: attr.String, Attribute: "Email", Unique: true, Max: 254, Bytewise: true}
	digest := sqlstore.Column{Name: "digest", Kind: attr.Bytes, Attribute: "Digest", Unique: true, Max: 32}
	name := sqlstore.Column{Name: "name", Kind: attr.String, Attribute: "Name", Max: 254}
	const bin = " CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin"
	for _, c := range []struct {
		want sqlstore.Column
		typ  string
		fits bool
	}{
		{score, "double", true},
		{score, "double unsigned", true},
		{score, "double(10,2)", false}, // rounds, in strict mode too
		{score, "double(5,0) unsigned", false},
		{email, "varbinary(1016)", true},
		{email, "varchar(254)" + bin, true},
		{email, "varchar(768)" + bin, true},
		{email, "varchar(769)" + bin, false}, // 1071
		{email, "varbinary(3073)", false},
		{email, "blob", false}, // 1170
		{email, "longtext" + bin, false},
		{digest, "varbinary(32)", true},
		{digest, "blob", false},
		{name, "varchar(1000)" + bin, true},
		{name, "longtext" + bin, true},
	} {
		if got := misfit(c.want, sqlstore.CatalogColumn{Type: c.typ}); (got == "") != c.fits {
			t.Errorf("%s as %s: got %q, want it to fit: %t", c.want.Name, c.typ, got, c.fits)
		}
	}
}

func TestMayCompare(t *testing.T) {
	t.Parallel()
	text := func(charset, collation string) string {
		return "char(36) CHARACTER SET " + charset + " COLLATE " + collation
	}
	for _, c := range []struct {
		a, b string
		may  bool
	}{
		{"int", "bigint unsigned", true},
		{"varbinary(255)", text("utf8mb4", "utf8mb4_0900_bin"), true},
		{text("utf8mb4", "utf8mb4_unicode_ci"), text("utf8mb4", "utf8mb4_unicode_ci"), true},
		{text("utf8mb4", "utf8mb4_unicode_ci"), text("utf8mb4", "utf8mb4_general_ci"), false}, // 1267
		{text("utf8mb4", "utf8mb4_unicode_ci"), text("utf8mb4", "utf8mb4_bin"), true},
		{text("utf8mb4", "utf8mb4_bin"), text("utf8mb4", "utf8mb4_0900_bin"), false}, // 1267
		{text("utf8mb4", "utf8mb4_unicode_ci"), text("ascii", "ascii_bin"), true},
	} {
		if mayCompare(c.a, c.b) != c.may || mayCompare(c.b, c.a) != c.may {
			t.Errorf("%s and %s: want %t", c.a, c.b, c.may)
		}
	}
}
