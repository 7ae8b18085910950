// Package reporttest tries the page that package report writes in headless Chromium. It
// is a module of its own, so that no other module depends on the browser's driver.
//
// Without Chromium (Debian's package chromium) its tests are skipped, or fail if
// TENON_REQUIRE is "all" or names "chromium".
package reporttest
