package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/tenon-go/tenon/conformance"
)

// The form is that which Jenkins, GitLab and other CI systems read: a suite for each
// adapter and a case for each check.
type (
	junitSuites struct {
		XMLName xml.Name     `xml:"testsuites"`
		Name    string       `xml:"name,attr"`
		Suites  []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name       string          `xml:"name,attr"`
		Tests      int             `xml:"tests,attr"`
		Failures   int             `xml:"failures,attr"`
		Errors     int             `xml:"errors,attr"`
		Skipped    int             `xml:"skipped,attr"`
		Time       seconds         `xml:"time,attr"`
		Timestamp  string          `xml:"timestamp,attr"`
		Properties []junitProperty `xml:"properties>property"`
		Cases      []junitCase     `xml:"testcase"`
	}
	junitProperty struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	junitCase struct {
		Class   string      `xml:"classname,attr"` // the clause
		Name    string      `xml:"name,attr"`
		Time    seconds     `xml:"time,attr"`
		Skipped *junitCause `xml:"skipped"`
		Failure *junitCause `xml:"failure"`
		Error   *junitCause `xml:"error"`
	}
	junitCause struct {
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

// seconds is a duration, written as a decimal number of seconds.
type seconds time.Duration

func (s seconds) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "%.6f", time.Duration(s).Seconds()), nil
}

// WriteJUnit writes the report as JUnit XML. A check that neither passed nor failed is
// skipped, with its reason. A required adapter that could not run is an error.
func (r Report) WriteJUnit(w io.Writer) error {
	r = r.printable()
	out := junitSuites{Name: "Tenon conformance suite " + r.Suite}
	for _, a := range r.Adapters {
		out.Suites = append(out.Suites, r.junitSuite(a))
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(out); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (r Report) junitSuite(a Adapter) junitSuite {
	s := junitSuite{Name: a.Name, Time: seconds(a.Duration), Timestamp: r.Start.UTC().Format("2006-01-02T15:04:05")}
	for _, p := range []junitProperty{
		{"suite", r.Suite}, {"profile", r.profile()}, {"engine", strings.TrimSpace(a.Engine + " " + a.Version)},
		{"driver", a.Driver}, {"deployment", a.Deployment}, {"weaknesses", strings.Join(a.names(), " ")},
	} {
		if p.Value != "" {
			s.Properties = append(s.Properties, p)
		}
	}
	for _, result := range a.Results {
		s.add(junitCase{Class: result.Clause, Name: result.Check + "/" + result.Type, Time: seconds(result.Duration)}, result)
	}
	if a.Why != "" {
		c, cause := junitCase{Class: a.Name, Name: "runs"}, &junitCause{Message: firstLine(a.Why), Text: strings.TrimSpace(a.Why + "\n" + a.Remedy)}
		if s.Tests++; a.Required {
			c.Error = cause
			s.Errors++
		} else {
			c.Skipped = cause
			s.Skipped++
		}
		s.Cases = append(s.Cases, c)
	}
	return s
}

// add adds the case of a result.
func (s *junitSuite) add(c junitCase, r conformance.Result) {
	s.Tests++
	switch r.Outcome {
	case conformance.Passed:
	case conformance.Failed:
		c.Failure = &junitCause{Message: r.Name(), Text: r.Output}
		s.Failures++
	default:
		c.Skipped = &junitCause{Message: strings.TrimSuffix(string(r.Outcome)+": "+r.Output, ": ")}
		s.Skipped++
	}
	s.Cases = append(s.Cases, c)
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
