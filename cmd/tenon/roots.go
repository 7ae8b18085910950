package main

// Where the machine has no certificate authorities, as a container image with
// nothing but the command, servers are checked against Mozilla's of the day of
// the release.
import _ "golang.org/x/crypto/x509roots/fallback"
