package main

// User and Session are the attribute types of your application: put yours here. Session
// attributes whose columns Lucia's table has too are moved with the sessions.
type (
	User struct {
		Username string
	}
	Session struct {
		Country *string
	}
)
