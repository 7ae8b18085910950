package sqlstore

import (
	"context"
	"strings"

	"github.com/tenon-go/tenon/spec"
)

// Ping implements spec.Pinger.
func (s *store) Ping(ctx context.Context) error { return s.ping(ctx, spec.OpPing) }

func (s *store) ping(ctx context.Context, op spec.Op) error {
	if err := s.enter(ctx, op); err != nil {
		return err
	}
	if s.dialect.Unserving != "" {
		return s.read(ctx, op, func(c *call) error { return c.serving(ctx) })
	}
	if err := s.db.PingContext(ctx); err != nil {
		return s.conclude(op, s.classify(ctx, op, err, pending))
	}
	return nil
}

// serving returns an error if the server must not be used as it is now.
func (c *call) serving(ctx context.Context) error {
	if c.dialect.Unserving == "" {
		return nil
	}
	var why string
	found, err := c.one(ctx, c.dialect.Unserving, nil, textInto(&why))
	if found {
		return c.error(c.op, spec.ErrUnavailable, why, nil)
	}
	return err
}

// Describe implements spec.Describer.
func (s *store) Describe(ctx context.Context) (spec.Description, error) {
	var version string
	err := s.read(ctx, spec.OpDescribe, func(c *call) error {
		_, err := c.one(ctx, s.dialect.Version, nil, textInto(&version))
		return err
	})
	if err != nil {
		return spec.Description{}, err
	}
	version, _, _ = strings.Cut(version, " ") // what follows names the build
	d := s.dialect
	return spec.Description{Name: d.Name, Engine: d.Engine, Version: version, Weaknesses: d.Weaknesses}, nil
}
