package web

import (
	"fmt"
	"net/http"
)

// matched is the handler of all patterns of a mux that is asked whether it has
// one, and serves nothing.
type matched struct{}

func (matched) ServeHTTP(http.ResponseWriter, *http.Request) {}

// newPatterns returns a mux with these patterns; nil if there are no patterns.
func newPatterns(patterns []string) (mux *http.ServeMux, err error) {
	if len(patterns) == 0 {
		return nil, nil
	}
	defer func() { // which is how a mux refuses a pattern
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

// isUnchecked reports whether a request matches one of UncheckedPatterns. One
// that would be redirected to what matches does not.
func (a *Auth[U, S]) isUnchecked(r *http.Request) bool {
	if a.unchecked == nil {
		return false
	}
	handler, _ := a.unchecked.Handler(r)
	return handler == matched{}
}
