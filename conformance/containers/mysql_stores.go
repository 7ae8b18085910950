package containers

import (
	"context"
	"database/sql"
	"net"
	"net/url"
	"strings"

	"github.com/go-sql-driver/mysql"

	"github.com/tenon-go/tenon/conformance/containers/internal/proxy"
)

// mysqlServer implements engine: a store's place is a database.
type mysqlServer struct {
	config *mysql.Config // with which the stores' handles connect
	admin  *sql.DB
}

func (s *mysqlServer) protocol() proxy.Protocol { return new(proxy.MySQL) }

func (s *mysqlServer) create(ctx context.Context, name string) error {
	_, err := s.admin.ExecContext(ctx, "CREATE DATABASE IF NOT EXISTS "+backquote(name))
	return err
}

func (s *mysqlServer) drop(ctx context.Context, name string) error {
	_, err := s.admin.ExecContext(ctx, "DROP DATABASE IF EXISTS "+backquote(name))
	return err
}

func (s *mysqlServer) damage(ctx context.Context, name string) error {
	var table string
	err := s.admin.QueryRowContext(ctx, "SELECT table_name FROM information_schema.tables WHERE table_schema = ? ORDER BY 1 LIMIT 1", name).Scan(&table)
	if err == nil {
		_, err = s.admin.ExecContext(ctx, "DROP TABLE "+backquote(name)+"."+backquote(table))
	}
	return err
}

func backquote(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" }

func (s *mysqlServer) direct() string {
	if s.config.Net != "tcp" {
		return ""
	}
	return s.config.Addr
}

func (s *mysqlServer) dial(ctx context.Context) (net.Conn, error) {
	var d net.Dialer
	return d.DialContext(ctx, s.config.Net, s.config.Addr)
}

func (s *mysqlServer) dsn(address string, parameters url.Values, _ bool) string {
	config := s.config.Clone()
	config.Net, config.Addr = "tcp", address
	dsn := config.FormatDSN()
	if len(parameters) == 0 {
		return dsn
	}
	separator := "?"
	if strings.Contains(dsn[strings.LastIndexByte(dsn, '/'):], "?") {
		separator = "&"
	}
	return dsn + separator + parameters.Encode()
}
