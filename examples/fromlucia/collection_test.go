package main

import (
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/tenon-go/tenon/spec"
)

// Documents as Lucia's adapters for Mongoose and MongoDB wrote them, in the
// form in which the driver reads them.
func TestDocuments(t *testing.T) {
	t.Parallel()
	schema, err := spec.SessionSchema[Session]()
	check(t, err)
	c := &collection{schema: schema}
	active, expires := now.Add(time.Hour), now.Add(24*time.Hour)
	for name, document := range map[string]map[string]any{
		"2":        {"_id": bobs, "user_id": "bobsid", "active_expires": float64(active.UnixMilli()), "idle_expires": expires.UnixMilli(), "__v": int32(0)},
		"3":        {"_id": bobs, "user_id": "bobsid", "expires_at": bson.NewDateTimeFromTime(expires), "country": "NZ"},
		"Prisma's": {"_id": bson.NewObjectID(), "id": bobs, "userId": "bobsid", "expiresAt": bson.NewDateTimeFromTime(expires)},
	} {
		s, err := c.convert(document)
		if err != nil || s.ID != bobs || s.UserID != "bobsid" || !s.ExpiresAt.Equal(expires) {
			t.Errorf("%s: %v %v", name, s, err)
		}
		if name == "2" && !s.ActiveUntil.Equal(active) || name != "2" && !s.ActiveUntil.IsZero() {
			t.Errorf("%s: active until %v", name, s.ActiveUntil)
		}
		if has := s.Attributes.Country != nil; has != (name == "3") || has && *s.Attributes.Country != "NZ" {
			t.Errorf("%s: country %v", name, s.Attributes.Country)
		}
	}
	for name, document := range map[string]map[string]any{
		"no user":    {"_id": bobs, "expires_at": bson.NewDateTimeFromTime(expires)},
		"no expiry":  {"_id": bobs, "user_id": "bobsid"},
		"no instant": {"_id": bobs, "user_id": "bobsid", "active_expires": "soon", "idle_expires": expires.UnixMilli()},
		"attribute":  {"_id": bobs, "user_id": "bobsid", "idle_expires": expires.UnixMilli(), "country": int32(64)},
	} {
		if s, err := c.convert(document); err == nil {
			t.Errorf("%s: %v", name, s)
		}
	}
}
