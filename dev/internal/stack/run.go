package stack

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// A Run is what another program must know to use a running stack: where its
// parts are, and who may log in. The file is readable by its owner only.
type Run struct {
	Portal     string   `json:"portal"`
	Issuer     string   `json:"issuer"`
	Mail       string   `json:"mail"`
	Traces     string   `json:"traces"`
	VCenter    string   `json:"vcenter"`
	VCUser     string   `json:"vc_user"`
	VCPassword string   `json:"vc_password"`
	Thumbprint string   `json:"thumbprint"`
	Database   string   `json:"database"`
	People     []Person `json:"people"`
}

// A Person who can log in.
type Person struct {
	Tenant   string   `json:"tenant"` // slug
	Username string   `json:"username"`
	Password string   `json:"password"`
	Name     string   `json:"name"`
	Email    string   `json:"email"`
	Roles    []string `json:"roles"`
}

// ErrNotRunning says that no stack runs on this state directory.
var ErrNotRunning = errors.New("nothing is running; start it with `make run`")

// ReadRun finds the stack that runs on a state directory.
func ReadRun(state string) (Run, error) {
	var r Run
	text, err := os.ReadFile(filepath.Join(state, "run.json"))
	if errors.Is(err, os.ErrNotExist) {
		return r, ErrNotRunning
	}
	if err != nil {
		return r, fmt.Errorf("read what is running: %w", err)
	}
	return r, json.Unmarshal(text, &r)
}

// Run describes the stack to other programs.
func (s *Stack) Run() Run {
	if s.cfg.Elsewhere != nil {
		return s.runElsewhere()
	}
	return Run{
		Portal: s.PortalURL(), Issuer: s.Issuer.Issuer(), Mail: s.Mailbox.URL(), Traces: s.Traces.URL(), VCenter: s.VCenter.URL(), VCUser: vcUser,
		VCPassword: s.secrets.VCPassword, Thumbprint: s.VCenter.ThumbprintSHA256(),
		Database: s.Postgres.DatabaseURL(database), People: s.people(),
	}
}

// Find looks a person up by user name.
func (r Run) Find(username string) (Person, error) {
	for _, p := range r.People {
		if p.Username == username {
			return p, nil
		}
	}
	return Person{}, fmt.Errorf("nobody is called %q", username)
}

func (s *Stack) runFile() string { return filepath.Join(s.cfg.State, "run.json") }

func (s *Stack) writeRun() error {
	text, err := json.MarshalIndent(s.Run(), "", "  ")
	if err != nil {
		return fmt.Errorf("describe the run: %w", err)
	}
	if err := os.WriteFile(s.runFile(), text, 0o600); err != nil {
		return fmt.Errorf("keep the run's description: %w", err)
	}
	return nil
}
