package intake

import (
	"fmt"
	"slices"
	"strings"
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

// An Offer is what one hypervisor connection of the tenant has.
type Offer struct {
	Connection uuid.UUID
	Templates  []event.Template
	Networks   []event.Network
}

// ErrWish carries every field of a wish that is at fault.
var ErrWish = fault.New(fault.Invalid, "invalid_request", "Some fields need your attention.")

// Bounds of what people write.
const (
	longestName          = 40 // leaves room for DCM's suffix in the hypervisor's 80
	longestWindowsName   = 15 // NetBIOS
	longestProject       = 60
	shortestJustifying   = 5
	longestJustification = 2000
)

// Accept checks a wish against what the tenant can have and makes the fact of
// it, still without requester and justification. The error names every field at
// fault at once.
func Accept(w Wish, offers []Offer) (event.RequestSubmitted, error) {
	size, sizeFault := sized(w.Size)
	template, connection, templateFault := templated(w.Template, offers)
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
	}
	return fault.Field{}
}

// name asks for a DNS label (RFC 1123), which vSphere and both guest systems take.
func name(n, os string) fault.Field {
	f := fault.Field{Field: "name"}
	switch {
	case n == "":
		f.Code, f.Detail = "required", "Give the machine a name."
	case len(n) > longestName:
		f.Code, f.Detail = "too_long", fmt.Sprintf("At most %d characters.", longestName)
	case os == "windows" && len(n) > longestWindowsName:
		f.Code, f.Detail = "too_long_windows", fmt.Sprintf("Windows takes at most %d characters.", longestWindowsName)
	case strings.IndexFunc(n, foreign) >= 0:
		f.Code, f.Detail = "invalid_name", "Only small letters a to z, digits and hyphens."
	case n[0] == '-' || n[len(n)-1] == '-':
		f.Code, f.Detail = "invalid_name", "It must begin and end with a letter or digit."
	case strings.IndexFunc(n, letter) < 0:
		f.Code, f.Detail = "invalid_name", "It needs at least one letter."
	case n == "localhost":
		f.Code, f.Detail = "reserved_name", "This name has a meaning of its own."
	default:
		return fault.Field{}
	}
	return f
}

func sized(key string) (offering.Size, fault.Field) {
	size, ok := offering.SizeOf(key)
	if !ok {
		return size, fault.Field{Field: "size", Code: "unknown_size", Detail: fmt.Sprintf("There is no size %q.", key)}
	}
	return size, fault.Field{}
}

func templated(key string, offers []Offer) (event.Template, uuid.UUID, fault.Field) {
	for _, o := range offers {
		for _, t := range o.Templates {
			if t.Key == key {
				return t, o.Connection, fault.Field{}
			}
		}
	}
	return event.Template{}, uuid.Nil, fault.Field{Field: "template", Code: "unknown_template", Detail: fmt.Sprintf("There is no template %q.", key)}
}

// network must be one of the connection that has the template; without a
// template any of the tenant's will do, so that both faults show at once.
func network(key string, connection uuid.UUID, offers []Offer) fault.Field {
	for _, o := range offers {
		if connection != uuid.Nil && o.Connection != connection {
			continue
		}
		if slices.ContainsFunc(o.Networks, func(n event.Network) bool { return n.Key == key }) {
			return fault.Field{}
		}
	}
	return fault.Field{Field: "network", Code: "unknown_network", Detail: fmt.Sprintf("There is no network %q.", key)}
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

func letter(r rune) bool { return r >= 'a' && r <= 'z' }

func foreign(r rune) bool { return !letter(r) && !(r >= '0' && r <= '9') && r != '-' }
