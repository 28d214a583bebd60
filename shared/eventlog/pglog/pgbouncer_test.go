package pglog_test

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"regexp"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"dcm.io/shared/child"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/pgtest"
	"dcm.io/shared/readmodel"
)

// A pgBouncer is a transaction pooler in front of the test's server, set up as
// deploy/overlays/production sets up the one of an installation.
type pgBouncer struct {
	address string
	// prepares tells that it keeps prepared statements apart, as 1.21 and later
	// do. In front of an older one a program must not name its statements.
	prepares bool
}

// minPreparing is the first minor version of PgBouncer 1 that tracks prepared
// statements.
const minPreparing = 21

// config of PgBouncer. Two server connections for a login are fewer than the
// log's own pool has: so clients share them.
const config = `[databases]
* = host=%s port=%s
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = %d
unix_socket_dir =
pool_mode = transaction
default_pool_size = %d
max_client_conn = 500
auth_type = scram-sha-256
auth_file = users.txt
auth_user = %s
auth_query = select usename, passwd from pg_shadow where usename = $1
ignore_startup_parameters = statement_timeout,idle_in_transaction_session_timeout
server_idle_timeout = 5
%s
`

// startPgBouncer starts one that is gone when the test has ended.
func startPgBouncer(t *testing.T, db *pgtest.DB, poolSize int) pgBouncer {
	t.Helper()
	program, minor := findPgBouncer(t)
	admin, err := url.Parse(db.Admin)
	if err != nil {
		t.Fatal(err)
	}
	b := pgBouncer{prepares: minor >= minPreparing}
	more := ""
	if b.prepares {
		more = "max_prepared_statements = 200"
	}
	port := freePort(t)
	b.address = net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	password, _ := admin.User.Password()
	dir, as := serverHome(t)
	write(t, filepath.Join(dir, "users.txt"), fmt.Sprintf("%q %q\n", admin.User.Username(), password), as)
	write(t, filepath.Join(dir, "pgbouncer.ini"), fmt.Sprintf(config, admin.Hostname(), admin.Port(), port, poolSize, admin.User.Username(), more), as)

	cmd := exec.Command(program, "pgbouncer.ini")
	cmd.Dir = dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: as}
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = log, log
	c, err := child.Start(cmd, syscall.SIGKILL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Kill()
		if said, err := os.ReadFile(log.Name()); t.Failed() && err == nil {
			t.Logf("PgBouncer said:\n%s", said)
		}
	})
	for range 100 {
		if conn, err := net.DialTimeout("tcp", b.address, time.Second); err == nil {
			_ = conn.Close()
			return b
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("PgBouncer does not listen")
	return b
}

// findPgBouncer looks where Debian puts it, too, which is not on everybody's path.
func findPgBouncer(t *testing.T) (program string, minor int) {
	t.Helper()
	program, err := exec.LookPath("pgbouncer")
	if err != nil {
		if program, err = exec.LookPath("/usr/sbin/pgbouncer"); err != nil {
			t.Skip("no pgbouncer on the path: pooling is not proven on this machine; install the package pgbouncer")
		}
	}
	said, err := exec.Command(program, "--version").CombinedOutput()
	if err != nil {
		t.Fatalf("ask PgBouncer for its version: %v\n%s", err, said)
	}
	m := regexp.MustCompile(`PgBouncer 1\.(\d+)`).FindSubmatch(said)
	if m == nil {
		t.Fatalf("no version in %q", said)
	}
	minor, err = strconv.Atoi(string(m[1]))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s is version 1.%d", program, minor)
	return program, minor
}

// serverHome is a directory that PgBouncer can use, which refuses to be root.
func serverHome(t *testing.T) (string, *syscall.Credential) {
	t.Helper()
	//nolint:usetesting // t.TempDir is below a directory that only its owner may enter.
	dir, err := os.MkdirTemp("", "dcm-pgbouncer-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if os.Geteuid() != 0 {
		return dir, nil
	}
	u, err := user.Lookup("nobody")
	if err != nil {
		t.Fatal(err)
	}
	uid, _ := strconv.ParseUint(u.Uid, 10, 32)
	gid, _ := strconv.ParseUint(u.Gid, 10, 32)
	as := &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	if err := os.Chown(dir, int(as.Uid), int(as.Gid)); err != nil {
		t.Fatal(err)
	}
	return dir, as
}

func write(t *testing.T, name, content string, as *syscall.Credential) {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if as == nil {
		return
	}
	if err := os.Chown(name, int(as.Uid), int(as.Gid)); err != nil {
		t.Fatal(err)
	}
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port
}

// url is the address of the database for a login, through the pooler.
func (b pgBouncer) url(t *testing.T, db *pgtest.DB, role string) string {
	t.Helper()
	u, err := url.Parse(db.URL(role))
	if err != nil {
		t.Fatal(err)
	}
	u.Host = b.address
	if !b.prepares {
		q := u.Query()
		q.Set("default_query_exec_mode", "cache_describe")
		u.RawQuery = q.Encode()
	}
	return u.String()
}

// opener opens each function's log once, through the pooler.
func (b pgBouncer) opener(t *testing.T, db *pgtest.DB) func(event.Function) *pglog.Log {
	t.Helper()
	var mu sync.Mutex
	logs := map[event.Function]*pglog.Log{}
	return func(f event.Function) *pglog.Log {
		mu.Lock()
		defer mu.Unlock()
		if logs[f] == nil {
			log, err := pglog.Open(t.Context(), pglog.Config{URL: b.url(t, db, pgtest.Role(f)), MaxConns: 4}, readmodel.Project)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(log.Close)
			logs[f] = log
		}
		return logs[f]
	}
}
