// Package method chooses between the methods of a mutant and those of the healthy store
// that it alters.
package method

import "reflect"

// Or returns the altered function, or the healthy one if that is nil.
func Or[F any](altered, healthy F) F {
	if reflect.ValueOf(altered).IsNil() {
		return healthy
	}
	return altered
}
