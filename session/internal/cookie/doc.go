// Package cookie is shared by session/web and session/storage. It determines the
// names and scopes of a cookie, reads and replaces it, and sets the headers that
// keep pages that depend on it out of caches.
package cookie
