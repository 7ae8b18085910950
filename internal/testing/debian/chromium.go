package debian

import (
	"os/exec"
	"strings"
	"testing"
)

// Chromium returns the path of Chromium or of its headless shell, and the flags for
// tests. Each is one for chromedp.Flag. (This module does not require chromedp.)
func Chromium(t *testing.T) (path string, flags map[string]any) {
	t.Helper()
	// The shell is the same browser without windows: tests take half of the time in it.
	path, err := exec.LookPath("chromium-headless-shell")
	if err != nil {
		path = Find(t, "chromium", "chromium-headless-shell")
	}
	return path, map[string]any{
		"headless":    true,
		"no-sandbox":  true, // root has no sandbox
		"disable-gpu": true,
		"mute-audio":  true,

		"hide-scrollbars": true,
		"no-first-run":    true,

		"disable-background-networking": true,
		"disable-component-update":      true,
		"disable-sync":                  true,
	}
}

// Load loads a page. It does so again if Chromium gave up because the machine's network
// changed: other tests start containers, and each has an interface.
func Load(load func() error) (err error) {
	for range 10 {
		if err = load(); err == nil || !strings.Contains(err.Error(), "net::ERR_NETWORK_CHANGED") {
			return err
		}
	}
	return err
}
