// Package cookie is what session/web and session/storage have in common: where
// a cookie goes and under which name, how it is read and replaced, and the
// headers that keep pages which depend on it out of caches.
package cookie
