package attr

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestNotAStruct(t *testing.T) {
	t.Parallel()
	t.Run("int", func(t *testing.T) { wantRefused[int](t, "int is not a struct") })
	t.Run("pointer", func(t *testing.T) { wantRefused[*rich](t, "*attr.rich is not a struct") })
	t.Run("any", func(t *testing.T) { wantRefused[any](t, "interface {} is not a struct") })
	t.Run("map", func(t *testing.T) { wantRefused[map[string]int](t, "map[string]int is not a struct") })
	t.Run("time", func(t *testing.T) { wantRefused[time.Time](t, "time.Time is one value") })
	t.Run("named time", func(t *testing.T) { wantRefused[stamp](t, "attr.stamp is one value") })
}

func TestEmptyStruct(t *testing.T) {
	t.Parallel()
	s := schemaOf[struct{}](t)
	if n := len(s.Fields()); n != 0 {
		t.Errorf("%d fields", n)
	}
	values, err := s.Values(struct{}{}, All[struct{}]())
	if err != nil || len(values) != 0 {
		t.Errorf("values %v, %v", values, err)
	}
	var v struct{}
	if d := s.Destinations(&v); len(d) != 0 {
		t.Errorf("destinations %v", d)
	}
	data, err := encode(s, v)
	if err != nil || string(data) != "{}" {
		t.Errorf("encoded %s, %v", data, err)
	}
	if err := decode(s, data, &v); err != nil {
		t.Error(err)
	}
}

