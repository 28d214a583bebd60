package postgres

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
)

// CopyTo makes dir a standby's: a copy of the cluster as it is now, which waits to be
// promoted when it is started. The server stands still meanwhile.
func (s *Server) CopyTo(ctx context.Context, dir string) error {
	if err := s.Stop(); err != nil {
		return err
	}
	data := filepath.Join(dir, filepath.Base(s.home.data()))
	// Copies belong to whom the originals belong to: the server's user. Of the signal
	// only its being there counts.
	for _, c := range [][2]string{
		{s.Dir(), dir},
		{filepath.Join(data, "PG_VERSION"), filepath.Join(data, "standby.signal")},
	} {
		if out, err := exec.CommandContext(ctx, "cp", "-a", c[0], c[1]).CombinedOutput(); err != nil {
			return fmt.Errorf("copy the server: %w\n%s", err, out)
		}
	}
	return s.Start(ctx)
}
