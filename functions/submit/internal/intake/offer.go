package intake

import (
	"fmt"
	"slices"

	"dcm.io/shared/event"
	"dcm.io/shared/fault"
	"github.com/google/uuid"
)

// An Offer is what one hypervisor connection of the tenant has.
type Offer struct {
	Connection uuid.UUID
	Templates  []event.Template
	Networks   []event.Network
}

// templated finds the template; of several connections that have it, one that
// has the network too.
func templated(key, network string, offers []Offer) (event.Template, uuid.UUID, fault.Field) {
	var found event.Template
	var connection uuid.UUID
	for _, o := range offers {
		at := slices.IndexFunc(o.Templates, func(t event.Template) bool { return t.Key == key })
		if at < 0 {
			continue
		}
		if o.has(network) {
			return o.Templates[at], o.Connection, fault.Field{}
		}
		if connection == uuid.Nil {
			found, connection = o.Templates[at], o.Connection
		}
	}
	if connection == uuid.Nil {
		return found, connection, fault.Field{Field: "template", Code: "unknown_template", Detail: fmt.Sprintf("There is no template %q.", key)}
	}
	return found, connection, fault.Field{}
}

// network must be one of the connection that has the template; without a
// template any of the tenant's will do, so that both faults show at once.
func network(key string, connection uuid.UUID, offers []Offer) fault.Field {
	for _, o := range offers {
		if connection != uuid.Nil && o.Connection != connection {
			continue
		}
		if o.has(key) {
			return fault.Field{}
		}
	}
	return fault.Field{Field: "network", Code: "unknown_network", Detail: fmt.Sprintf("There is no network %q.", key)}
}

func (o Offer) has(network string) bool {
	return slices.ContainsFunc(o.Networks, func(n event.Network) bool { return n.Key == network })
}
