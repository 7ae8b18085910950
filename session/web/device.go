package web

import (
	"net/http"
	"strings"
	"unicode"
)

// sign is what a part of a User-Agent header tells. The first one that is
// found counts, since browsers name themselves after each other.
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

// maxDeviceName is how many characters a name has at most.
const maxDeviceName = 40

// DeviceName names the device that sent a request by its User-Agent header, for
// a list of devices: "Firefox on Linux", "curl". The header is whatever the
// client likes; the name is UTF-8 without control characters, has 1 to 40
// characters, and any store takes it. As anything that a client says it proves
// nothing, and has to be escaped in a page.
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

// program returns the name of a program that is no browser: what comes before
// the version.
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
