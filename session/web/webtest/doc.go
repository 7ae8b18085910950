// Package webtest tries packages web and storage where more than the standard
// library is needed: with the routers chi, echo and gin, in headless Chromium, and
// behind nginx. It is a module of its own, so that no other module depends on these.
//
// Without Chromium or nginx (Debian's packages chromium and nginx-light) their
// tests are skipped, or fail if TENON_REQUIRE is "all" or names "chromium" or
// "nginx".
package webtest
