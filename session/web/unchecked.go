package web

import (
	"fmt"
	"net/http"
)

// matched is the handler of all patterns in a mux that only matches requests and
// never serves them.
type matched struct{}

func (matched) ServeHTTP(http.ResponseWriter, *http.Request) {}

// newPatterns returns a mux with these patterns, or nil without patterns.
func newPatterns(patterns []string) (mux *http.ServeMux, err error) {
	if len(patterns) == 0 {
		return nil, nil
	}
	defer func() { // a mux panics if it refuses a pattern
		if reason := recover(); reason != nil {
			mux, err = nil, fmt.Errorf("%v", reason)
		}
	}()
	mux = http.NewServeMux()
	for _, pattern := range patterns {
		mux.Handle(pattern, matched{})
	}
	return mux, nil
}

// isUnchecked reports whether a request matches one of UncheckedPatterns. A request
// that the mux would only redirect to a match does not.
func (a *Auth[U, S]) isUnchecked(r *http.Request) bool {
	if a.unchecked == nil {
		return false
	}
	handler, _ := a.unchecked.Handler(r)
	return handler == matched{}
}
