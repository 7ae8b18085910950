// Package subjects says how the conformance suite opens this repository's own
// adapters on real servers, and in which variations. Each engine is one file.
package subjects
