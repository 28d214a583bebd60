package vsphere_test

import (
	"context"
	"crypto/tls"
	"net/url"
	"strings"
	"testing"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"

	"dcm.io/functions/provision/internal/placement"
	"dcm.io/functions/provision/internal/vsphere"
)

func TestConnection(t *testing.T) {
	t.Parallel()
	v := newVCenter(t)
	for name, tc := range map[string]struct {
		reason string
		change func(*vsphere.Connection)
		code   placement.Code
	}{
		"Thumbprint":      {"as vCenter shows it", func(*vsphere.Connection) {}, ""},
		"PlainThumbprint": {"as openssl may show it", func(c *vsphere.Connection) { c.Thumbprint = strings.ToLower(strings.ReplaceAll(c.Thumbprint, ":", "")) }, ""},
		"Authority":       {"a certificate signed by a known authority", func(c *vsphere.Connection) { c.Thumbprint, c.CA = "", authority(v) }, ""},
		"OtherThumbprint": {"somebody in between", func(c *vsphere.Connection) { c.Thumbprint = strings.Repeat("AB", 32) }, placement.CertificateUntrusted},
		"OtherThumbprintOfKnownAuthority": {
			"a thumbprint is no hint", func(c *vsphere.Connection) { c.Thumbprint, c.CA = strings.Repeat("AB", 32), authority(v) },
			placement.CertificateUntrusted,
		},
		"ShortThumbprint": {"SHA-1 is not enough", func(c *vsphere.Connection) { c.Thumbprint = v.CertificateInfo().ThumbprintSHA1 }, placement.CertificateUntrusted},
		"NoTrust":         {"self-signed", func(c *vsphere.Connection) { c.Thumbprint = "" }, placement.CertificateUntrusted},
		"BrokenAuthority": {"no certificate at all", func(c *vsphere.Connection) { c.Thumbprint, c.CA = "", "hello" }, placement.CertificateUntrusted},
		"Password":        {"wrong", func(c *vsphere.Connection) { c.Password = "guess" }, placement.CredentialsRefused},
		"Plain":           {"the password would travel in the clear", func(c *vsphere.Connection) { c.URL = "http://" + v.URL.Host }, placement.Refused},
		"Empty":           {"no address", func(c *vsphere.Connection) { c.URL = "" }, placement.Refused},
		"Credentials":     {"they would end in logs", func(c *vsphere.Connection) { c.URL = "https://a:b@" + v.URL.Host }, placement.Refused},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := v.connection()
			tc.change(&c)
			_, err := vsphere.New(c).Check(t.Context())
			if tc.code != "" {
				wantFault(t, err, tc.code, false)
			} else if err != nil {
				t.Errorf("%s: %v", tc.reason, err)
			}
			if err != nil && strings.Contains(err.Error(), c.Password) {
				t.Errorf("error contains the password: %v", err)
			}
		})
	}
}

func TestUnreachable(t *testing.T) {
	t.Parallel()
	v := newVCenter(t)
	h := v.connect(t)
	v.Close()
	_, err := h.Check(t.Context())
	wantFault(t, err, placement.Unreachable, true)
	_, err = h.Observe(t.Context(), specify(t, nil), "")
	wantFault(t, err, placement.Unreachable, true)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = h.Clone(ctx, specify(t, nil))
	wantFault(t, err, placement.Interrupted, true)
}

func TestSingleHostIsRefused(t *testing.T) {
	t.Parallel()
	model := simulator.ESX()
	if err := model.Create(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(model.Remove)
	model.Service.TLS = new(tls.Config)
	model.Service.Listen = &url.URL{Host: "127.0.0.1:0", User: url.UserPassword("dcm", "s3cret")}
	server := model.Service.NewServer()
	t.Cleanup(server.Close)
	_, err := vsphere.New((&vcenter{Server: server}).connection()).Check(t.Context())
	wantFault(t, err, placement.NotVCenter, false)
}

func TestSessionIsReused(t *testing.T) {
	t.Parallel()
	v := newVCenter(t)
	h, vm := v.connect(t), specify(t, nil)
	driveTo(t, h, vm, placement.StepCustomize)
	v.fail("Login", &types.InvalidLogin{}, 0)
	driveTo(t, h, vm, ready)
}

func TestSessionEndsBetweenSteps(t *testing.T) {
	t.Parallel()
	f := fixture{newVCenter(t)}
	h, vm := f.connect(t), specify(t, nil)
	for _, step := range placement.Steps {
		driveTo(t, h, vm, step)
		f.terminateSessions(t)
		if _, err := h.Observe(t.Context(), vm, ""); err != nil {
			t.Errorf("want a new session at once, got %v", err)
		}
		f.terminateSessions(t)
	}
	if err := h.Close(t.Context()); err == nil {
		t.Error("want an error from logging out of an ended session")
	}
	driveTo(t, h, vm, ready)
	if n := f.Count(t, vm); n != 1 {
		t.Errorf("want one machine, got %d", n)
	}
}

func TestCheckListsTheInventory(t *testing.T) {
	t.Parallel()
	v := newVCenter(t)
	inv, err := v.connect(t).Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	systems := map[string]placement.OS{}
	for _, template := range inv.Templates {
		systems[template.Path] = template.OS
		if template.DiskGiB != 10 || template.VCPU != 1 || template.Guest == "" && template.Path == "" {
			t.Errorf("template %+v", template)
		}
	}
	if len(systems) != 2 || systems[linuxTemplate] != placement.Linux || systems[windowsTemplate] != placement.Windows {
		t.Errorf("templates %v", systems)
	}
	for _, network := range inv.Networks {
		if strings.Contains(network.Name, "Uplink") {
			t.Errorf("an uplink is offered: %+v", network)
		}
	}
	if len(inv.Networks) != 3 {
		t.Errorf("networks %+v", inv.Networks)
	}
}
