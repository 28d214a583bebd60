// Package command carries people's commands to the functions: as CloudEvents in
// binary mode, with the person's own access token. The functions decide; this
// package only delivers, and brings back what they say.
package command

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/fault"
	"dcm.io/shared/identity"
	"dcm.io/shared/telemetry"
	"github.com/google/uuid"
)

// A Config says where the functions listen.
type Config struct {
	Submit      string `env:"SUBMIT_URL"`
	Approve     string `env:"APPROVE_URL"`
	AuditExport string `env:"AUDIT_EXPORT_URL"`
}

// The commands, by their CloudEvents types.
const (
	SubmitRequest   = "io.dcm.request.submit"
	WithdrawRequest = "io.dcm.request.withdraw"
	RetryRequest    = "io.dcm.request.retry"
	Decide          = "io.dcm.request.decide"
	ExportAudit     = "io.dcm.audit.export"
	LinkBundle      = "io.dcm.audit.download"
	ReplayWork      = "io.dcm.work.replay"
	ErasePerson     = "io.dcm.person.erase"
)

// A Command is what a person asks of a function.
type Command struct {
	Type    string
	Subject string // the id of what it is about; empty for something new
	Key     string // the person's idempotency key; empty if they gave none
	Data    any
}

// patience is how long a person waits for a function, which may have to start
// from zero.
const patience = 25 * time.Second

// maxAnswer bounds what is read of an answer.
const maxAnswer = 1 << 20

// ErrUnreachable says that the function did not answer. The command may have
// been carried out: sending it again with the same key finds out.
var ErrUnreachable = fault.New(fault.Transient, "function_unreachable", "The service for this cannot be reached right now. Please try again shortly.")

// A Sender delivers commands. It is safe for concurrent use.
type Sender struct {
	urls   map[string]string
	client *http.Client
	now    func() time.Time
}

// NewSender makes a sender. A function without an address is unreachable.
func NewSender(c Config, now func() time.Time) *Sender {
	return &Sender{
		urls: map[string]string{
			SubmitRequest: c.Submit, WithdrawRequest: c.Submit, RetryRequest: c.Submit, ExportAudit: c.Submit, ReplayWork: c.Submit,
			ErasePerson: c.Submit,
			Decide:      c.Approve, LinkBundle: c.AuditExport,
		},
		client: &http.Client{
			Timeout: patience,
			// The token is for this function and for nobody it may point to.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		now: now,
	}
}

// Send delivers c in the name of who and reads what the function answers. It
// returns a Refusal if the function says no, ErrUnreachable if it says nothing.
func (s *Sender) Send(ctx context.Context, who identity.Caller, c Command, answer any) error {
	ctx, span := telemetry.Start(ctx, telemetry.Client, telemetry.SpanSend+" "+c.Type, telemetry.Tenant(who.Tenant), telemetry.Command(c.Type))
	err := s.send(ctx, who, c, answer)
	span.End(faultOf(err))
	return err
}

func (s *Sender) send(ctx context.Context, who identity.Caller, c Command, answer any) error {
	url := s.urls[c.Type]
	if url == "" {
		return ErrUnreachable
	}
	data, err := json.Marshal(c.Data)
	if err != nil {
		return fmt.Errorf("encode %s: %w", c.Type, err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(data))
	if err != nil {
		return fmt.Errorf("address %s: %w", c.Type, err)
	}
	s.address(ctx, r, who, c)
	resp, err := s.client.Do(r)
	if err != nil {
		return ErrUnreachable.Because(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return ErrUnreachable.Because(err)
	}
	if resp.StatusCode/100 != 2 {
		return refusalOf(resp, body)
	}
	if err := json.Unmarshal(body, answer); err != nil {
		return fmt.Errorf("read answer to %s: %w", c.Type, err)
	}
	return nil
}

func (s *Sender) address(ctx context.Context, r *http.Request, who identity.Caller, c Command) {
	id := idOf(who, c)
	for name, value := range map[string]string{
		"Content-Type": "application/json", "Authorization": "Bearer " + who.Token,
		"ce-specversion": "1.0", "ce-id": id, "ce-source": "/functions/" + string(event.Web), "ce-type": c.Type,
		"ce-subject": c.Subject, "ce-time": s.now().UTC().Format(time.RFC3339Nano),
		// The same id is the same command, so a connection that breaks may be
		// tried again: net/http does so for requests that carry this header.
		"Idempotency-Key": id,
	} {
		if value != "" {
			r.Header.Set(name, value)
		}
	}
	telemetry.Pass(ctx, r.Header)
}

// idOf is the command's id: the same for the same person and key, and unlike
// anybody else's.
func idOf(who identity.Caller, c Command) string {
	if key := strings.TrimSpace(c.Key); key != "" {
		return event.DeriveID(who.Tenant, "command", who.Person.String(), key).String()
	}
	return uuid.Must(uuid.NewV7()).String()
}
