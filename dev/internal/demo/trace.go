package demo

import (
	"slices"

	"dcm.io/dev/internal/tracesink"
)

// steps are what a small machine leads to, as spans of one trace, by service. The
// broker's are its own, if it has any.
var steps = []string{
	"web: POST /api/v1/requests",
	"web: send io.dcm.request.submit",
	"submit: command io.dcm.request.submit",
	"submit: append io.dcm.request.submitted.v1",
	"submit: announce io.dcm.request.submitted.v1",
	"approve: act on io.dcm.request.submitted.v1",
	"approve: append io.dcm.approval.granted.v1",
	"provision: act on io.dcm.approval.granted.v1",
	"provision: vsphere clone",
	"provision: vsphere power on",
	"provision: append io.dcm.provisioning.succeeded.v1",
	"notify: act on io.dcm.provisioning.succeeded.v1",
	"notify: append io.dcm.notification.queued.v1",
	"notify: timer mail",
	"notify: smtp send",
	"notify: append io.dcm.notification.sent.v1",
}

// MissingSteps are those that no span tells of.
func MissingSteps(spans []tracesink.Span) []string {
	return slices.DeleteFunc(slices.Clone(steps), func(step string) bool {
		return slices.ContainsFunc(spans, func(s tracesink.Span) bool { return s.Service+": "+s.Name == step })
	})
}
