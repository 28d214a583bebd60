//go:build cluster

package clustertest

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dcm.io/dev/internal/kubectl"
	"dcm.io/dev/internal/stack"
)

// functions are the Services that go to zero.
var functions = []string{"submit", "approve", "provision", "notify", "audit-export", "dead-letter"}

// An installation of DCM in a namespace of its own.
type installation struct {
	kubectl.Namespace
	secrets stack.Secrets
	images  map[string]string
	portal  string // its address for people
	asks    bool   // the cluster says who sends, and functions ask
	overlay string // directory of the overlay that was applied
}

// install deploys everything and returns when all of it says that it is ready.
func install(ctx context.Context, t *testing.T) *installation {
	t.Helper()
	name := fmt.Sprintf("dcm-test-%d", time.Now().Unix()%1_000_000)
	i := &installation{Namespace: kubectl.Namespace(name), secrets: stack.SharedSecrets(), images: images(t)}
	i.must(ctx, t, "create", "namespace", name)
	t.Cleanup(func() {
		if os.Getenv("DCM_KEEP") != "" {
			t.Logf("left in namespace %s", name)
			return
		}
		if _, err := i.Run(context.WithoutCancel(ctx), "delete", "namespace", name, "--timeout=3m"); err != nil {
			t.Error(err)
		}
	})
	began := time.Now()
	i.apply(ctx, t, hello(i.images["plainhttp"]))
	i.wait(ctx, t, "ksvc/hello")
	i.portal = strings.Replace(i.address(ctx, t, "hello"), "//hello.", "//web.", 1)
	secrets, err := i.secrets.Manifests(name)
	if err != nil {
		t.Fatal(err)
	}
	i.apply(ctx, t, secrets)
	i.asks = i.senderIdentity(ctx, t)
	i.overlay = i.writeOverlay(ctx, t)
	i.must(ctx, t, "apply", "--server-side", "--force-conflicts", "-k", i.overlay)
	i.must(ctx, t, "rollout", "status", "deployment/parts", "--timeout=3m")
	i.must(ctx, t, "wait", "--for=condition=Complete", "job/migrate", "job/tenants", "--timeout=3m")
	for _, f := range append([]string{"web"}, functions...) {
		i.wait(ctx, t, "ksvc/"+f)
	}
	i.must(ctx, t, "wait", "--for=condition=Ready", "broker/default", "--timeout=2m")
	i.must(ctx, t, "wait", "--for=condition=Ready", "triggers,pingsources,sinkbindings", "--all", "--timeout=2m")
	t.Logf("deployed into %s in %s", name, time.Since(began).Round(100*time.Millisecond))
	return i
}

func (i *installation) must(ctx context.Context, t *testing.T, args ...string) string {
	t.Helper()
	out, err := i.Run(ctx, args...)
	if err != nil {
		t.Fatalf("%v\n%s", err, i.trouble(context.WithoutCancel(ctx)))
	}
	return out
}

func (i *installation) apply(ctx context.Context, t *testing.T, manifests string) {
	t.Helper()
	if _, err := i.Feed(ctx, manifests, "apply", "-f", "-"); err != nil {
		t.Fatal(err)
	}
}

func (i *installation) wait(ctx context.Context, t *testing.T, object string) {
	t.Helper()
	i.must(ctx, t, "wait", "--for=condition=Ready", object, "--timeout=3m")
}

// address is what Knative calls a Service.
func (i *installation) address(ctx context.Context, t *testing.T, service string) string {
	t.Helper()
	return i.must(ctx, t, "get", "ksvc", service, "-o", "jsonpath={.status.url}")
}

// inside is a Service's address within the cluster.
func (i *installation) inside(service string) string {
	return "http://" + service + "." + string(i.Namespace) + ".svc.cluster.local"
}

