package stack

import (
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strconv"
	"time"
)

// A Config says where things are and how much of them is wanted.
type Config struct {
	Root  string // of the checkout: realm file, PostgreSQL's binaries
	Bin   string // built functions
	State string // what is kept between runs

	Ports  Ports // at the first start; later ones keep them
	Tick   time.Duration
	Output io.Writer // what the processes print
	Color  bool
	Logger *slog.Logger
	Say    func(format string, args ...any) // told what is being done

	// TaskDelay makes the hypervisor's tasks take their time, by method name.
	TaskDelay map[string]time.Duration
	// Postgres settings on top of the server's own, e.g. to make a test faster.
	Postgres map[string]string
	// Tap is shown all that is sent to the broker.
	Tap func(header http.Header, body []byte)
	// Through makes of the database's address the one that functions are given, so
	// that something can stand between. Nil: they are given it as it is.
	Through func(address string) string
	// Env is added to every function's environment.
	Env []string

	// Elsewhere says that the functions run somewhere else, in a cluster: only
	// what they talk to is started, for everybody to reach.
	Elsewhere *Elsewhere
}

// Elsewhere is where a stack's other half is.
type Elsewhere struct {
	Portal  string // what people call it
	Host    string // name under which the functions reach this half
	Secrets string // file of the secrets that both halves know
	Modules string // node_modules with PostgreSQL's binaries
}

// Ports are where things listen, by name; what is missing takes a free port.
type Ports map[string]int

// DefaultPorts are what `make run` tries first, so that bookmarks keep working.
var DefaultPorts = Ports{Web: 8080, "issuer": 8081, "mail": 8082, "postgres": 8083, "traces": 8084}

func (c *Config) setDefaults() {
	if c.Tick == 0 {
		c.Tick = 2 * time.Second
	}
	if c.Output == nil {
		c.Output = io.Discard
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Through == nil {
		c.Through = func(address string) string { return address }
	}
	if c.Say == nil {
		c.Say = func(string, ...any) {}
	}
}

// listen is where a part listens: on loopback, unless others must reach it.
func (c *Config) listen(port int) string {
	if c.Elsewhere != nil {
		return ":" + strconv.Itoa(port)
	}
	return address(port)
}

// public is host:port of a part as others reach it; empty if that is where it
// listens.
func (c *Config) public(part string) string {
	if c.Elsewhere == nil {
		return ""
	}
	return net.JoinHostPort(c.Elsewhere.Host, strconv.Itoa(c.Ports[part]))
}

func (c *Config) secrets() string {
	if c.Elsewhere != nil {
		return c.Elsewhere.Secrets
	}
	return c.dir("secrets.json")
}

func (c *Config) modules() string {
	if c.Elsewhere != nil {
		return c.Elsewhere.Modules
	}
	return filepath.Join(c.Root, "shared", "postgres", "node_modules")
}

func (c *Config) dir(name string) string { return filepath.Join(c.State, name) }
