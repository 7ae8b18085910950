package main

// User and Session are the attribute types of the application that takes over
// from Lucia: put yours here. Session attributes whose columns Lucia's table
// has as well are moved with the sessions.
type (
	User struct {
		Username string
	}
	Session struct {
		Country *string
	}
)
