package deploy_test

import (
	"os"
	"regexp"
	"strconv"
	"testing"

	"dcm.io/deploy/manifest"
	servingv1 "knative.dev/serving/pkg/apis/serving/v1"
)

// TestConnections does the sum: how many connections all programs open at their
// largest, and whether poolers and database have room for them.
func TestConnections(t *testing.T) {
	t.Parallel()
	for _, overlay := range []string{"production", "openshift"} {
		t.Run(overlay, func(t *testing.T) {
			t.Parallel()
			objects := one(t, overlay)
			clients := 0
			for _, o := range objects {
				if o.Type() == "serving.knative.dev/v1 Service" && o.Namespace == "dcm" {
					clients += mostConnections(t, decode[servingv1.Service](t, o))
				}
			}
			pooler, cluster := find(t, objects, "Pooler"), find(t, objects, "Cluster")
			instances := int(pooler.at("spec", "instances").(int64))
			mostClients := number(t, pooler, "spec", "pgbouncer", "parameters", "max_client_conn")
			servers := instances * number(t, pooler, "spec", "pgbouncer", "parameters", "max_db_connections")
			mostServers := number(t, cluster, "spec", "postgresql", "parameters", "max_connections")
			cores := number(t, cluster, "spec", "resources", "limits", "cpu")
			t.Logf("%d clients at most, twice that during a release; %d server connections on %d cores", clients, servers, cores)
			if 2*clients > mostClients {
				t.Errorf("two revisions at their largest are %d clients, one pooler takes %d", 2*clients, mostClients)
			}
			if servers*5 > mostServers {
				t.Errorf("the poolers open %d of %d connections, more than a fifth", servers, mostServers)
			}
			if servers < 2*cores || servers > 4*cores {
				t.Errorf("%d connections for %d cores: two to four for each are fastest", servers, cores)
			}
		})
	}
}

// mostConnections is max-scale times DB_MAX_CONNS, of a program that has a
// database.
func mostConnections(t *testing.T, s *servingv1.Service) int {
	t.Helper()
	conns, user := defaultConns(t), false
	for _, e := range s.Spec.Template.Spec.Containers[0].Env {
		switch e.Name {
		case "DB_USER":
			user = true
		case "DB_MAX_CONNS":
			conns = atoi(t, e.Value)
		}
	}
	if !user {
		return 0
	}
	scale, ok := s.Spec.Template.Annotations["autoscaling.knative.dev/max-scale"]
	if !ok {
		t.Errorf("%s has no largest scale", s.Name)
		return 0
	}
	return conns * atoi(t, scale)
}

// defaultConns reads what a program takes that is not told.
func defaultConns(t *testing.T) int {
	t.Helper()
	source, err := os.ReadFile("../shared/eventlog/pglog/pglog.go")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`DB_MAX_CONNS, default=(\d+)`).FindSubmatch(source)
	if m == nil {
		t.Fatal("pglog has no default for DB_MAX_CONNS")
	}
	return atoi(t, string(m[1]))
}

// fields are an object of which only parts are looked at.
type fields manifest.Object

func find(t *testing.T, objects []manifest.Object, kind string) fields {
	t.Helper()
	for _, o := range objects {
		if o.Kind == kind {
			return fields(o)
		}
	}
	t.Fatalf("there is no %s", kind)
	return fields{}
}

// at is what stands at the path, nil if nothing does.
func (f fields) at(path ...string) any {
	var v any = f.Fields
	for _, name := range path {
		m, _ := v.(map[string]any)
		v = m[name]
	}
	return v
}

func number(t *testing.T, f fields, path ...string) int {
	t.Helper()
	text, ok := f.at(path...).(string)
	if !ok {
		t.Fatalf("%s %s: %v is %v", f.Kind, f.Name, path, f.at(path...))
	}
	return atoi(t, text)
}

func atoi(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
