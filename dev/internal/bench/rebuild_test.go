package bench

import "testing"

// TestRebuild: the measurement itself works, on a short log.
func TestRebuild(t *testing.T) {
	t.Parallel()
	measured(t)(Rebuild(t.Context(), database(t), 800, brief))
}
