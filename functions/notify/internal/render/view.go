package render

import (
	"time"

	"dcm.io/functions/notify/internal/message"
	"github.com/google/uuid"
)

// A View is what a mail is about, with the personal data in clear. It is made
// just before rendering and kept nowhere.
type View struct {
	message.State
	Kind      message.Kind
	About     uuid.UUID // the request or the bundle
	Locale    string    // de or en; anything else is en
	Tenant    string    // its name
	Recipient string    // names; empty if the person was erased
	Requester string
	Decider   string
	Words     string // what somebody wrote: justification, reason or comment
	Own       bool   // the recipient is the requester
}

// LeaseEnds is when the machine's lease is over.
func (v View) LeaseEnds() time.Time { return v.ReadyAt.AddDate(0, 0, v.Request.LeaseDays) }

// path is where the portal shows what the mail is about.
func (v View) path() string {
	switch v.Kind {
	case message.DecisionNeeded, message.DecisionReminder:
		return "/approvals/" + v.About.String()
	case message.BundleReady:
		return "/audit/bundles"
	default:
		return "/requests/" + v.About.String()
	}
}

// longestWords bounds what is quoted; the portal has the rest.
const longestWords = 2000

// plain returns the view with every text that people or other systems wrote
// made harmless for headers and single lines.
func (v View) plain() View {
	for _, s := range []*string{
		&v.Tenant, &v.Recipient, &v.Requester, &v.Decider,
		&v.Request.Name, &v.Request.Project, &v.Request.Template, &v.Request.Network, &v.Request.Size, &v.Request.Currency,
		&v.Machine.Address, &v.Machine.Hostname, &v.Failure.Step, &v.Failure.Code, &v.Failure.Detail, &v.Bundle.SHA256,
	} {
		*s = oneLine(*s)
	}
	v.Words = someLines(v.Words, longestWords)
	return v
}
