// Command dcm-parts is the outside world for DCM in a test cluster: PostgreSQL,
// an OpenID Connect issuer, a vCenter, a mail server and an object store, the
// same that the local run has, in one Pod. Beside them it is a proxy by which a
// test reaches everything in the cluster by its name there, and a door to what a
// test may do to the parts:
//
//	GET  /run                             what runs here, with people and passwords
//	PUT  /vcenter/hold?method=M&for=30s   calls of M work and are not answered for so long
//
// Everything in it is thrown away with the Pod.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"dcm.io/dev/internal/forward"
	"dcm.io/dev/internal/objectstore"
	"dcm.io/dev/internal/stack"
	"dcm.io/shared/function"
)

type config struct {
	Function function.Config
	Host     string `env:"PARTS_HOST, required"` // how functions reach the parts
	Portal   string `env:"PORTAL_URL, required"`
	Secrets  string `env:"SECRETS_FILE, required"`
	State    string `env:"STATE_DIR, default=/state"`
	Modules  string `env:"POSTGRES_MODULES, default=/opt/postgres/node_modules"`
	// How DCM is reached from here, to introduce the people and the hypervisor
	// connections to it. Nobody is introduced if they are empty.
	Web       string `env:"WEB_URL"`
	Provision string `env:"PROVISION_URL"`
}

func main() {
	objectstore.RunIfChild()
	function.Main("parts", run)
}

func run(ctx context.Context, cfg config) error {
	if err := os.MkdirAll(filepath.Join(cfg.State, "parts"), 0o711); err != nil {
		return fmt.Errorf("make the state directory: %w", err)
	}
	settings, err := stack.AcceptFromAnywhere(cfg.State)
	if err != nil {
		return fmt.Errorf("open the database to the cluster: %w", err)
	}
	s, err := stack.Start(ctx, stack.Config{
		State: filepath.Join(cfg.State, "parts"), Ports: stack.PartPorts, Postgres: settings, Logger: slog.Default(),
		Elsewhere: &stack.Elsewhere{Portal: cfg.Portal, Host: cfg.Host, Secrets: cfg.Secrets, Modules: cfg.Modules},
	})
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }() // the Pod goes with it
	if cfg.Web != "" && cfg.Provision != "" {
		r := s.Run()
		r.Portal = cfg.Web
		go introduce(ctx, r, cfg.Provision)
	}
	return function.ListenAndServe(ctx, cfg.Function.Address(), forward.Handler(door(s)))
}

// patience is how long introducing waits for DCM to come up.
const patience = 5 * time.Second

// introduce tries until DCM knows everybody.
func introduce(ctx context.Context, r stack.Run, provision string) {
	for ctx.Err() == nil {
		err := stack.Seed(ctx, r, provision)
		if err == nil {
			slog.InfoContext(ctx, "the people and the hypervisor connections are introduced")
			return
		}
		slog.InfoContext(ctx, "not introduced yet", "error", err.Error())
		select {
		case <-time.After(patience):
		case <-ctx.Done():
		}
	}
}

func door(s *stack.Stack) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	mux.HandleFunc("GET /run", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(s.Run()) // the test asks again
	})
	mux.HandleFunc("PUT /vcenter/hold", func(w http.ResponseWriter, r *http.Request) {
		d, err := time.ParseDuration(r.FormValue("for"))
		if err != nil || r.FormValue("method") == "" {
			http.Error(w, "say method=CloneVM_Task&for=30s", http.StatusBadRequest)
			return
		}
		s.VCenter.Hold(r.FormValue("method"), d)
	})
	return mux
}
