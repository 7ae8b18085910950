package mongo_test

import (
	"context"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"net/url"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/connstring"

	"github.com/tenon-go/tenon/internal/environment"
	"github.com/tenon-go/tenon/internal/environment/environmenttest"
)

// uriValue is a value of a parameter of a URI.
type uriValue struct {
	text  string
	more  url.Values // parameters without which it has no meaning
	clock bool       // whether it limits calls depends on how fast the server is
	user  string     // with its password; empty: none
}

func (v uriValue) String() string { return v.text }

func uriValues(texts ...string) (list []uriValue) {
	for _, text := range texts {
		list = append(list, uriValue{text: text})
	}
	return list
}

// moments are numbers of milliseconds.
func moments(name string) setting[uriValue] {
	return setting[uriValue]{name: name, values: []uriValue{{text: "0", clock: true}, {text: "1", clock: true}, {text: "60000"}, {text: largest}}}
}

const largest = "9223372036854775807"

var (
	truth   = uriValues("true", "false")
	counts  = uriValues("0", "1", "7", "100000")
	noFile  = uriValues("/nowhere.pem")
	wants   = func(name, value string) url.Values { return url.Values{name: {value}} }
	account = []uriValue{{text: "SCRAM-SHA-1", user: "ann:secret"}, {text: "SCRAM-SHA-256", user: "ann:secret"},
		{text: "PLAIN", user: "ann:secret", more: wants("authSource", "$external")}, {text: "MONGODB-X509", more: wants("tls", "true")},
		{text: "GSSAPI", user: "ann"}, {text: "MONGODB-AWS", user: "ann:secret"}, {text: "MONGODB-OIDC", more: wants("authMechanismProperties", "ENVIRONMENT:test")}}
)

// uriParameters are the parameters that the driver reads.
var uriParameters = []setting[uriValue]{
	{name: "appName", values: uriValues("tenon", "é 'x'", strings.Repeat("x", 128), strings.Repeat("x", 129))},
	{name: "authMechanism", values: account},
	{name: "authMechanismProperties", values: []uriValue{{text: "SERVICE_NAME:other", user: "ann", more: wants("authMechanism", "GSSAPI")},
		{text: "SERVICE_NAME:other", user: "ann:secret", more: wants("authMechanism", "SCRAM-SHA-256")}}[:1]},
	{name: "authSource", values: []uriValue{{text: "tenon_test", user: "ann:secret"}, {text: "admin", user: "ann:secret"}, {text: "$external"}}},
	{name: "compressors", values: uriValues("snappy", "zlib", "zstd", "zstd,zlib,snappy", "lzma")},
	{name: "connect", values: uriValues("automatic", "direct")},
	{name: "directConnection", values: truth},
	moments("connectTimeoutMS"),
	{name: "heartbeatIntervalMS", values: uriValues("0", "499", "500", "600000")},
	{name: "heartbeatFrequencyMS", values: uriValues("0", "499", "500", "600000")},
	{name: "journal", values: truth},
	{name: "loadBalanced", values: truth},
	{name: "localThresholdMS", values: uriValues("0", "1", "100000")},
	{name: "maxIdleTimeMS", values: uriValues("0", "1", "100000")},
	{name: "maxPoolSize", values: counts},
	{name: "minPoolSize", values: uriValues("0", "1", "7")},
	{name: "maxConnecting", values: counts},
	{name: "readConcernLevel", values: uriValues("local", "available", "majority", "linearizable", "snapshot", "other")},
	{name: "readPreference", values: uriValues("primary", "primaryPreferred", "secondary", "secondaryPreferred", "nearest", "other")},
	{name: "readPreferenceTags", values: []uriValue{{text: "dc:nowhere", more: wants("readPreference", "nearest")}, {text: "dc:nowhere,rack:1", more: wants("readPreference", "secondary")}, {text: "dc"}}},
	{name: "maxStaleness", values: []uriValue{{text: "90", more: wants("readPreference", "secondary")}, {text: "1", more: wants("readPreference", "nearest")}}},
	{name: "maxStalenessSeconds", values: []uriValue{{text: "90", more: wants("readPreference", "secondary")}, {text: "1", more: wants("readPreference", "nearest")}}},
	{name: "replicaSet", values: uriValues("rs", "other")},
	{name: "retryWrites", values: truth},
	{name: "retryReads", values: truth},
	{name: "maxAdaptiveRetries", values: uriValues("0", "1", "1000")},
	{name: "enableOverloadRetargeting", values: truth},
	{name: "serverMonitoringMode", values: uriValues("auto", "poll", "stream", "other")},
	moments("serverSelectionTimeoutMS"),
	moments("socketTimeoutMS"),
	{name: "srvMaxHosts", values: uriValues("0", "1")},
	{name: "srvServiceName", values: uriValues("other")},
	{name: "ssl", values: truth},
	{name: "tls", values: truth},
	{name: "sslClientCertificateKeyFile", values: noFile},
	{name: "tlsCertificateKeyFile", values: noFile},
	{name: "sslClientCertificateKeyPassword", values: uriValues("secret")},
	{name: "tlsCertificateKeyFilePassword", values: uriValues("secret")},
	{name: "tlsCertificateFile", values: noFile},
	{name: "tlsPrivateKeyFile", values: noFile},
	{name: "sslInsecure", values: truth},
	{name: "tlsInsecure", values: truth},
	{name: "sslCertificateAuthorityFile", values: noFile},
	{name: "tlsCAFile", values: noFile},
	moments("timeoutMS"),
	{name: "tlsDisableCertificateRevocationCheck", values: truth},
	{name: "tlsDisableOCSPEndpointCheck", values: truth},
	{name: "w", values: uriValues("0", "1", "2", "majority", "nowhere")},
	{name: "zlibCompressionLevel", values: compressed("zlib", -1, 0, 1, 9, 10)},
	{name: "zstdCompressionLevel", values: compressed("zstd", -1, 0, 1, 20, 22, 23)},
	{name: "noSuchParameter", values: uriValues("1")},
}

