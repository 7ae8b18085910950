// Package reporttest tests, in headless Chromium, the page that package report writes.
// It is a separate module, so that no other module depends on the browser's driver.
//
// Without Chromium (Debian's package chromium-headless-shell, or chromium) its tests
// are skipped, or fail if TENON_REQUIRE is "all" or names "chromium".
package reporttest