func TestFieldNamesAndColumns(t *testing.T) {
	t.Parallel()
	type all struct {
		UserName string
		Email    string `db:"e-mail"`
		HTTPAddr string `db:",max=9"`
		Left     func() `db:"-"`
		left     func() `db:"-"`
		base
	}
	_ = all{}.left
	var got []string
	for _, f := range schemaOf[all](t).Fields() {
		got = append(got, f.Name+"="+f.Column)
	}
	want := []string{"UserName=user_name", "Email=e-mail", "HTTPAddr=http_addr", "Origin=from", "Depth=depth"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestUnexportedField(t *testing.T) {
	t.Parallel()
	type bad struct {
		Name   string
		secret string
	}
	_ = bad{}.secret
	wantRefused[bad](t, "attr.bad.secret", "unexported")
	type blank struct{ _ string }
	wantRefused[blank](t, "attr.blank._", "unexported")
}

func TestDuplicateColumn(t *testing.T) {
	t.Parallel()
	type same struct {
		Email string
		Mail  string `db:"email"`
	}
	wantRefused[same](t, "attr.same.Mail", `"email"`, "Email")
	type byCase struct {
		One string `db:"mail"`
		Two string `db:"MAIL"`
	}
	wantRefused[byCase](t, "attr.byCase.Two", `"MAIL"`, "One", "case")
	type bySnake struct {
		UserID string
		UserId string //nolint:revive // the point
	}
	wantRefused[bySnake](t, "attr.bySnake.UserId", "UserID")
}

func TestOwnColumn(t *testing.T) {
	t.Parallel()
	type id struct{ ID string }
	wantRefused[id](t, "attr.id.ID", `"id"`, "entity's own")
	type upper struct {
		Key string `db:"Id"`
	}
	wantRefused[upper](t, "attr.upper.Key", `"Id"`, "entity's own")
	type user struct{ UserID string }
	schemaOf[user](t)
	for _, own := range []string{"user_id", "USER_ID"} {
		s, err := SchemaOf[user]("other", own)
		if err == nil || s != nil || !strings.Contains(err.Error(), "attr.user.UserID") || !strings.Contains(err.Error(), "entity's own") {
			t.Errorf("own %s: %v, %v", own, s, err)
		}
	}
}

func TestColumnThatAnEngineCannotHold(t *testing.T) {
	t.Parallel()
	type dotted struct {
		Name string `db:"a.b"`
	}
	wantRefused[dotted](t, "attr.dotted.Name", `"a.b"`, "MongoDB")
	type long struct {
		ThisNameIsLongerThanSixtyThreeBytesOnceItIsWrittenInSnakeCaseAsColumn string
	}
	wantRefused[long](t, "attr.long.ThisNameIs", "63 bytes")
}

type (
	Exported struct{ Street, City string }
	word     string
	Words    string
	deep     struct {
		base
		Exported
	}
)

func columns[T any](t *testing.T) string {
	t.Helper()
	var list []string
	for _, f := range schemaOf[T](t).Fields() {
		list = append(list, fmt.Sprintf("%s=%s:%v", f.Name, f.Column, f.Kind))
	}
	return strings.Join(list, " ")
}

func TestEmbedded(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ got, want string }{
		"exported":   {columns[struct{ Exported }](t), "Street=street:string City=city:string"},
		"unexported": {columns[struct{ base }](t), "Origin=from:string Depth=depth:int"},
		"deep": {columns[struct {
			A int
			deep
			B int
		}](t), "A=a:int Origin=from:string Depth=depth:int Street=street:string City=city:string B=b:int"},
		"with a name": {columns[struct {
			Exported `db:"address"`
		}](t), "Exported=address:json"},
		"time":       {columns[struct{ time.Time }](t), "Time=time:time"},
		"not struct": {columns[struct{ Words }](t), "Words=words:string"},
		"left out": {columns[struct {
			*Exported `db:"-"`
			base      `db:"-"`
			A         int
		}](t), "A=a:int"},
	} {
		if test.got != test.want {
			t.Errorf("%s: %s, want %s", name, test.got, test.want)
		}
	}
}

func TestEmbeddedRefused(t *testing.T) {
	t.Parallel()
	t.Run("pointer", func(t *testing.T) { wantRefused[struct{ *Exported }](t, ".Exported", "embedded pointer") })
	t.Run("unexported pointer", func(t *testing.T) { wantRefused[struct{ *base }](t, ".base", "embedded pointer") })
	t.Run("pointer with a name", func(t *testing.T) {
		wantRefused[struct {
			*Exported `db:"address"`
		}](t, ".Exported", "embedded pointer")
	})
	t.Run("unexported with a name", func(t *testing.T) {
		wantRefused[struct {
			base `db:"base"`
		}](t, ".base", "unexported")
	})
	t.Run("unexported, not a struct", func(t *testing.T) { wantRefused[struct{ word }](t, ".word", "unexported") })
	t.Run("interface", func(t *testing.T) { wantRefused[struct{ fmt.Stringer }](t, ".Stringer", "fmt.Stringer") })
	t.Run("options", func(t *testing.T) {
		wantRefused[struct {
			Exported `db:",unique"`
		}](t, ".Exported", "options")
		wantRefused[struct {
			Exported `db:",max=3"`
		}](t, ".Exported", "options")
	})
	t.Run("bad field inside", func(t *testing.T) {
		type inner struct{ Bad chan int }
		type outer struct{ inner }
		wantRefused[outer](t, "attr.outer.Bad", "chan int")
	})
	t.Run("two that collide", func(t *testing.T) {
		type other struct{ Depth int }
		wantRefused[struct {
			base
			other
		}](t, ".Depth", `"depth"`)
	})
	t.Run("shadowed by name, other column", func(t *testing.T) {
		type inner struct {
			Name string `db:"inner_name"`
		}
		wantRefused[struct {
			inner
			Name string
		}](t, ".Name", "two fields")
	})
}

// Attributes of an embedded struct of an unexported type are read and set.
func TestEmbeddedValues(t *testing.T) {
	t.Parallel()
	type outer struct{ deep }
	s := schemaOf[outer](t)
	v := outer{deep{base{"o", 1}, Exported{"s", "c"}}}
	values, err := s.Values(v, All[outer]())
	if err != nil || fmt.Sprint(values) != "[o 1 s c]" {
		t.Fatalf("%v, %v", values, err)
	}
	var back outer
	for i, d := range s.Destinations(&back) {
		if err := d.Scan(values[i]); err != nil {
			t.Fatal(err)
		}
	}
	if back != v {
		t.Errorf("%+v, want %+v", back, v)
	}
}
