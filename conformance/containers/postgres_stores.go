package containers

import (
	"context"
	"crypto/tls"
	"database/sql"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/url"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/tenon-go/tenon/conformance/containers/internal/proxy"
)

// postgres implements engine: a store's place is a schema.
type postgres struct {
	config *pgx.ConnConfig // of the database, with which the stores' handles connect
	admin  *sql.DB         // on the database, not through PgBouncer
}

func (p *postgres) protocol() proxy.Protocol { return proxy.Postgres{} }

func (p *postgres) create(ctx context.Context, name string) error {
	_, err := p.admin.ExecContext(ctx, "CREATE SCHEMA IF NOT EXISTS "+quote(name))
	return err
}

func (p *postgres) drop(ctx context.Context, name string) error {
	_, err := p.admin.ExecContext(ctx, "DROP SCHEMA IF EXISTS "+quote(name)+" CASCADE")
	return err
}

func (p *postgres) damage(ctx context.Context, name string) error {
	var table string
	err := p.admin.QueryRowContext(ctx, "SELECT tablename FROM pg_tables WHERE schemaname = $1 ORDER BY 1 LIMIT 1", name).Scan(&table)
	if err == nil {
		_, err = p.admin.ExecContext(ctx, "DROP TABLE "+quote(name)+"."+quote(table))
	}
	return err
}

func quote(name string) string { return pgx.Identifier{name}.Sanitize() }

func (p *postgres) direct() string {
	network, address := pgconn.NetworkAddress(p.config.Host, p.config.Port)
	if network != "tcp" || p.config.TLSConfig != nil {
		return ""
	}
	return address
}

// dial encrypts the connection itself, if necessary, since the proxy has to read the
// traffic.
func (p *postgres) dial(ctx context.Context) (net.Conn, error) {
	var d net.Dialer
	network, address := pgconn.NetworkAddress(p.config.Host, p.config.Port)
	conn, err := d.DialContext(ctx, network, address)
	if err != nil || p.config.TLSConfig == nil {
		return conn, err
	}
	encrypted, err := encrypt(ctx, conn, p.config)
	if err != nil {
		conn.Close()
	}
	return encrypted, err
}

// encrypt requests encryption with SSLRequest. If the server does not support it and the
// DSN does not require it (sslmode=prefer), encrypt returns the unencrypted connection.
func encrypt(ctx context.Context, conn net.Conn, config *pgx.ConnConfig) (net.Conn, error) {
	ask := binary.BigEndian.AppendUint32(nil, 8)
	if _, err := conn.Write(binary.BigEndian.AppendUint32(ask, 80877103)); err != nil {
		return nil, err
	}
	var answer [1]byte
	if _, err := io.ReadFull(conn, answer[:]); err != nil {
		return nil, err
	}
	if answer[0] == 'S' {
		client := tls.Client(conn, config.TLSConfig)
		return client, client.HandshakeContext(ctx)
	}
	for _, other := range config.Fallbacks {
		if other.TLSConfig == nil {
			return conn, nil
		}
	}
	return nil, errors.New("containers: the DSN demands encryption, which the server does not support")
}

func (p *postgres) dsn(address string, parameters url.Values, _ bool) string {
	values := url.Values{"sslmode": {"disable"}}
	for name, value := range p.config.RuntimeParams {
		values.Set(name, value)
	}
	for name := range parameters {
		values.Set(name, parameters.Get(name))
	}
	u := url.URL{
		Scheme: "postgres", User: url.UserPassword(p.config.User, p.config.Password),
		Host: address, Path: "/" + p.config.Database,
		RawQuery: strings.ReplaceAll(values.Encode(), "+", "%20"), // pgx keeps a + as it is, as libpq does
	}
	return u.String()
}
