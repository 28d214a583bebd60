package vsphere

import (
	"context"
	"errors"
	"io"
	"net/url"
	"syscall"
	"time"

	"github.com/vmware/govmomi/session"
	"github.com/vmware/govmomi/vim25"
	"github.com/vmware/govmomi/vim25/soap"

	"dcm.io/functions/provision/internal/hypervisor"
	"dcm.io/functions/provision/internal/placement"
)

// callTimeout bounds one call. vCenter answers a call for a task at once.
const callTimeout = 30 * time.Second

// login is one session. Reads go through read, which repeats a call on a broken
// connection; whatever changes something goes through write, which never does.
type login struct {
	read, write *vim25.Client
	sessions    *session.Manager
}

func open(ctx context.Context, c Connection) (*login, error) {
	u, err := c.endpoint()
	if err != nil {
		return nil, hypervisor.Permanent(placement.Refused, err.Error(), err)
	}
	conf, err := c.tls()
	if err != nil {
		return nil, hypervisor.Permanent(placement.CertificateUntrusted, err.Error(), err)
	}
	client := soap.NewClient(u, false)
	client.Timeout = callTimeout
	transport := client.DefaultTransport()
	transport.TLSClientConfig = conf
	transport.DialTLSContext = nil // govmomi's own takes a thumbprint for a hint and ignores the context

	write, err := vim25.NewClient(ctx, client)
	if err != nil {
		return nil, err
	}
	l := &login{read: repeating(write), write: write, sessions: session.NewManager(write)}
	return l, l.sessions.Login(ctx, url.UserPassword(c.User, c.Password))
}

func repeating(c *vim25.Client) *vim25.Client {
	read := *c
	read.RoundTripper = vim25.Retry(c.Client, brokenConnection, 3)
	return &read
}

// brokenConnection does not repeat after a timeout: three of them would outlast
// the delivery that waits for us.
func brokenConnection(err error) (bool, time.Duration) {
	broken := errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || vim25.IsTemporaryNetworkError(err)
	var timeout interface{ Timeout() bool }
	if errors.As(err, &timeout) && timeout.Timeout() {
		broken = false
	}
	return broken, 100 * time.Millisecond
}

func (l *login) close(ctx context.Context) error {
	defer l.write.CloseIdleConnections()
	return l.sessions.Logout(ctx)
}
