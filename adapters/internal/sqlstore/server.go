package sqlstore

import (
	"context"
	"strings"

	"github.com/tenon-go/tenon/spec"
)

// Ping implements spec.Pinger.
func (s *store) Ping(ctx context.Context) error {
	if s.dialect.Unserving != "" {
		return s.read(func(c *call) error { return c.serving(ctx) })
	}
	if err := s.db.PingContext(ctx); err != nil {
		return s.conclude(s.classify(err, pending))
	}
	return nil
}

// serving returns an error if the server must not be used now.
func (c *call) serving(ctx context.Context) error {
	if c.dialect.Unserving == "" {
		return nil
	}
	var why string
	found, err := c.one(ctx, c.dialect.Unserving, nil, answers(&why))
	if found {
		return &spec.Error{Class: spec.ErrUnavailable, Detail: why}
	}
	return err
}

// Describe implements spec.Describer.
func (s *store) Describe(ctx context.Context) (spec.Description, error) {
	var version string
	err := s.read(func(c *call) error {
		_, err := c.one(ctx, s.dialect.Version, nil, answers(&version))
		return err
	})
	if err != nil {
		return spec.Description{}, err
	}
	version, _, _ = strings.Cut(version, " ") // the rest names the build
	d := s.dialect
	return spec.Description{Name: d.Name, Engine: d.Engine, Version: version, Weaknesses: d.Weaknesses}, nil
}