func compressed(by string, levels ...int) (list []uriValue) {
	for _, level := range levels {
		list = append(list, uriValue{text: strconv.Itoa(level), more: wants("compressors", by)})
	}
	return list
}

// TestURIParametersAreAll reads which parameters the driver knows, in its source.
func TestURIParametersAreAll(t *testing.T) {
	file, _ := runtime.FuncForPC(reflect.ValueOf(connstring.Parse).Pointer()).FileLine(reflect.ValueOf(connstring.Parse).Pointer())
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Skipf("NOT RUN: the driver's source is not there: %v", err)
	}
	var names []string
	ast.Inspect(parsed, func(n ast.Node) bool {
		s, ok := n.(*ast.SwitchStmt)
		if tag, isIdent := safeIdent(s, ok); !isIdent || tag != "lowerKey" {
			return true
		}
		for _, clause := range s.Body.List {
			for _, e := range clause.(*ast.CaseClause).List {
				name, err := strconv.Unquote(e.(*ast.BasicLit).Value)
				if err != nil {
					t.Fatal(err)
				}
				names = append(names, name)
			}
		}
		return true
	})
	if len(names) < 50 {
		t.Fatalf("the driver's source has only the parameters %q", names)
	}
	for _, name := range names {
		if !slices.ContainsFunc(uriParameters, func(s setting[uriValue]) bool { return strings.ToLower(s.name) == name }) {
			t.Errorf("the driver has the parameter %s, which is not tried", name)
		}
	}
}

func safeIdent(s *ast.SwitchStmt, ok bool) (string, bool) {
	if !ok {
		return "", false
	}
	tag, ok := s.Tag.(*ast.Ident)
	if !ok {
		return "", false
	}
	return tag.Name, true
}

func uriCases(testing.TB, *stage) []environment.Case { return casesOf(uriParameters) }

// tryURI opens one handle with the parameter, and the other without.
func tryURI(t testing.TB, s *stage, cases []environment.Case) environment.Verdict {
	v, notRun := valueOf(uriParameters, cases[0])
	if notRun != nil {
		return *notRun
	}
	parameters := url.Values{cases[0].Name: {v.text}}
	for name, list := range v.more {
		parameters[name] = list
	}
	if cases[0].Name != "serverSelectionTimeoutMS" && environmenttest.Hurried(t.Context()) {
		parameters.Set("serverSelectionTimeoutMS", "3000")
	}
	u := with(t, s.server.DSN, parameters)
	if v.user != "" {
		s.user(t)
		name, password, has := strings.Cut(v.user, ":")
		u.User = url.User(name)
		if has {
			u.User = url.UserPassword(name, password)
		}
	}
	p := newSpot(t, s.db)
	first, err := p.open(u.String())
	return judgeOpened(t, p, v.clock, first, err, func() string { return refusal(t, u.String(), nil) })
}

// refusal is why the driver refuses a URI or options, or why the server refuses
// a client that has them, whoever uses it; empty if neither does.
func refusal(t testing.TB, uri string, change func(*options.ClientOptions)) string {
	if _, err := connstring.ParseAndValidate(uri); err != nil {
		return err.Error()
	}
	o := options.Client().ApplyURI(uri)
	if change != nil {
		change(o)
	}
	client, err := driver.Connect(o)
	if err != nil {
		return err.Error()
	}
	defer client.Disconnect(context.WithoutCancel(t.Context()))
	err = client.Ping(t.Context(), nil)
	if e, ok := errors.AsType[driver.ServerError](err); ok && !e.HasErrorLabel("NetworkError") {
		return err.Error()
	}
	return ""
}