// trouble is what an operator would look at when something did not come up.
func (i *installation) trouble(ctx context.Context) string {
	var b strings.Builder
	for _, args := range [][]string{
		{"get", "pods"},
		{"get", "ksvc,broker,triggers,jobs"},
		{"get", "events", "--sort-by=.lastTimestamp"},
	} {
		out, _ := i.Run(ctx, args...) // as much as can be had
		if len(out) > 6000 {
			out = out[len(out)-6000:]
		}
		b.WriteString(out)
	}
	return b.String()
}

// images reads which image each program has.
func images(t *testing.T) map[string]string {
	t.Helper()
	name := os.Getenv("DCM_IMAGES")
	file, err := os.Open(name)
	if err != nil {
		t.Fatalf("DCM_IMAGES must name the file that bin/images wrote: %v", err)
	}
	defer file.Close()
	found := map[string]string{}
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if program, reference, ok := strings.Cut(lines.Text(), "="); ok {
			found[program] = reference
		}
	}
	return found
}

// hello is the least that a Knative Service can be, with the same scaling as a
// function: what functions' starts are measured against.
func hello(image string) string {
	return fmt.Sprintf(`apiVersion: serving.knative.dev/v1
kind: Service
metadata: {name: hello}
spec:
  template:
    metadata:
      annotations: {autoscaling.knative.dev/window: 10s, autoscaling.knative.dev/max-scale: "10"}
    spec:
      enableServiceLinks: false
      automountServiceAccountToken: false
      containers:
        - image: %s
          securityContext:
            {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, runAsNonRoot: true, capabilities: {drop: [ALL]}, seccompProfile: {type: RuntimeDefault}}
          ports: [{name: http1, containerPort: 8080}]
          readinessProbe: {httpGet: {path: /healthz, port: 8080}}
          resources: {requests: {cpu: 25m, memory: 32Mi}, limits: {cpu: "1", memory: 128Mi}}
`, image)
}

// manifests is where a directory of deploy is, seen from dir.
func manifests(t *testing.T, dir, name string) string {
	t.Helper()
	there, err := filepath.Abs(filepath.Join("..", "..", "deploy", name))
	if err != nil {
		t.Fatal(err)
	}
	path, err := filepath.Rel(dir, there)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// writeOverlay makes a kustomization of the dev overlay for this namespace, this
// domain and these images.
func (i *installation) writeOverlay(ctx context.Context, t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	base := manifests(t, dir, "overlays/dev")
	var b strings.Builder
	parts := "parts." + string(i.Namespace) + ".svc.cluster.local"
	fmt.Fprintf(&b, `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: %[1]s
resources: [%[2]s]
configMapGenerator:
  - {name: dcm-config, behavior: merge, literals: [DB_HOST=%[3]s, PARTS_HOST=%[3]s, "OTEL_EXPORTER_OTLP_ENDPOINT=http://%[3]s:4318", "OIDC_ISSUER=http://%[3]s:8081/realms/dcm", "PORTAL_URL=%[4]s", "WEB_URL=%[10]s", "PROVISION_URL=%[11]s"%[9]s]}
  - {name: dcm-mail, behavior: merge, literals: [SMTP_HOST=%[3]s]}
  - {name: dcm-store, behavior: merge, literals: ["S3_ENDPOINT=http://%[3]s:9000"]}
  - {name: dcm-portal, behavior: merge, literals: ["SUBMIT_URL=%[5]s", "APPROVE_URL=%[6]s", "AUDIT_EXPORT_URL=%[7]s"]}
%[8]simages:
`, i.Namespace, base, parts, i.portal, i.inside("submit"), i.inside("approve"), i.inside("audit-export"), i.component(t, dir), i.senders(ctx, t), i.inside("web"), i.inside("provision"))
	for program, reference := range i.images {
		name, digest, _ := strings.Cut(reference, "@")
		if at := strings.LastIndex(name, ":"); at > strings.LastIndex(name, "/") {
			name = name[:at]
		}
		fmt.Fprintf(&b, "  - {name: dcm-%s, newName: %q, digest: %q}\n", program, name, digest)
	}
	if err := os.WriteFile(filepath.Join(dir, "kustomization.yaml"), []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}
