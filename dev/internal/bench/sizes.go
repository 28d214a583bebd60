package bench

import "flag"

// Sizes are how much is measured with. What is not the size of a budget is the
// size of what can be waited for.
type Sizes struct {
	Rings   int // requests beside clients that go away
	Rebuilt int // facts whose read model is rebuilt; the budget is for a million
}

// Flags lets the caller choose.
func (s *Sizes) Flags(f *flag.FlagSet) {
	f.IntVar(&s.Rings, "rings", 200_000, "events that are sent while clients go away; the budget is for 1000000")
	f.IntVar(&s.Rebuilt, "rebuilt", 100_000, "facts whose read model is rebuilt; the budget is for 1000000")
}
