package debian

import "testing"

// Chromium returns the path of Chromium, and the flags for tests. Each is one for
// chromedp.Flag. (This module does not require chromedp.)
func Chromium(t *testing.T) (path string, flags map[string]any) {
	t.Helper()
	return Find(t, "chromium", "chromium"), map[string]any{
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
