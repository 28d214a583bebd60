package intake

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"dcm.io/shared/event"
	"dcm.io/shared/fault"
	"dcm.io/shared/offering"
	"github.com/google/uuid"
)

// A Wish is the content of the command io.dcm.request.submit.
type Wish struct {
	Project       string    `json:"project"`
	Name          string    `json:"name"`
	Template      string    `json:"template"`
	Size          string    `json:"size"`
	Network       string    `json:"network"`
	LeaseDays     int       `json:"lease_days"`
	Justification string    `json:"justification"`
	Replaces      uuid.UUID `json:"replaces"`
}

// ErrWish carries every field of a wish that is at fault.
var ErrWish = fault.New(fault.Invalid, "invalid_request", "Some fields need your attention.")

// Bounds of what people write.
const (
	longestProject       = 60
	shortestJustifying   = 5
	longestJustification = 2000
)

// Accept checks a wish against what the tenant can have and makes the fact of
// it, still without requester and justification. The error names every field at
// fault at once.
func Accept(w Wish, offers []Offer) (event.RequestSubmitted, error) {
	size, sizeFault := sized(w.Size)
	template, connection, templateFault := templated(w.Template, w.Network, offers)
	var faults []fault.Field
	for _, f := range []fault.Field{
		project(w.Project), name(w.Name, template.OS), templateFault, sizeFault,
		network(w.Network, connection, offers), lease(w.LeaseDays), justification(w.Justification),
	} {
		if f.Code != "" {
			faults = append(faults, f)
		}
	}
	if len(faults) > 0 {
		return event.RequestSubmitted{}, ErrWish.With(faults...)
	}
	return event.RequestSubmitted{
		Project: strings.TrimSpace(w.Project), Name: w.Name, Template: template.Key, OS: template.OS,
		Size: size.Key, VCPU: size.VCPU, RAMGiB: size.RAMGiB, DiskGiB: size.DiskGiB,
		Network: w.Network, LeaseDays: w.LeaseDays, MonthlyCents: size.MonthlyCents, Currency: offering.Currency,
		Connection: connection, Replaces: w.Replaces,
	}, nil
}

func project(p string) fault.Field {
	p = strings.TrimSpace(p)
	switch {
	case p == "":
		return fault.Field{Field: "project", Code: "required", Detail: "Say which project the machine is for."}
	case utf8.RuneCountInString(p) > longestProject:
		return fault.Field{Field: "project", Code: "too_long", Detail: fmt.Sprintf("At most %d characters.", longestProject)}
	case strings.ContainsFunc(p, unprintable):
		return fault.Field{Field: "project", Code: "invalid_characters", Detail: "Only characters that can be seen, and spaces."}
	}
	return fault.Field{}
}

func sized(key string) (offering.Size, fault.Field) {
	size, ok := offering.SizeOf(key)
	if !ok {
		return size, fault.Field{Field: "size", Code: "unknown_size", Detail: fmt.Sprintf("There is no size %q.", key)}
	}
	return size, fault.Field{}
}

func lease(days int) fault.Field {
	if days < offering.Leases.MinDays || days > offering.Leases.MaxDays {
		return fault.Field{
			Field: "lease_days", Code: "out_of_range",
			Detail: fmt.Sprintf("Between %d and %d days.", offering.Leases.MinDays, offering.Leases.MaxDays),
		}
	}
	return fault.Field{}
}

func justification(j string) fault.Field {
	switch n := utf8.RuneCountInString(strings.TrimSpace(j)); {
	case n < shortestJustifying:
		return fault.Field{Field: "justification", Code: "required", Detail: "Say in a few words what the machine is for."}
	case n > longestJustification:
		return fault.Field{Field: "justification", Code: "too_long", Detail: fmt.Sprintf("At most %d characters.", longestJustification)}
	}
	return fault.Field{}
}

func unprintable(r rune) bool { return !unicode.IsPrint(r) }
