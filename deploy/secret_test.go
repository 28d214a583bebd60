package deploy_test

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"dcm.io/deploy/manifest"
	externalsecretsv1 "github.com/external-secrets/external-secrets/apis/externalsecrets/v1"
	corev1 "k8s.io/api/core/v1"
)

// secrets are who may read what. Whoever adds a line explains it in
// docs/install-cluster.md.
var secrets = map[string][]string{
	"submit":       {"dcm-db-credentials/submit", "dcm-master-key/key"},
	"approve":      {"dcm-db-credentials/approve", "dcm-master-key/key"},
	"provision":    {"dcm-connection-key/key", "dcm-db-credentials/provision"},
	"notify":       {"dcm-db-credentials/notify", "dcm-master-key/key", "dcm-smtp/password", "dcm-smtp/user"},
	"audit-export": {"dcm-checkpoint-key/key", "dcm-db-credentials/audit-export", "dcm-object-store/access-key", "dcm-object-store/secret-key"},
	"web":          {"dcm-db-credentials/web", "dcm-keycloak-client/client-id", "dcm-keycloak-client/client-secret", "dcm-master-key/key", "dcm-session-key/key"},
	"dead-letter":  nil,
	migrate:        {"dcm-db-admin/uri", "dcm-db-credentials/*"},
}

// operator is the login of dcmctl, whose password no Pod but migrate reads.
const operator = "dcm-db-credentials/operator"

func TestSecrets(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, objects []manifest.Object) {
		for name, p := range programs(t, objects) {
			if got := read(p.spec); !slices.Equal(got, secrets[name]) {
				t.Errorf("%s reads %v, and may read %v", name, got, secrets[name])
			}
		}
	})
}

// read lists the keys of Secrets that come into a Pod, * for all of one.
func read(s corev1.PodSpec) []string {
	var keys []string
	for _, c := range s.Containers {
		for _, from := range c.EnvFrom {
			if from.SecretRef != nil {
				keys = append(keys, from.SecretRef.Name+"/*")
			}
		}
		for _, e := range c.Env {
			if e.ValueFrom != nil && e.ValueFrom.SecretKeyRef != nil {
				keys = append(keys, e.ValueFrom.SecretKeyRef.Name+"/"+e.ValueFrom.SecretKeyRef.Key)
			}
		}
	}
	for _, v := range s.Volumes {
		if v.Secret != nil {
			keys = append(keys, v.Secret.SecretName+"/*")
		}
	}
	slices.Sort(keys)
	return keys
}

// needed are all keys that have to exist, by Secret.
func needed() map[string][]string {
	all := map[string][]string{}
	for _, keys := range append(slices.Collect(maps.Values(secrets)), []string{operator}) {
		for _, k := range keys {
			name, key, _ := strings.Cut(k, "/")
			if key != "*" && !slices.Contains(all[name], key) {
				all[name] = append(all[name], key)
			}
		}
	}
	for name := range all {
		slices.Sort(all[name])
	}
	return all
}

// hash is what kustomize adds to the name of a ConfigMap for its content.
var hash = regexp.MustCompile(`-[a-z0-9]{10}$`)

// TestDocumented: every Secret and every line of configuration is in the table
// of the installation guide, and nothing else is.
func TestDocumented(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../docs/install-cluster.md")
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for name, keys := range needed() {
		for _, key := range keys {
			want = append(want, name+"/"+key)
		}
	}
	for _, o := range one(t, "production") {
		if o.Type() == "v1 ConfigMap" && !strings.HasPrefix(o.Name, "dcm-dashboard") {
			name := hash.ReplaceAllString(o.Name, "")
			for key := range decode[corev1.ConfigMap](t, o).Data {
				want = append(want, name+"/"+key)
			}
		}
	}
	var got []string
	for _, m := range regexp.MustCompile("(?m)^\\| `(dcm-[a-z-]+)` \\| `([A-Za-z0-9_.-]+)` \\|").FindAllSubmatch(text, -1) {
		got = append(got, string(m[1])+"/"+string(m[2]))
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("the guide lists\n%s\nneeded are\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestConfigMaps: what a Pod takes its configuration from is applied with it,
// under the name that changes with the content.
func TestConfigMaps(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, objects []manifest.Object) {
		there := map[string]bool{}
		for _, o := range objects {
			there[o.Kind+"/"+o.Name] = true
		}
		for _, p := range programs(t, objects) {
			for _, c := range p.spec.Containers {
				for _, from := range c.EnvFrom {
					if from.ConfigMapRef != nil && !there["ConfigMap/"+from.ConfigMapRef.Name] {
						t.Errorf("%s wants %s, which is not there", p.name, from.ConfigMapRef.Name)
					}
				}
			}
		}
	})
}

// others' Secrets: no Pod of ours reads them.
var othersSecrets = map[string]string{
	"dcm-kafka":        "the Kafka broker's data plane",
	"dcm-db-superuser": "CloudNativePG",
	"dcm-db-backup":    "CloudNativePG's plugin for backups",
}

// TestExternalSecrets: production brings every Secret that a Pod reads, with
// every key, and has no values of its own.
func TestExternalSecrets(t *testing.T) {
	t.Parallel()
	missing := needed()
	for _, o := range one(t, "production") {
		if o.Type() == "v1 Secret" {
			t.Errorf("%s has its values in a file", o)
		}
		if o.Kind != "ExternalSecret" {
			continue
		}
		keys := made(decode[externalsecretsv1.ExternalSecret](t, o))
		if want, ok := missing[o.Name]; ok {
			if !slices.Equal(keys, want) {
				t.Errorf("%s brings %v, needed are %v", o, keys, want)
			}
			delete(missing, o.Name)
		} else if othersSecrets[o.Name] == "" {
			t.Errorf("%s is for nobody", o)
		}
	}
	if len(missing) > 0 {
		t.Errorf("nobody brings %v", missing)
	}
}

// made are the keys of the Secret that comes of it: those of the template if it
// has one.
func made(e *externalsecretsv1.ExternalSecret) []string {
	var keys []string
	if t := e.Spec.Target.Template; t != nil && len(t.Data) > 0 {
		keys = slices.Collect(maps.Keys(t.Data))
	} else {
		for _, d := range e.Spec.Data {
			keys = append(keys, d.SecretKey)
		}
	}
	slices.Sort(keys)
	return keys
}
