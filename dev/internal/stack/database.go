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
	if err := s.dcmctl(ctx, "migrate"); err != nil {
		return err
	}
	for _, t := range s.Issuer.Tenants() {
		if err := s.dcmctl(ctx, "tenant", "add", "-id", t.ID, "-slug", t.Slug, "-name", t.Name, "-locale", t.Locale); err != nil {
			return err
		}
	}
	return nil
}

func (s *Stack) dcmctl(ctx context.Context, args ...string) error {
	cmd := exec.CommandContext(ctx, filepath.Join(s.cfg.Bin, "dcmctl"), args...)
	cmd.Env = []string{"DATABASE_URL=" + s.Postgres.DatabaseURL(database), "DCM_ROLE_PASSWORD=" + s.secrets.RolePassword}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("dcmctl %v: %w\n%s", args, err, out)
	}
	return nil
}
