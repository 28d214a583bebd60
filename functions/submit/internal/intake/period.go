package intake

import (
	"time"

	"dcm.io/shared/decider"
	"dcm.io/shared/event"
	"dcm.io/shared/fault"
)

// A Period is the content of the command io.dcm.audit.export.
type Period struct {
	From time.Time `json:"from"` // inclusive
	To   time.Time `json:"to"`   // exclusive
}

// ErrPeriod carries what is wrong with a period.
var ErrPeriod = fault.New(fault.Invalid, "invalid_period", "The period needs your attention.")

// longestPeriod is how long the log is kept, with a year to spare.
const longestPeriod = 8 * 366 * 24 * time.Hour

func export(c Export) (decider.Outcome, error) {
	var faults []fault.Field
	if unset(c.Period.From) {
		faults = append(faults, fault.Field{Field: "from", Code: "required", Detail: "Say when the period begins."})
	}
	if unset(c.Period.To) {
		faults = append(faults, fault.Field{Field: "to", Code: "required", Detail: "Say when the period ends."})
	}
	switch d := c.Period.To.Sub(c.Period.From); {
	case len(faults) > 0:
	case d <= 0:
		faults = append(faults, fault.Field{Field: "to", Code: "before_from", Detail: "The period must end after it begins."})
	case d > longestPeriod:
		faults = append(faults, fault.Field{Field: "from", Code: "too_long", Detail: "At most eight years in one bundle."})
	case c.Period.From.After(c.Now):
		faults = append(faults, fault.Field{Field: "from", Code: "in_the_future", Detail: "The period has not begun yet."})
	}
	if len(faults) > 0 {
		return decider.Outcome{}, ErrPeriod.With(faults...)
	}
	return decider.Facts(event.AuditRequested{By: c.By, From: c.Period.From.UTC(), To: c.Period.To.UTC()}), nil
}

// unset is the zero time, or one before it that JSON could not write in UTC.
func unset(t time.Time) bool { return t.UTC().Year() <= 1 }
