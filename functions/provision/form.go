package main

import (
	"fmt"
	"slices"
	"strings"

	"dcm.io/functions/provision/internal/hypervisor"
	"dcm.io/functions/provision/internal/placement"
	"dcm.io/shared/event"
	"dcm.io/shared/fault"
)

// connectionForm is the content of the command io.dcm.connection.configure. The
// connection's id is derived from its name, so that configuring it again
// changes it.
type connectionForm struct {
	event.ConnectionConfigured
	User     string `json:"user"`
	Password string `json:"password"`
}

// fieldOf names the field of the form that a fault of connecting is about.
func fieldOf(c placement.Code) string {
	switch c {
	case placement.CredentialsRefused:
		return "password"
	case placement.CertificateUntrusted:
		return "thumbprint"
	}
	return "url"
}

// faults collects what is wrong with a form.
type faults []fault.Field

func (f *faults) add(field, code, format string, args ...any) {
	*f = append(*f, fault.Field{Field: field, Code: code, Detail: fmt.Sprintf(format, args...)})
}

// need wants a path to be there.
func (f *faults) need(field, path string, there bool) {
	if !there {
		f.add(field, "not_there", "The hypervisor has no %q.", path)
	}
}

// keys wants each to have one, and one of its own: requests name them.
func (f *faults) keys(field string, keys []string) {
	for i, k := range keys {
		switch {
		case k == "":
			f.add(fmt.Sprintf("%s.%d.key", field, i), "required", "Give it a key.")
		case slices.Contains(keys[:i], k):
			f.add(fmt.Sprintf("%s.%d.key", field, i), "duplicate", "The key %q is used already.", k)
		}
	}
}

// check lists everything that is wrong with a connection, and what it names that
// the hypervisor does not have.
func check(c event.ConnectionConfigured, have hypervisor.Inventory) []fault.Field {
	var f faults
	if c.Name == "" {
		f.add("name", "required", "Give the connection a name.")
	}
	if c.Kind != "vsphere" {
		f.add("kind", "unknown_kind", "Only vsphere.")
	}
	f.need("resource_pool", c.ResourcePool, hasPlace(have.ResourcePools, c.ResourcePool))
	f.need("datastore", c.Datastore, c.Datastore == "" || slices.ContainsFunc(have.Datastores, func(s hypervisor.Store) bool { return s.Path == c.Datastore }))
	f.need("folder", c.Folder, slices.ContainsFunc(have.Folders, func(p hypervisor.Place) bool { return strings.HasPrefix(c.Folder+"/", p.Path+"/") }))
	f.networks(c.Networks, have)
	f.templates(c.Templates, have)
	return f
}

func (f *faults) networks(networks []event.Network, have hypervisor.Inventory) {
	keys := make([]string, len(networks))
	for i, n := range networks {
		keys[i] = n.Key
		f.need(fmt.Sprintf("networks.%d.path", i), n.Path, hasPlace(have.Networks, n.Path))
	}
	f.keys("networks", keys)
}

func (f *faults) templates(templates []event.Template, have hypervisor.Inventory) {
	keys := make([]string, len(templates))
	for i, t := range templates {
		keys[i] = t.Key
		f.need(fmt.Sprintf("templates.%d.path", i), t.Path, slices.ContainsFunc(have.Templates, func(h hypervisor.Template) bool { return h.Path == t.Path }))
		if os := placement.OS(t.OS); os != placement.Linux && os != placement.Windows {
			f.add(fmt.Sprintf("templates.%d.os", i), "unknown_os", "Either linux or windows.")
		}
	}
	f.keys("templates", keys)
}

func hasPlace(places []hypervisor.Place, path string) bool {
	return slices.ContainsFunc(places, func(p hypervisor.Place) bool { return p.Path == path })
}
