package tenon_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// theirNames are the names of what Tenon grew from: the public methods, fields,
// settings and errors in the type declarations of lucia-sveltekit 0.6 and 0.11,
// lucia-auth 0.1 to 1.8, lucia 2.7.7 and 3.2.2, of Lucia's Basic session API and
// of SolidStart's sessions.
var theirNames = strings.Fields(`
	lucia Lucia LuciaError adapter env secret csrfProtection sessionTimeout idlePeriodTimeout transformUserData
	generateUserId generateCustomUserId generateRandomString handleAuth handleHooks handleServerSession getAuthSession
	authenticateUser createUser getUser getUserById getUserByProviderId getSessionUser deleteUser updateUserData
	updateUserAttributes updateUserProviderId updateUserIdentifierToken updateUserPassword resetUserPassword
	validateRequest validateRequestByCookie validateRequestEvent validateRequestHeaders parseRequest refreshTokens
	invalidateRefreshToken createUserSession createSession generateSessionId validateSession renewSession invalidateSession
	invalidateAllUserSessions deleteDeadUserSessions deleteAllCookies signOut sessionCookieOptions deleteCookieOptions
	createSessionCookies createBlankSessionCookies setSessionCookie deleteSessionCookie isFresh SESSION_COOKIE_NAME
	expires activePeriodExpires idlePeriodExpires

	hash middleware origin experimental debugMode autoDatabaseCleanup sessionExpiresIn activePeriod idlePeriod
	sessionCookie transformDatabaseUser getSession getAllUserSessions validateSessionUser parseRequestHeaders handleRequest
	createSessionCookie useKey createKey deleteKey getKey getAllUserKeys updateKeyPassword AuthRequest setSession validate
	validateUser getCookie storedSessionId sessionId userId state fresh activePeriodExpiresAt idlePeriodExpiresAt
	Adapter UserAdapter SessionAdapter

	getSessionAttributes getUserAttributes transformDatabaseKey transformDatabaseSession updateSessionAttributes
	validateRequestOrigin readSessionCookie readBearerToken validateBearerToken invalidate passwordHash host hostHeader
	allowedSubDomains createKeyId InitializeAdapter DEFAULT_SESSION_COOKIE_NAME user

	getUserSessions invalidateUserSessions deleteExpiredSessions createBlankSessionCookie sessionCookieName expiresAt id
	SessionCookieOptions SessionCookieAttributesOptions TimeSpan Cookie serialize Scrypt LegacyScrypt generateId
	generateIdFromEntropySize verifyRequestOrigin

	AUTH_INVALID_SESSION_ID AUTH_INVALID_PASSWORD AUTH_INVALID_PROVIDER_ID AUTH_DUPLICATE_SESSION_ID
	AUTH_DUPLICATE_USER_DATA AUTH_DUPLICATE_PROVIDER_ID AUTH_DUPLICATE_KEY_ID AUTH_INVALID_KEY_ID AUTH_INVALID_USER_ID
	AUTH_INVALID_REQUEST AUTH_NOT_AUTHENTICATED AUTH_OUTDATED_PASSWORD AUTH_EXPIRED_KEY DATABASE_FETCH_FAILED
	DATABASE_UPDATE_FAILED REQUEST_UNAUTHORIZED UNKNOWN_ERROR AUTO_USER_ID_GENERATION_NOT_SUPPORTED

	generateSessionToken validateSessionToken SessionValidationResult invalidateAllSessions setSessionTokenCookie
	deleteSessionTokenCookie getCurrentSession

	createSessionStorage createCookieSessionStorage createData readData updateData deleteData commitSession destroySession
	useSession updateSession clearSession cookie name secrets sameSite path domain maxAge httpOnly secure
	get set has unset flash data
`)

// TestNamesPage checks that docs/names.md has a row for each of their names, and
// that the names of ours in these rows exist.
func TestNamesPage(t *testing.T) {
	page, err := os.ReadFile("docs/names.md")
	if err != nil {
		t.Fatal(err)
	}
	ours := map[string]bool{}
	for _, dir := range []string{"spec", "session", "session/web", "session/storage", "adapters/split"} {
		readNames(t, dir, ours)
	}
	rows := regexp.MustCompile(`(?m)^\| (.+?) \| (.+?) \| (.+) \|$`).FindAllStringSubmatch(string(page), -1)
	name := regexp.MustCompile("`([^`]+)`")
	var theirs []string
	for _, row := range rows {
		for _, match := range name.FindAllStringSubmatch(row[1], -1) {
			theirs = append(theirs, match[1])
		}
		for _, match := range name.FindAllStringSubmatch(row[3], -1) {
			if !ours[match[1]] && match[1] != "errors.Is" {
				t.Errorf("the row of %s names %s, which does not exist", row[1], match[1])
			}
		}
	}
	for _, n := range theirNames {
		if !slices.Contains(theirs, n) {
			t.Errorf("no row for %s", n)
		}
	}
	for _, n := range theirs {
		if !slices.Contains(theirNames, n) {
			t.Errorf("a row for %s, which is not in theirNames", n)
		}
	}
}

// readNames adds a package's exported names: web.CookieName, web.Config,
// web.Config.Bearer, web.Auth.User.
func readNames(t *testing.T, dir string, names map[string]bool) {
	t.Helper()
	files, err := filepath.Glob(dir + "/*.go")
	if err != nil {
		t.Fatal(err)
	}
	pkg := filepath.Base(dir)
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, declaration := range parsed.Decls {
			switch d := declaration.(type) {
			case *ast.FuncDecl:
				key := pkg
				if d.Recv != nil {
					key += "." + receiver(d.Recv.List[0].Type)
				}
				names[key+"."+d.Name.Name] = true
			case *ast.GenDecl:
				for _, s := range d.Specs {
					readSpec(pkg, s, names)
				}
			}
		}
	}
}

func readSpec(pkg string, s ast.Spec, names map[string]bool) {
	switch s := s.(type) {
	case *ast.ValueSpec:
		for _, n := range s.Names {
			names[pkg+"."+n.Name] = true
		}
	case *ast.TypeSpec:
		key := pkg + "." + s.Name.Name
		names[key] = true
		var members *ast.FieldList
		switch u := s.Type.(type) {
		case *ast.StructType:
			members = u.Fields
		case *ast.InterfaceType:
			members = u.Methods
		default:
			return
		}
		for _, m := range members.List {
			for _, n := range m.Names {
				names[key+"."+n.Name] = true
			}
		}
	}
}

// receiver returns the name of a method's type, without * and type parameters.
func receiver(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return receiver(e.X)
	case *ast.IndexExpr:
		return receiver(e.X)
	case *ast.IndexListExpr:
		return receiver(e.X)
	case *ast.Ident:
		return e.Name
	}
	return ""
}
