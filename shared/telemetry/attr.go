package telemetry

import (
	"dcm.io/shared/event"
	"github.com/google/uuid"
	"go.opentelemetry.io/otel/attribute"
)

// An Attr says something about a span.
type Attr struct{ kv attribute.KeyValue }

// Tenant is whom the work is for.
func Tenant(id uuid.UUID) Attr { return Attr{attribute.String(attrTenant, id.String())} }

// Stream is what it is about, mostly a request.
func Stream(id uuid.UUID) Attr { return Attr{attribute.String(attrStream, id.String())} }

// Fact is the type of a fact.
func Fact(t event.Type) Attr { return Attr{attribute.String(attrFact, string(t))} }

// Command is the type of a command.
func Command(t string) Attr { return Attr{attribute.String(attrCommand, t)} }

// Timer is the kind of a timer, without what stands behind the colon.
func Timer(kind string) Attr { return Attr{attribute.String(attrTimer, kind)} }

// Attempt counts how often the work was begun.
func Attempt(n int) Attr { return Attr{attribute.Int(attrAttempt, n)} }

// Method is a request's.
func Method(m string) Attr { return Attr{attribute.String(attrMethod, m)} }

// Route is a request's path with names for what varies.
func Route(pattern string) Attr { return Attr{attribute.String(attrRoute, pattern)} }

// Status is what was answered.
func Status(code int) Attr { return Attr{attribute.Int(attrStatus, code)} }

func keyValues(attrs []Attr) []attribute.KeyValue {
	kvs := make([]attribute.KeyValue, len(attrs))
	for i, a := range attrs {
		kvs[i] = a.kv
	}
	return kvs
}
