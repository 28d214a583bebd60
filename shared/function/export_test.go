package function

import (
	"context"
	"net/http"
)

// AwaitAnnounced returns when what h has recorded so far was announced.
func AwaitAnnounced(ctx context.Context, h http.Handler) { h.(*handler).worker.announcer.wait(ctx) }
