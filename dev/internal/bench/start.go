package bench

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

const megabyte = 1 << 20

// A Program is a binary that is started and asked for /healthz.
type Program struct {
	Name string
	Env  []string
	// Gates of its size in megabytes; 0 where it is only said.
	GateMB, TargetMB float64
	// KeptAlive says that nobody waits for its start: it is said, not gated.
	KeptAlive bool
}

// Start compares how long each program takes from exec to its first answer with
// a plain net/http binary, and says how large it is, how long its packages take
// to initialise, and how much memory it has then.
func Start(ctx context.Context, bin string, programs []Program, pace Pace) ([]Row, error) {
	var rows, inits, memories, sizes []Row
	for _, p := range programs {
		var ratios, took, inited, resident []float64
		for range pace.Rounds {
			plain, err := start(ctx, filepath.Join(bin, "plainhttp"), nil)
			if err != nil {
				return nil, err
			}
			ours, err := start(ctx, filepath.Join(bin, p.Name), p.Env)
			if err != nil {
				return nil, err
			}
			// Tracing takes time itself, so it has a start of its own.
			traced, err := start(ctx, filepath.Join(bin, p.Name), append([]string{"GODEBUG=inittrace=1"}, p.Env...))
			if err != nil {
				return nil, err
			}
			ratios, took = append(ratios, float64(ours.took)/float64(plain.took)), append(took, float64(ours.took.Microseconds())/1000)
			inited, resident = append(inited, initTime(traced.said)), append(resident, ours.memory)
		}
		row := Row{
			Name: "exec to first answer, " + p.Name + " / plain net/http", Value: Median(ratios), Gate: 2.5, Target: 1.7, Lower: true,
			Note: fmt.Sprintf("%.1f ms", Median(took)),
		}
		if p.KeptAlive {
			row.Gate, row.Note = 0, row.Note+", always kept alive"
		}
		rows = append(rows, row)
		inits = append(inits, Row{Name: "package init of " + p.Name, Value: Median(inited), Gate: 8, Target: 4, Unit: "ms", Lower: true})
		memories = append(memories, Row{Name: "resident after the first answer, " + p.Name, Value: Median(resident), Gate: 20, Target: 12, Unit: "MiB", Lower: true})
		info, err := os.Stat(filepath.Join(bin, p.Name))
		if err != nil {
			return nil, fmt.Errorf("measure %s: %w", p.Name, err)
		}
		sizes = append(sizes, Row{
			Name: "size of " + p.Name, Value: float64(info.Size()) / megabyte, Gate: p.GateMB, Target: p.TargetMB, Unit: "MB", Lower: true,
		})
	}
	return slices.Concat(rows, inits, memories, sizes), nil
}
