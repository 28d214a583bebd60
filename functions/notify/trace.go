package main

import (
	"context"

	"dcm.io/functions/notify/internal/mail"
	"dcm.io/shared/telemetry"
)

// A tracedPost is a post that is seen in the trace. To whom it goes is not.
type tracedPost struct{ post }

func (p tracedPost) Send(ctx context.Context, l mail.Letter) error {
	ctx, span := telemetry.Start(ctx, telemetry.Client, telemetry.SpanMail)
	err := p.post.Send(ctx, l)
	span.End(err)
	return err
}
