// Package subjects opens this repository's adapters on real servers for the
// conformance suite, in several variations. Each engine has its own file.
package subjects
