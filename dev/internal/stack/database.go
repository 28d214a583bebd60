package stack

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
)

// database is the name of DCM's.
const database = "dcm"

// migrate brings the schema up to date with the tool that operators use, and
// registers the tenants.
func (s *Stack) migrate(ctx context.Context) error {
	if _, err := s.Dcmctl(ctx, "migrate"); err != nil {
		return err
	}
	for _, t := range s.Issuer.Tenants() {
		if _, err := s.Dcmctl(ctx, "tenant", "add", "-id", t.ID, "-slug", t.Slug, "-name", t.Name, "-locale", t.Locale); err != nil {
			return err
		}
	}
	return nil
}

// Dcmctl runs the operators' tool on the stack's database and returns what it says.
func (s *Stack) Dcmctl(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, filepath.Join(s.cfg.Bin, "dcmctl"), args...)
	cmd.Env = []string{"DATABASE_URL=" + s.Postgres.DatabaseURL(database), "DCM_ROLE_PASSWORD=" + s.secrets.RolePassword}
	out, err := cmd.CombinedOutput()
	if err != nil {
		return string(out), fmt.Errorf("dcmctl %v: %w\n%s", args, err, out)
	}
	return string(out), nil
}
