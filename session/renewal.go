package session

// Renewal returns how the manager renews sessions, for packages that support only
// one way.
func (m *Manager[U, S]) Renewal() Renewal { return m.config.Renewal }
