package pglog_test

import (
	"encoding/binary"
	"io"
	"net"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
)

// A proxy stands between a log and its database. It counts how often the log
// waits for an answer, and can fail as networks and servers do.
type proxy struct {
	target string

	waits    atomic.Int64 // Sync, Flush and simple queries: the client waits after each
	mute     atomic.Bool  // swallow what the server says
	silent   atomic.Bool  // swallow the message that commits, and say nothing to either side from then on
	mu       sync.Mutex   // guards below
	listener net.Listener
	conns    []net.Conn
	address  string
}

// newProxy puts a proxy in front of the database at address, and returns its own
// address of it.
func newProxy(t *testing.T, address string) (*proxy, string) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{target: u.Host, address: "127.0.0.1:0"}
	p.up(t)
	t.Cleanup(p.down)
	u.Host = p.address
	return p, u.String()
}

// up starts to listen, on the same port each time.
func (p *proxy) up(t *testing.T) {
	t.Helper()
	l, err := net.Listen("tcp", p.address)
	if err != nil {
		t.Fatal(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.listener, p.address = l, l.Addr().String()
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			p.join(client)
		}
	}()
}

// down drops all connections and refuses new ones.
func (p *proxy) down() {
	p.mu.Lock()
	defer p.mu.Unlock()
	_ = p.listener.Close()
	for _, c := range p.conns {
		_ = c.Close()
	}
	p.conns = nil
}

func (p *proxy) join(client net.Conn) {
	server, err := net.Dial("tcp", p.target)
	if err != nil {
		_ = client.Close()
		return
	}
	p.mu.Lock()
	p.conns = append(p.conns, client, server)
	p.mu.Unlock()
	go func() {
		if p.forward(server, client) {
			_ = server.Close()
		}
	}()
	go func() {
		p.backward(client, server)
		_ = client.Close()
	}()
}

// forward passes the client's messages on, counting those it waits after. It tells
// whether the server may hear that the client has gone.
func (p *proxy) forward(server io.Writer, client io.Reader) bool {
	for first := true; ; first = false {
		head := make([]byte, 5)
		if first { // the start-up message has no type
			head = head[:4]
		}
		if _, err := io.ReadFull(client, head); err != nil {
			return true
		}
		body := make([]byte, binary.BigEndian.Uint32(head[len(head)-4:])-4)
		if _, err := io.ReadFull(client, body); err != nil {
			return true
		}
		if kind := head[0]; !first && (kind == 'S' || kind == 'H' || kind == 'Q') {
			p.waits.Add(1)
		}
		if !first && head[0] == 'S' && p.silent.Load() {
			_, _ = io.Copy(io.Discard, client)
			return false
		}
		if _, err := server.Write(slices.Concat(head, body)); err != nil {
			return true
		}
	}
}

// backward passes on what the server says, unless the proxy is mute: then the
// connection ends instead, as if it had broken after the commit.
func (p *proxy) backward(client io.Writer, server io.Reader) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := server.Read(buffer)
		if err != nil || p.mute.Load() {
			return
		}
		if _, err := client.Write(buffer[:n]); err != nil {
			return
		}
	}
}
