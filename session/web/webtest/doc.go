// Package webtest tests packages web and storage with the routers chi, echo and
// gin, in headless Chromium, and behind nginx. It is a separate module, so that
// no other module depends on these.
//
// Without Chromium or nginx (Debian's packages chromium-headless-shell, or
// chromium, and nginx-light) their tests are skipped, or fail if TENON_REQUIRE is
// "all" or names "chromium" or "nginx".
package webtest
