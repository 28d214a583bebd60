//go:build cluster

package clustertest

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"testing"

	"github.com/jackc/pgx/v5"
)

// database connects to the log as its owner, through the proxy.
func database(ctx context.Context, t *testing.T, address string) *pgx.Conn {
	t.Helper()
	config, err := pgx.ParseConfig(address)
	if err != nil {
		t.Fatal(err)
	}
	config.LookupFunc = func(_ context.Context, host string) ([]string, error) { return []string{host}, nil } // the proxy knows it
	config.DialFunc = throughProxy
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(ctx)) })
	return conn
}

// throughProxy dials a host by the proxy's CONNECT.
func throughProxy(ctx context.Context, _, address string) (net.Conn, error) {
	proxy, err := http.DefaultTransport.(*http.Transport).Proxy(&http.Request{URL: &url.URL{Scheme: "http", Host: address}})
	if err != nil {
		return nil, err
	}
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", proxy.Host)
	if err != nil {
		return nil, err
	}
	if _, err := fmt.Fprintf(conn, "CONNECT %s HTTP/1.1\r\nHost: %s\r\n\r\n", address, address); err != nil {
		return nil, err
	}
	resp, err := http.ReadResponse(bufio.NewReaderSize(conn, 1), nil)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the proxy answered %s", resp.Status)
	}
	return conn, nil
}

// facts counts what is in the log.
func facts(ctx context.Context, t *testing.T, db *pgx.Conn) int {
	t.Helper()
	var n int
	if err := db.QueryRow(ctx, `select count(*) from dcm.facts`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	if n == 0 {
		t.Fatal("the log is empty: nothing could be seen to change")
	}
	return n
}
