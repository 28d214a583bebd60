package stack

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"dcm.io/dev/internal/process"
)

// Names of the processes. Each is a Knative Service in production.
const (
	Submit      = "submit"
	Approve     = "approve"
	Provision   = "provision"
	Notify      = "notify"
	AuditExport = "audit-export"
	Web         = "web"
)

// functions are the processes that have ticks and Triggers.
var functions = []string{Submit, Approve, Provision, Notify, AuditExport}

// placed is where every process listens.
type placed map[string]int

func (s *Stack) place() (placed, error) {
	p := placed{}
	for _, name := range append([]string{Web}, functions...) {
		free, err := s.ports.take(name, s.cfg.Ports[name])
		if err != nil {
			return nil, err
		}
		p[name] = free
	}
	return p, nil
}

func (p placed) url(name string) string { return httpURL(p[name]) }

func (p placed) urls(names ...string) map[string]string {
	m := map[string]string{}
	for _, n := range names {
		m[n] = p.url(n)
	}
	return m
}

// DatabaseAs is the database's address with a process's login.
func (s *Stack) DatabaseAs(name string) string {
	return s.cfg.Through(s.Postgres.RoleURL("dcm_"+role(name), s.secrets.RolePassword, database))
}

// Environment is all that a process is told, but for its port.
func (s *Stack) Environment(name string) []string {
	common := []string{
		"LISTEN_HOST=" + loopback, "DATABASE_URL=" + s.DatabaseAs(name), "OIDC_ISSUER=" + s.Issuer.Issuer(),
		"K_SINK=" + s.broker.url(), "TMPDIR=" + os.TempDir(), "OTEL_EXPORTER_OTLP_ENDPOINT=" + s.Traces.URL(),
	}
	own := map[string][]string{
		Submit:    {"DCM_MASTER_KEY=" + s.secrets.MasterKey},
		Approve:   {"DCM_MASTER_KEY=" + s.secrets.MasterKey},
		Provision: {"CONNECTION_KEY=" + s.secrets.ConnectionKey},
		Notify: {
			"DCM_MASTER_KEY=" + s.secrets.MasterKey, "SMTP_HOST=" + loopback, "SMTP_PORT=" + s.smtpPort(),
			"SMTP_USER=" + mailUser, "SMTP_PASSWORD=" + s.secrets.MailPassword, "SMTP_TLS=none",
			"SMTP_FROM=dcm@portal.example", "PORTAL_URL=" + s.PortalURL(),
		},
		AuditExport: {
			"S3_ENDPOINT=" + s.Store.URL(), "S3_REGION=" + region, "S3_BUCKET=" + bucket, "S3_PATH_STYLE=true",
			"S3_ACCESS_KEY=" + s.secrets.StoreKey, "S3_SECRET_KEY=" + s.secrets.StoreSecret,
			"S3_RETENTION_DAYS=" + strconv.Itoa(retentionDays), "CHECKPOINT_KEY=" + s.secrets.CheckpointKey,
		},
		Web: {
			"DCM_MASTER_KEY=" + s.secrets.MasterKey, "SESSION_KEY=" + s.secrets.SessionKey, "PORTAL_URL=" + s.PortalURL(),
			"OIDC_CLIENT_ID=dcm-portal", "OIDC_CLIENT_SECRET=" + s.Issuer.Value("DCM_PORTAL_SECRET"), "DB_MAX_CONNS=6",
			"CHECKPOINT_PUBLIC_KEYS=" + s.secrets.checkpointPublicKey(),
			"SUBMIT_URL=" + s.placed.url(Submit), "APPROVE_URL=" + s.placed.url(Approve), "AUDIT_EXPORT_URL=" + s.placed.url(AuditExport),
		},
	}
	return append(append(common, own[name]...), s.cfg.Env...)
}

// specs says how each process is started.
func (s *Stack) specs() []process.Spec {
	var specs []process.Spec
	for _, name := range append([]string{Web}, functions...) {
		env := append(s.Environment(name), "PORT="+strconv.Itoa(s.placed[name]))
		specs = append(specs, process.Spec{
			Name: name, Path: filepath.Join(s.cfg.Bin, name), Env: env, Dir: s.cfg.State,
			ReadyURL: s.placed.url(name) + "/readyz",
		})
	}
	return specs
}

// role is the database login of a process.
func role(name string) string {
	if name == AuditExport {
		return "audit_export"
	}
	return name
}

func (s *Stack) smtpPort() string {
	_, p, err := splitHostPort(s.Mailbox.SMTPAddr())
	if err != nil {
		panic(fmt.Sprintf("the mailbox's address: %v", err)) // it listens there
	}
	return p
}
