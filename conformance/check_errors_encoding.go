package conformance

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"log/slog"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// secrets are the forms in which the values of a fixture could be printed.
var secrets = []string{
	mark,
	hex.EncodeToString([]byte(mark)),
	strings.ToLower(base64.StdEncoding.EncodeToString([]byte(mark))[:8]),
	strings.Trim(fmt.Sprint([]byte(mark)), "[]"),
	strings.Trim(fmt.Sprintf("%#v", []byte(mark)), "[]byte{}"),
	strconv.Itoa(markNumber)[:7],
	markTime.Format("2006-01"),
	strconv.FormatInt(markTime.Unix(), 10)[:5],
	"2077, time.july",                                         // in Go syntax,
	strconv.FormatInt(markTime.Unix()+62_135_596_800, 10)[:6], // and the seconds of time.Time's own
	strconv.FormatFloat(markNumber, 'e', -1, 64)[:8],
	noon.Format("2006-01-02"),
}

// wantNoSecret fails the check if an encoding of err contains a value of a fixture.
// Quotes and escapes do not hide the mark, because it contains nothing to escape.
func (t *tester[U, S]) wantNoSecret(err error, call string) {
	for _, e := range unwrapAll(err) {
		for _, encode := range encodings {
			text := printedPointer.ReplaceAllStringFunc(strings.ToLower(encode.text(e)), hidePointer)
			for _, secret := range secrets {
				if strings.Contains(text, secret) {
					t.Errorf("%s\n  got:  an error that is %q %s, in which %q is from the arguments or the row\n  want: a text without ids, credentials and values", call, text, encode.name, secret)
					return
				}
			}
		}
	}
}

// printedPointer is a pointer as fmt writes it.
var printedPointer = regexp.MustCompile(`\b0x[0-9a-f]{6,16}\b`)

// hidePointer returns "" for a pointer, because its digits could by chance be those of a
// number that is searched for. It keeps the mark in hexadecimal, which is not a pointer.
func hidePointer(text string) string {
	if text == "0x"+hex.EncodeToString([]byte(mark)) {
		return text
	}
	return ""
}

// encodings are the ways in which programs write an error to logs and clients.
var encodings = []struct {
	name string
	text func(error) string
}{
	{"as its text", error.Error},
	{"under %v", func(err error) string { return fmt.Sprintf("%v", err) }},
	{"under %+v", func(err error) string { return fmt.Sprintf("%+v", err) }},
	{"under %#v", func(err error) string { return fmt.Sprintf("%#v", err) }},
	{"under %q", func(err error) string { return fmt.Sprintf("%q", err) }},
	{"under %+v, in a field that is not exported", func(err error) string { return fmt.Sprintf("%+v", ownEvent{err}) }},
	{"under %#v, in a field that is not exported", func(err error) string { return fmt.Sprintf("%#v", ownEvent{err}) }},
	{"under %#v, in a struct", func(err error) string { return fmt.Sprintf("%#v", event{err}) }},
	{"in JSON", func(err error) string { return encoded(json.Marshal(err)) }},
	{"in JSON, in a struct", func(err error) string { return encoded(json.Marshal(event{err})) }},
	{"in XML, in a struct", func(err error) string { return encoded(xml.Marshal(event{err})) }},
	{"in a log of slog's in JSON", func(err error) string {
		return logged(err, func(w io.Writer) slog.Handler { return slog.NewJSONHandler(w, nil) })
	}},
	{"in a log of slog's as text", func(err error) string {
		return logged(err, func(w io.Writer) slog.Handler { return slog.NewTextHandler(w, nil) })
	}},
}

func logged(err error, handler func(io.Writer) slog.Handler) string {
	var b bytes.Buffer
	record := slog.NewRecord(time.Time{}, slog.LevelError, "", 0) // without a time, which could be that of a fixture
	record.Add("err", err, "event", event{err})
	if err := handler(&b).Handle(context.Background(), record); err != nil {
		return err.Error()
	}
	return b.String()
}

// event and ownEvent are structs with an error, as applications log them.
type (
	event    struct{ Err error }
	ownEvent struct{ err error }
)

// encoded returns the text that an encoder wrote, or its error.
func encoded(data []byte, err error) string {
	if err != nil {
		return err.Error()
	}
	return string(data)
}
