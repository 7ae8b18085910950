// Package webtest tries package web where more than the standard library is
// needed: with the router chi, and in headless Chromium. It is a module of its
// own, so that nobody else depends on these.
//
// Without Chromium (Debian's package chromium) its tests are skipped, or fail
// if TENON_REQUIRE is "all" or names "chromium".
package webtest
