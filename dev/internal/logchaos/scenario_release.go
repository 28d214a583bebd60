package logchaos

import (
	"context"
	"fmt"
	"time"

	"dcm.io/dev/internal/chaos"
	"dcm.io/shared/event"
	"github.com/google/uuid"
)

// What releases does.
const (
	unknownFields = "facts with fields of tomorrow"
	unknownTypes  = "facts of types of tomorrow"
)

// releases lets the next release write to the same log: facts with fields that
// this one does not know, and facts of types that it has never heard of.
func releases(ctx context.Context, c *scene) error {
	conn, err := c.connect(ctx, event.Submit)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	return c.beside(ctx, nil, func() error {
		for until, n := time.Now().Add(c.lasting(6*time.Second)), 0; time.Now().Before(until) && ctx.Err() == nil; n++ {
			t, stream := c.tenants[n%2], uuid.New()
			f := submission(t, stream)
			data, err := event.Encode(f)
			if err != nil {
				return err
			}
			wider := append([]byte(`{"cost_centre":"4711",`), data[1:]...)
			if err := c.record(ctx, conn, t, stream, fmt.Sprint("next-", n), string(f.EventType()), wider, projected(f)); err != nil {
				return err
			}
			c.tally.Add(unknownFields, 1)
			if err := c.record(ctx, conn, t, stream, fmt.Sprint("annotated-", n), "io.dcm.request.annotated.v1", []byte(`{"note":"of tomorrow"}`)); err != nil {
				return err
			}
			c.tally.Add(unknownTypes, 1)
			chaos.Pause(ctx, 40*time.Millisecond)
		}
		return nil
	})
}
