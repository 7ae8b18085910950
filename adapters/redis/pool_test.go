package redis

import (
	"testing"

	driver "github.com/redis/go-redis/v9"

	"github.com/tenon-go/tenon/internal/testing/pooltest"
)

func TestMaxConnsRefused(t *testing.T) {
	t.Parallel()
	client := driver.NewClient(&driver.Options{Addr: "127.0.0.1:1"})
	t.Cleanup(func() { client.Close() })
	pooltest.Refused(t, func(n int) error {
		_, err := OpenSessions[struct{}](t.Context(), "redis://127.0.0.1:1", WithMaxConns(n))
		return err
	}, func(n int) error {
		_, err := NewSessions[struct{}](t.Context(), client, WithMaxConns(n))
		return err
	})
}
