package postgres

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strconv"
	"sync"
	"syscall"
	"time"

	"dcm.io/shared/child"
	"github.com/jackc/pgx/v5"
)

const (
	// superuser is the role that owns the cluster. Functions never use it.
	superuser = "postgres"

	// startTimeout bounds crash recovery, lingerTimeout the wait for what is left
	// of a predecessor.
	startTimeout  = time.Minute
	lingerTimeout = 15 * time.Second
	stopTimeout   = 30 * time.Second
	startPause    = 25 * time.Millisecond
)

// Config is what Start needs.
type Config struct {
	Modules  string // the node_modules directory that holds the npm package
	Dir      string // where data, password and log are kept
	Database string // created when missing
	Port     int    // 0 takes a free one, which the server then keeps
	Password string // the superuser's, for a new cluster; drawn if empty
	Logger   *slog.Logger

	// Settings are added to, and win over, the settings of this package.
	Settings map[string]string
}

// Server is a PostgreSQL server and the child process it runs as.
type Server struct {
	cfg      Config
	home     home
	password string
	port     int

	mu      sync.Mutex
	process *child.Child
}

// Start creates the cluster on first use and brings the server up. It returns
// once the database answers queries.
func Start(ctx context.Context, cfg Config) (*Server, error) {
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	home, err := newHome(cfg.Modules, cfg.Dir)
	if err != nil {
		return nil, err
	}
	s := &Server{cfg: cfg, home: home, port: cfg.Port}
	if s.password, err = home.password(cfg.Password); err != nil {
		return nil, err
	}
	if err := home.initialize(ctx); err != nil {
		return nil, err
	}
	if s.port == 0 {
		if s.port, err = freePort(); err != nil {
			return nil, err
		}
	}
	if err := s.Start(ctx); err != nil {
		return nil, err
	}
	if err := s.createDatabase(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// URL is the superuser's address of the configured database.
func (s *Server) URL() string { return s.DatabaseURL(s.cfg.Database) }

// DatabaseURL is the superuser's address of the named database.
func (s *Server) DatabaseURL(name string) string {
	return s.RoleURL(superuser, s.password, name)
}

// RoleURL is the address of the named database for any role.
func (s *Server) RoleURL(role, password, database string) string {
	u := url.URL{
		Scheme:   "postgres",
		User:     url.UserPassword(role, password),
		Host:     net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)),
		Path:     "/" + database,
		RawQuery: "sslmode=disable",
	}
	return u.String()
}

// Port is where the server listens on 127.0.0.1, now and after every restart.
func (s *Server) Port() int { return s.port }

// Dir is where the cluster really is: below Config.Dir, or below /var/tmp when
// the user that runs the server cannot reach it.
func (s *Server) Dir() string { return s.home.dir }

// LogFile is the file that the server writes its log to.
func (s *Server) LogFile() string { return s.home.logFile() }

// Running reports whether the server process lives.
func (s *Server) Running() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.process != nil && s.process.Running()
}

// Start brings a stopped or crashed server up again on the same port. A server
// that runs is left alone.
//
// Right after a crash the dead server's last workers may still hold its shared
// memory; the new one then gives up at once and is tried again.
func (s *Server) Start(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.process != nil && s.process.Running() {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for begun := time.Now(); ; time.Sleep(10 * startPause) {
		said := s.home.logSize()
		process, err := s.launch()
		if err != nil {
			return err
		}
		err = s.awaitAnswer(ctx, process)
		if err == nil {
			s.process = process
			return nil
		}
		log := s.home.logSince(said)
		if process.Running() || time.Since(begun) > lingerTimeout || !predecessorLingers(log) {
			return errors.Join(fmt.Errorf("start postgres: %w\n%s", err, log), process.Stop(syscall.SIGQUIT, stopTimeout))
		}
		s.cfg.Logger.InfoContext(ctx, "waiting for the previous server's processes to end")
	}
}

// Stop shuts the server down in order: sessions end, a checkpoint is written.
func (s *Server) Stop() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.process == nil {
		return nil
	}
	if err := s.process.Stop(syscall.SIGINT, stopTimeout); err != nil {
		return fmt.Errorf("stop postgres: %w", err)
	}
	return nil
}

// Kill ends the server as a power cut would. Start recovers it.
func (s *Server) Kill() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.process == nil {
		return nil
	}
	if err := s.process.Kill(); err != nil {
		return fmt.Errorf("kill postgres: %w", err)
	}
	return nil
}

// Restart stops the server if it runs and starts it again.
func (s *Server) Restart(ctx context.Context) error {
	if err := s.Stop(); err != nil {
		return err
	}
	return s.Start(ctx)
}

// Close stops the server. The data stays.
func (s *Server) Close() error { return s.Stop() }

func (s *Server) launch() (*child.Child, error) {
	log, err := s.home.openLog()
	if err != nil {
		return nil, err
	}
	defer log.Close() // the child has its own copy
	cmd := s.home.command("postgres", s.arguments()...)
	cmd.Stdout, cmd.Stderr = log, log
	return child.Start(cmd, syscall.SIGINT)
}

func (s *Server) arguments() []string {
	settings := map[string]string{
		"listen_addresses":                    "127.0.0.1",
		"port":                                strconv.Itoa(s.port),
		"unix_socket_directories":             "", // nothing but loopback, and no path that could be too long
		"max_connections":                     "100",
		"max_wal_size":                        "1GB",
		"idle_in_transaction_session_timeout": "10s",
		"timezone":                            "UTC",
		"log_timezone":                        "UTC",
	}
	for name, value := range s.cfg.Settings {
		settings[name] = value
	}
	args := []string{"-D", s.home.data()}
	for name, value := range settings {
		args = append(args, "-c", name+"="+value)
	}
	return args
}

// awaitAnswer returns when the server answers, or dies, or ctx ends.
func (s *Server) awaitAnswer(ctx context.Context, process *child.Child) error {
	for {
		conn, err := pgx.Connect(ctx, s.DatabaseURL("postgres"))
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-process.Done():
			return fmt.Errorf("server ended: %w", process.Err())
		case <-ctx.Done():
			return fmt.Errorf("server does not answer: %w", err)
		case <-time.After(startPause):
		}
	}
}

func (s *Server) createDatabase(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, s.DatabaseURL("postgres"))
	if err != nil {
		return fmt.Errorf("create database %s: %w", s.cfg.Database, err)
	}
	defer conn.Close(ctx)
	var exists bool
	err = conn.QueryRow(ctx, "select exists (select from pg_database where datname = $1)", s.cfg.Database).Scan(&exists)
	if err == nil && !exists {
		_, err = conn.Exec(ctx, "create database "+pgx.Identifier{s.cfg.Database}.Sanitize())
	}
	if err != nil {
		return fmt.Errorf("create database %s: %w", s.cfg.Database, err)
	}
	return nil
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
