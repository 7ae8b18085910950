package mongo

import (
	"context"
	"math"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"

	"github.com/tenon-go/tenon/adapters/internal/fault"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// CreateSession implements spec.SessionAdapter.
func (s *Sessions[S]) CreateSession(ctx context.Context, session spec.Session[S]) error {
	const op = spec.OpCreateSession
	if err := s.enterWrite(ctx, op); err != nil {
		return err
	}
	session, err := session.Normal()
	if err != nil {
		return s.error(op, err, "", nil)
	}
	var owner any
	if session.UserID != "" {
		var ok bool
		if owner, ok = s.userIDs.encode(session.UserID); !ok {
			return s.error(op, spec.ErrInvalid, "user id", nil)
		}
	}
	values, err := spec.Values(s.schema, session.Attributes, attr.All[S]())
	if err != nil {
		return s.error(op, err, "", nil)
	}
	row := spec.SessionWith(session, values)
	doc := append(encodeOwn(s.own, &row, owner), attributes(s.sessions.fields, values)...)
	if _, err := s.encode(op, doc); err != nil {
		return err
	}
	insert := func() error {
		err := s.insertSession(ctx, op, session.UserID, owner, doc)
		return s.classifyWrite(op, err, s.sessions.fields, func(v *violation) (error, error) {
			return s.explainInsert(ctx, op, v, session.ID, owner)
		})
	}
	if s.transactions { // which have been tried again already
		return insert()
	}
	return s.retryConflicts(ctx, op, insert)
}

// explainInsert looks why a session was not inserted and returns the class that
// comes first: its id is taken, its user is not there, or else none.
func (s *store) explainInsert(ctx context.Context, op spec.Op, v *violation, id string, owner any) (error, error) {
	m := v.fault.Meaning(v.about(fault.NewSessionID))
	if s.transactions && m.When == fault.NewSessionID {
		return m.Class, nil
	}
	taken, err := s.one(ctx, op, s.sessions, bson.D{{Key: idField, Value: id}}, hiddenField)
	switch {
	case err != nil:
		return nil, err
	case taken != nil && taken.Lookup(hiddenField).IsZero():
		return spec.ErrSessionExists, nil
	case taken != nil, m.When == fault.NewSessionID:
		return spec.ErrConflict, nil // with a call that may take its hidden session back, or has
	}
	if s.users == nil || owner == nil {
		return nil, nil
	}
	known, err := s.exists(ctx, op, s.users, owner)
	if err == nil && !known {
		return spec.ErrUserNotFound, nil
	}
	return nil, err
}

// Session implements spec.SessionAdapter.
func (s *Sessions[S]) Session(ctx context.Context, id string) (spec.Session[S], error) {
	const op = spec.OpSession
	if err := s.enter(ctx, op); err != nil {
		return spec.Session[S]{}, err
	}
	if !spec.ValidID(id) {
		return spec.Session[S]{}, s.error(op, spec.ErrSessionNotFound, "", nil)
	}
	doc, err := s.one(ctx, op, s.sessions, bson.D{{Key: idField, Value: id}})
	if err != nil {
		return spec.Session[S]{}, s.conclude(op, err)
	}
	var session spec.Session[S]
	there := false
	if doc != nil {
		if session, there, err = s.decodeSession(doc); err != nil {
			return spec.Session[S]{}, s.failDecoding(op, err)
		}
	}
	if !there {
		return spec.Session[S]{}, s.error(op, spec.ErrSessionNotFound, "", nil)
	}
	return session, nil
}

// UserSessions implements spec.SessionAdapter. Where there are transactions they
// are as they were at one moment, if they come in one batch, of 16 MiB.
func (s *Sessions[S]) UserSessions(ctx context.Context, userID string) ([]spec.Session[S], error) {
	const op = spec.OpUserSessions
	if err := s.enter(ctx, op); err != nil {
		return nil, err
	}
	owner, ok := s.userIDs.encode(userID)
	if !ok {
		return nil, nil
	}
	in := s.sessions.Collection
	if s.transactions {
		// A query that reads what a majority has gives way to others after
		// 10 ms, and goes on in what is there by then.
		in = in.Clone(options.Collection().SetReadConcern(readconcern.Snapshot()))
	}
	var list []spec.Session[S]
	err := s.retryConflicts(ctx, op, func() (err error) { // 246: while another call makes the collection
		list, err = s.sessionsOf(ctx, op, in, owner)
		return err
	})
	return list, err
}

func (s *Sessions[S]) sessionsOf(ctx context.Context, op spec.Op, in *driver.Collection, owner any) ([]spec.Session[S], error) {
	var list []spec.Session[S]
	err := s.each(ctx, op, func(ctx context.Context) (*driver.Cursor, error) {
		return in.Find(ctx, bson.D{{Key: ownerField, Value: owner}},
			options.Find().SetSort(byCreation).SetBatchSize(math.MaxInt32))
	}, func(doc bson.Raw) error {
		session, there, err := s.decodeSession(doc)
		if there {
			list = append(list, session)
		}
		return err
	})
	if err != nil {
		return nil, s.conclude(op, err)
	}
	return list, nil
}

// byCreation is the order of a user's sessions; ids compare byte for byte.
var byCreation = bson.D{{Key: createdAtField, Value: 1}, {Key: idField, Value: 1}}

// UpdateSession implements spec.SessionAdapter.
func (s *Sessions[S]) UpdateSession(ctx context.Context, id string, attributes S, mask attr.Mask[S]) error {
	const op = spec.OpUpdateSession
	if err := s.enterWrite(ctx, op); err != nil {
		return err
	}
	values, err := spec.Values(s.schema, attributes, mask)
	if err != nil {
		return s.error(op, err, "", nil)
	}
	if !spec.ValidID(id) {
		return s.error(op, spec.ErrSessionNotFound, "", nil)
	}
	filter := visible(bson.D{{Key: idField, Value: id}})
	return s.update(ctx, op, s.sessions, filter, s.schema.Select(mask), values, spec.ErrSessionNotFound)
}

// DeleteSession implements spec.SessionAdapter. A session that is hidden goes,
// too: its id is free again then.
func (s *Sessions[S]) DeleteSession(ctx context.Context, id string) error {
	const op = spec.OpDeleteSession
	if err := s.enterWrite(ctx, op); err != nil {
		return err
	}
	if !spec.ValidID(id) {
		return nil
	}
	err := s.writing(ctx, func(ctx context.Context) error {
		_, err := s.sessions.DeleteOne(ctx, bson.D{{Key: idField, Value: id}})
		return err
	})
	return s.conclude(op, s.classify(ctx, op, err, writes))
}

// DeleteUserSessions implements spec.SessionAdapter.
func (s *Sessions[S]) DeleteUserSessions(ctx context.Context, userID string) (int64, error) {
	return s.deleteUserSessions(ctx, spec.OpDeleteUserSessions, userID, nil)
}

// DeleteUserSessionsExcept implements spec.SessionAdapter.
func (s *Sessions[S]) DeleteUserSessionsExcept(ctx context.Context, userID string, keep ...string) (int64, error) {
	const op = spec.OpDeleteUserSessionsExcept
	if len(keep) == 0 {
		if err := s.enterWrite(ctx, op); err != nil {
			return 0, err
		}
		return 0, s.error(op, spec.ErrInvalid, "no session to keep", nil)
	}
	return s.deleteUserSessions(ctx, op, userID, keep)
}

func (s *Sessions[S]) deleteUserSessions(ctx context.Context, op spec.Op, userID string, keep []string) (int64, error) {
	if err := s.enterWrite(ctx, op); err != nil {
		return 0, err
	}
	owner, ok := s.userIDs.encode(userID)
	if !ok {
		return 0, nil
	}
	kept := bson.A{} // not nil, which the server refuses
	for _, id := range keep {
		if spec.ValidID(id) { // others name no session
			kept = append(kept, id)
		}
	}
	return s.delete(ctx, op, s.sessions, visible(bson.D{
		{Key: ownerField, Value: owner},
		{Key: idField, Value: bson.D{{Key: "$nin", Value: kept}}},
	}))
}
