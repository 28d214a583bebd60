package bench

import (
	"flag"
	"fmt"
	"time"
)

// Sizes are how much is measured with. What is not the size of a budget is the
// size of what can be waited for.
type Sizes struct {
	CommitDelay time.Duration // that each flush of the database's log takes longer

	Rings   int // requests beside clients that go away
	Rebuilt int // facts whose read model is rebuilt; the budget is for a million

	Tenants     int // whose machines are read
	MoreTenants int // of a third database; 0 for none
	Machines    int // of each tenant
	Facts       int // of each machine

	Hostile time.Duration // how long writers overtake one another
	Backlog int           // that is drained

	BundleFacts int // in the bundle that is verified; the budget is for a million
	Edits       int // of bundles, receipts and logs
}

// budgetFacts is how many facts the budgets of rebuilding and of verifying are for.
const budgetFacts = 1_000_000

// inStep says of a row with another number of facts that its bounds are as much
// smaller or larger.
func inStep(facts int) string {
	if facts == budgetFacts {
		return ""
	}
	return fmt.Sprintf(" (bounds: those of %d in step)", budgetFacts)
}

// Flags lets the caller choose.
func (s *Sizes) Flags(f *flag.FlagSet) {
	f.DurationVar(&s.CommitDelay, "commit-delay", 0, "makes each flush of the database's log take so much longer, as on a disk that is farther away; never for figures to show without saying so")
	f.IntVar(&s.Rings, "rings", 200_000, "events that are sent while clients go away; the budget is for 1000000")
	f.IntVar(&s.Rebuilt, "rebuilt", 100_000, "facts whose read model is rebuilt; the budget is for 1000000")
	f.IntVar(&s.Tenants, "tenants", 50, "tenants whose machines are read")
	f.IntVar(&s.MoreTenants, "more-tenants", 0, "tenants of one more database to read from, e.g. 500; takes minutes and gigabytes")
	f.IntVar(&s.Machines, "machines", 1000, "machines of each tenant")
	f.IntVar(&s.Facts, "facts", 20, "facts of each machine")
	f.DurationVar(&s.Hostile, "hostile", 20*time.Second, "how long writers overtake one another")
	f.IntVar(&s.Backlog, "backlog", 20_000, "facts, rows and jobs that are drained")
	f.IntVar(&s.BundleFacts, "bundle", 100_000, "facts in the bundle that is verified; the budget is for 1000000")
	f.IntVar(&s.Edits, "edits", 10_000, "random edits that must be found")
}
