package archtest

import (
	"slices"
	"strings"
	"testing"
)

// privileges are the libraries that only some binaries may link: whoever does
// not link them cannot be made to use them.
var privileges = []struct {
	library string
	only    []string
	why     string
}{
	{"github.com/vmware/govmomi", []string{"provision"}, "only provision may read vSphere credentials"},
	{"github.com/aws/aws-sdk-go-v2", []string{"audit-export"}, "only audit-export holds S3 keys"},
	{"github.com/aws/smithy-go", []string{"audit-export"}, "only audit-export holds S3 keys"},
	{"net/smtp", []string{"notify"}, "only notify writes mail"},
	{"github.com/wneessen/go-mail", []string{"notify"}, "only notify writes mail"},
	{"github.com/emersion/go-smtp", nil, "we send mail and receive none"},
	{"github.com/open-policy-agent/opa", nil, "the policy is a table by the time it runs"},
	{"knative.dev/eventing", nil, "the broker is known by an address"},
	{"k8s.io", nil, "no function talks to Kubernetes"},
	{"google.golang.org", nil, "telemetry goes out as JSON: gRPC and Protocol Buffers weigh more than all of ours"},
	{"dcm.io/eventing", nil, "manifests are for the cluster"},
	{"dcm.io/dev", nil, "the local run is imported by nobody"},
	{"dcm.io/shared/migrate", nil, "functions may not change the schema; dcmctl does"},
	{"dcm.io/shared/eventlog/memory", nil, "for tests only"},
	{"dcm.io/functions/provision/internal/hypervisor/memory", nil, "for tests only"},
}

// doors are the packages of ours that may import a library; everybody else goes
// through them.
var doors = []struct {
	library string
	only    []string
}{
	{"github.com/vmware/govmomi", []string{"dcm.io/functions/provision/internal/vsphere"}},
	{"github.com/aws/aws-sdk-go-v2", []string{"dcm.io/functions/audit-export/internal/s3"}},
	{"github.com/wneessen/go-mail", []string{"dcm.io/functions/notify/internal/mail"}},
	{"net/smtp", []string{"dcm.io/functions/notify/internal/mail"}},
	{"github.com/jackc/pgx/v5", []string{"dcm.io/shared/eventlog/pglog"}},
	{"database/sql", nil},
	{"github.com/coreos/go-oidc/v3", []string{"dcm.io/shared/identity", "dcm.io/web/internal/session"}},
	{"github.com/cloudevents/sdk-go/v2", nil},
	{"go.opentelemetry.io/otel", []string{"dcm.io/shared/telemetry"}},
	{"github.com/tink-crypto/tink-go/v2", []string{"dcm.io/shared/vault"}},
	{"golang.org/x/mod", []string{"dcm.io/shared/checkpoint", "dcm.io/shared/merkle"}},
	{"github.com/sethvargo/go-envconfig", []string{"dcm.io/shared/function"}},
	{"knative.dev/pkg", nil},
	{"testing", nil},
}

func TestBinaries(t *testing.T) {
	t.Parallel()
	for name, dir := range binaries {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, p := range link(t, dir) {
				checkPrivileges(t, name, p)
				checkNeighbours(t, name, p)
				if p.ours() {
					checkDoors(t, p)
					if strings.HasSuffix(p.ImportPath, "test") {
						t.Errorf("%s links %s, which is for tests", name, p.ImportPath)
					}
				}
			}
		})
	}
}

func checkPrivileges(t *testing.T, binary string, p linked) {
	t.Helper()
	for _, rule := range privileges {
		if under(p.ImportPath, rule.library) && !slices.Contains(rule.only, binary) {
			t.Errorf("%s links %s: %s", binary, p.ImportPath, rule.why)
		}
	}
}

// checkNeighbours refuses another function: they tell each other facts.
func checkNeighbours(t *testing.T, binary string, p linked) {
	t.Helper()
	if strings.HasPrefix(p.ImportPath, "dcm.io/functions/") && !under(p.ImportPath, "dcm.io/functions/"+binary) {
		t.Errorf("%s links %s: functions never import one another", binary, p.ImportPath)
	}
}

func checkDoors(t *testing.T, p linked) {
	t.Helper()
	for _, door := range doors {
		for _, imported := range p.Imports {
			if under(imported, door.library) && !slices.ContainsFunc(door.only, func(d string) bool { return under(p.ImportPath, d) }) {
				t.Errorf("%s imports %s: only %v may", p.ImportPath, imported, door.only)
			}
		}
	}
}
