// Package wire stands between clients and a PostgreSQL server and does what
// networks do at the worst moment: it understands enough of the protocol to wait
// before the message that commits, to cut the connection before it, to lose the
// answer to it, or to fall silent without a word to either side.
package wire

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/url"
	"sync"
	"time"
)

// Weather is what befalls batches of statements that append facts, each with a
// chance of so many in a thousand.
type Weather struct {
	Hold    int           // wait before the message that commits
	HoldFor time.Duration // at most so long
	Cut     int           // end the connection instead of passing that message on
	Lose    int           // pass it on, and end the connection when the server has answered
	Silence int           // fall silent instead of passing it on, for good, as when a host or a firewall's memory is gone
	Mute    int           // pass it on, and fall silent then
	All     bool          // also batches that append nothing: taking and settling work
}

// Counts is how often it happened.
type Counts struct {
	Held, Cut   int
	Silent      int // before the commit
	Muted       int // after it
	LostAcks    int // the server had committed facts, and the client was not told
	LostAnswers int // of other batches, and of what the server had refused
}

// A Wire is safe for concurrent use.
type Wire struct {
	listener net.Listener
	wg       sync.WaitGroup

	mu      sync.Mutex // guards below
	target  string     // host and port
	weather Weather
	random  *rand.Rand
	counts  Counts
	conns   map[net.Conn]bool
}

// Open puts a wire in front of the server of a database address.
func Open(address string, random *rand.Rand) (*Wire, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("read the database's address: %w", err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for the database's clients: %w", err)
	}
	w := &Wire{target: u.Host, listener: l, random: random, conns: map[net.Conn]bool{}}
	w.wg.Go(w.accept)
	return w, nil
}

// Through is an address of the server's by way of the wire.
func (w *Wire) Through(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address // whoever connects is told
	}
	u.Host = w.listener.Addr().String()
	return u.String()
}

// Set changes the weather from now on; the zero Weather is fine.
func (w *Wire) Set(weather Weather) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.weather = weather
}

// Aim leads to the server of another address from now on: all connections end.
func (w *Wire) Aim(address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return fmt.Errorf("read the database's address: %w", err)
	}
	w.mu.Lock()
	w.target = u.Host
	w.mu.Unlock()
	w.Break()
	return nil
}

// Counts tells what has happened so far.
func (w *Wire) Counts() Counts {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.counts
}

// Break ends all connections; new ones are taken.
func (w *Wire) Break() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for c := range w.conns {
		_ = c.Close()
	}
}

// Close ends everything and waits for it.
func (w *Wire) Close() error {
	err := w.listener.Close()
	w.Break()
	w.wg.Wait()
	return err
}

func (w *Wire) accept() {
	dialer := net.Dialer{Timeout: 5 * time.Second}
	for {
		client, err := w.listener.Accept()
		if err != nil {
			return
		}
		w.mu.Lock()
		target := w.target
		w.mu.Unlock()
		server, err := dialer.DialContext(context.Background(), "tcp", target)
		if err != nil {
			_ = client.Close()
			continue
		}
		w.mu.Lock()
		w.conns[client], w.conns[server] = true, true
		w.mu.Unlock()
		l := &line{wire: w, client: client, server: server, appends: map[string]bool{}}
		w.wg.Go(l.forward)
		w.wg.Go(l.backward)
	}
}

func (w *Wire) forget(conns ...net.Conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range conns {
		_ = c.Close()
		delete(w.conns, c)
	}
}

// A fate is what befalls one batch.
type fate struct {
	hold      time.Duration
	cut, lose bool
	silent    bool // before the message that commits
	mute      bool // after it
}

// draw decides about a batch at the message that commits it.
func (w *Wire) draw(appends bool) (f fate) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !appends && !w.weather.All {
		return f
	}
	hit := func(chance int) bool { return chance > 0 && w.random.IntN(1000) < chance }
	if hit(w.weather.Hold) && w.weather.HoldFor > 0 {
		f.hold = time.Duration(w.random.Int64N(int64(w.weather.HoldFor)))
		w.counts.Held++
	}
	switch {
	case hit(w.weather.Cut):
		f.cut = true
		w.counts.Cut++
	case hit(w.weather.Lose):
		f.lose = true
	case hit(w.weather.Silence):
		f.silent = true
		w.counts.Silent++
	case hit(w.weather.Mute):
		f.mute = true
		w.counts.Muted++
	}
	return f
}

func (w *Wire) lost(ack bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if ack {
		w.counts.LostAcks++
	} else {
		w.counts.LostAnswers++
	}
}
