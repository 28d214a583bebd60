package bench

import (
	"context"
	"fmt"
	"time"

	"dcm.io/dev/internal/client"
	"dcm.io/dev/internal/stack"
)

// Flow measures, on the whole running product, how long a person waits: from the
// click to the machine, and until another person's screen hears of the click.
func Flow(ctx context.Context, r stack.Run, pace Pace) ([]Row, error) {
	person, err := r.Find("emma.clark")
	if err != nil {
		return nil, err
	}
	emma, err := client.Login(ctx, r.Portal, r.Issuer, person.Username, person.Password)
	if err != nil {
		return nil, err
	}
	viewer, err := r.Find("sarah.hughes")
	if err != nil {
		return nil, err
	}
	sarah, err := client.Login(ctx, r.Portal, r.Issuer, viewer.Username, viewer.Password)
	if err != nil {
		return nil, err
	}
	changes, err := sarah.Live(ctx)
	if err != nil {
		return nil, err
	}
	var ready, seen []float64
	for round := range pace.Rounds {
		began := time.Now()
		request, err := emma.Submit(ctx, "", client.Wish{
			Project: "Bench", Name: fmt.Sprintf("bench-%d", round), Template: "debian-12", Size: "S", Network: "prod", LeaseDays: 1,
			Justification: "Measures how long a person waits.",
		})
		if err != nil {
			return nil, err
		}
		for c := range changes {
			if c.StreamID == request.ID {
				seen = append(seen, float64(time.Since(began).Milliseconds()))
				break
			}
		}
		if _, err := emma.Await(ctx, request.ID, "ready"); err != nil {
			return nil, fmt.Errorf("wait for the machine: %w", err)
		}
		ready = append(ready, time.Since(began).Seconds())
	}
	return []Row{
		{Name: "request to ready machine, simulator without delay", Value: Median(ready), Gate: 5, Target: 2, Unit: "s", Lower: true},
		{Name: "change visible to another viewer, from the click", Value: Median(seen), Gate: 500, Target: 150, Unit: "ms", Lower: true},
	}, nil
}
