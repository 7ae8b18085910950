package session

// Renewal returns how the manager renews sessions, for packages that are made
// for one way only.
func (m *Manager[U, S]) Renewal() Renewal { return m.config.Renewal }
