package campaign

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"dcm.io/dev/internal/chaos"
	"dcm.io/dev/internal/flowchaos"
)

// playFlow plays on the whole product.
func (p Plan) playFlow(ctx context.Context, state string, tell func(chaos.Result)) error {
	own := filepath.Join(state, "flow")
	if err := os.MkdirAll(own, 0o711); err != nil {
		return fmt.Errorf("make a place for the product: %w", err)
	}
	return flowchaos.Suite{Root: p.Root, State: own, Seed: p.Seed, Quick: p.Quick, Only: p.Flow}.Run(ctx, tell)
}
