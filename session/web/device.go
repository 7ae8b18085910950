package web

import (
	"net/http"
	"strings"
	"unicode"
)

// sign maps a part of a User-Agent header to a name. The first match in a list
// counts, because browsers include each other's names.
type sign struct{ part, name string }

var (
	browsers = []sign{
		{"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser/", "Samsung Internet"},
		{"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"},
		{"Chrome/", "Chrome"}, {"CriOS/", "Chrome"}, {"Safari/", "Safari"},
	}
	systems = []sign{
		{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"},
		{"Mac OS", "Mac"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"},
	}
)

// maxDeviceName is the maximum number of characters in a name.
const maxDeviceName = 40

// DeviceName returns a name for the device that sent a request, such as
// "Firefox on Linux" or "curl", for a list of devices. It derives the name from the
// User-Agent header, which the client chooses freely, so the name proves nothing.
// It has 1 to 40 characters of UTF-8 without control characters, and every store
// accepts it. Escape it in HTML.
func DeviceName(r *http.Request) string {
	agent := r.UserAgent()
	browser, system := find(browsers, agent), find(systems, agent)
	switch {
	case browser != "" && system != "":
		return browser + " on " + system
	case browser != "":
		return browser
	case system != "":
		return "Browser on " + system
	}
	return program(agent)
}

func find(signs []sign, agent string) string {
	for _, s := range signs {
		if strings.Contains(agent, s.part) {
			return s.name
		}
	}
	return ""
}

// program returns the name of a program that is not a browser: the part of its
// User-Agent before the version.
func program(agent string) string {
	name, _, _ := strings.Cut(agent, "/")
	name, _, _ = strings.Cut(name, " ")
	var kept []rune
	for _, c := range strings.ToValidUTF8(name, "") {
		if unicode.IsPrint(c) && len(kept) < maxDeviceName {
			kept = append(kept, c)
		}
	}
	if len(kept) == 0 {
		return "Unknown device"
	}
	return string(kept)
}
