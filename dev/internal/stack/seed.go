package stack

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"dcm.io/dev/internal/client"
	"dcm.io/dev/internal/vcenter"
	"golang.org/x/sync/errgroup"
)

// Seed lets every person come by once, so that approvers can be told of their
// first request, and has an administrator of each customer save its hypervisor
// connection with provision: through the same doors as in production, every time
// again.
func Seed(ctx context.Context, r Run, provision string) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(4)
	for _, p := range r.People {
		g.Go(func() error {
			c, err := client.Login(ctx, r.Portal, r.Issuer, p.Username, p.Password)
			if err != nil {
				return err
			}
			if err := c.Get(ctx, "/api/v1/me", nil); err != nil {
				return fmt.Errorf("introduce %s: %w", p.Username, err)
			}
			if slices.Contains(p.Roles, "tenant_admin") {
				return connect(ctx, c, r, provision, p.Tenant)
			}
			return nil
		})
	}
	return g.Wait()
}

// connect saves a tenant's connection to the simulated vCenter. The command's id
// holds what it says, so that an unchanged connection is recorded once.
func connect(ctx context.Context, c *client.Client, r Run, provision, slug string) error {
	form := map[string]any{
		"kind": "vsphere", "name": "vcenter", "url": r.VCenter, "thumbprint": r.Thumbprint,
		"user": r.VCUser, "password": r.VCPassword, "datacenter": vcenter.Datacenter,
		"resource_pool": "/" + vcenter.Datacenter + "/host/" + vcenter.Cluster + "/Resources/" + slug,
		"datastore":     "/" + vcenter.Datacenter + "/datastore/" + vcenter.Datastore,
		"folder":        "/" + vcenter.Datacenter + "/vm", "templates": templates(), "networks": networks(slug),
	}
	text, err := json.Marshal(form)
	if err != nil {
		return fmt.Errorf("describe the connection: %w", err)
	}
	id := fmt.Sprintf("connect-%s-%x", slug, sha256.Sum256(text))
	if err := c.Command(ctx, provision, "io.dcm.connection.configure", id, "", form, nil); err != nil {
		return fmt.Errorf("connect %s to its hypervisor: %w", slug, err)
	}
	return nil
}

func templates() []map[string]string {
	names := map[string]string{"ubuntu-24.04": "Ubuntu 24.04 LTS", "debian-12": "Debian 12", "windows-2022": "Windows Server 2022"}
	var all []map[string]string
	for _, t := range vcenter.Templates {
		os := "linux"
		if strings.HasPrefix(t.Name, "windows") {
			os = "windows"
		}
		all = append(all, map[string]string{
			"key": t.Name, "name": names[t.Name], "os": os,
			"path": "/" + vcenter.Datacenter + "/vm/" + vcenter.TemplateFolder + "/" + t.Name,
		})
	}
	return all
}

func networks(slug string) []map[string]string {
	names := map[string]string{"prod": "Production", "dmz": "DMZ"}
	var all []map[string]string
	for _, n := range vcenter.Networks(slug) {
		key := strings.TrimPrefix(n, slug+"-")
		all = append(all, map[string]string{"key": key, "name": names[key], "path": "/" + vcenter.Datacenter + "/network/" + n})
	}
	return all
}
