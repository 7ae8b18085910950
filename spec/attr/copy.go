package attr

import "reflect"

// Clone returns v as a store would return it: a deep copy with times in UTC to the
// millisecond, and JSON as json.Unmarshal reads what json.Marshal wrote. Fields with
// the tag db:"-" are zero. The error is a *ValueError.
func (s *Schema[T]) Clone(v T) (T, error) {
	var c T
	err := s.Merge(&c, v, All[T]())
	return c, err
}

// Merge sets the masked attributes of dst to clones of those of src. If it returns
// an error, which is a *ValueError, dst is unchanged.
func (s *Schema[T]) Merge(dst *T, src T, mask Mask[T]) error {
	from, merged := reflect.ValueOf(&src).Elem(), *dst
	into := reflect.ValueOf(&merged).Elem()
	for _, i := range s.Places(mask) {
		f := &s.fields[i]
		value, err := f.value(from.FieldByIndex(f.index))
		if err != nil {
			return err
		}
		d := Destination{f, into.FieldByIndex(f.index)}
		if d.Scan(value) != nil {
			return f.newUnreadableError()
		}
	}
	*dst = merged
	return nil
}
