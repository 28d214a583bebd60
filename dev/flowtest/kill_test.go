package flowtest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"dcm.io/dev/internal/client"
	"dcm.io/dev/internal/stack"
)

// TestKill kills functions at random moments while requests are on their way:
// every request still ends with exactly one machine, and every mail comes once.
// A failing run prints its seed.
func TestKill(t *testing.T) {
	ctx := within(t)
	const requests, pause, duration = 12, 60 * time.Millisecond, 8 * time.Second
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	emma := as(ctx, t, "emma.clark")

	killing, stop := context.WithTimeout(ctx, duration)
	defer stop()
	var wg sync.WaitGroup
	kills := map[string]int{}
	wg.Go(func() {
		victims := []string{stack.Submit, stack.Approve, stack.Provision, stack.Notify}
		for killing.Err() == nil {
			victim := victims[random.IntN(len(victims))]
			if running.Processes.Kill(victim) == nil {
				kills[victim]++
			}
			time.Sleep(pause + time.Duration(random.Int64N(int64(2*pause))))
		}
	})
	var asked []client.Request
	for range requests {
		asked = append(asked, submitted(ctx, t, emma))
	}
	wg.Wait()
	t.Logf("killed %v", kills)
	if err := running.Processes.WaitReady(ctx); err != nil {
		t.Fatal(err)
	}
	for _, r := range asked {
		await(ctx, t, emma, r.ID, "ready")
		onlyMachine(t, r.ID)
		mails(ctx, t, "emma.clark@globex.example", r.Name, 3)
		facts := types(ctx, t, emma, r.ID)
		for _, once := range []string{"request.submitted", "approval.granted", "provisioning.started", "provisioning.succeeded"} {
			if count(facts, once) != 1 {
				t.Errorf("%s was recorded %d times: %q", once, count(facts, once), facts)
			}
		}
	}
	t.Logf("mails that the server had already: %d", running.Mailbox.Suppressed())
}

// submitted asks until it is answered, always with the same key, as a careful
// client does.
func submitted(ctx context.Context, t *testing.T, c *client.Client) client.Request {
	t.Helper()
	w := wish("S")
	for {
		r, err := c.Submit(ctx, "kill-"+w.Name, w)
		if err == nil {
			return r
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			t.Fatal(fmt.Errorf("never answered: %w", err))
		}
	}
}
