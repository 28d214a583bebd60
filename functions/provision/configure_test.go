package main

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"dcm.io/functions/provision/internal/secret"
	"dcm.io/shared/event"
	"github.com/vmware/govmomi/simulator"
)

// vcenter is a simulated vCenter whose one machine is a template.
func vcenter(t *testing.T) *simulator.Server {
	t.Helper()
	model := simulator.VPX()
	model.Host, model.Portgroup, model.Machine = 0, 1, 1
	if err := model.Create(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(model.Remove)
	vm := model.Map().Any("VirtualMachine").(*simulator.VirtualMachine)
	vm.Config.Template, vm.Summary.Config.Template = true, true
	model.Service.TLS = new(tls.Config)
	model.Service.Listen = &url.URL{Host: "127.0.0.1:0", User: url.UserPassword("dcm", "s3cret")}
	server := model.Service.NewServer()
	t.Cleanup(server.Close)
	return server
}

// form is a connection to the simulated vCenter that can be used, changed by change.
func form(v *simulator.Server, change func(map[string]any)) map[string]any {
	f := map[string]any{
		"kind": "vsphere", "name": "Main site", "url": "https://" + v.URL.Host, "thumbprint": v.CertificateInfo().ThumbprintSHA256,
		"user": "dcm", "password": "s3cret", "datacenter": "/DC0", "folder": "/DC0/vm/dcm",
		"resource_pool": "/DC0/host/DC0_C0/Resources", "datastore": "/DC0/datastore/LocalDS_0",
		"templates": []map[string]string{{"key": "linux", "name": "Linux", "os": "linux", "path": "/DC0/vm/DC0_C0_RP0_VM0"}},
		"networks":  []map[string]string{{"key": "lan", "name": "LAN", "path": "/DC0/network/DC0_DVPG0"}},
	}
	if change != nil {
		change(f)
	}
	return f
}

func TestConfigure(t *testing.T) {
	t.Parallel()
	b, v := setup(t), vcenter(t)
	a := b.configure("tina", "c1", form(v, nil))
	if a.Status != 201 || a.ID != event.DeriveID(tenant, "connection", "Main site") {
		t.Fatalf("answer %+v", a)
	}
	if got, want := b.shelf.kept[a.ID], (secret.Credentials{User: "dcm", Password: "s3cret"}); got != want {
		t.Errorf("kept %+v", got)
	}
	facts := b.log.Facts(tenant)
	if len(facts) != 1 || facts[0].Stream != a.ID || facts[0].Actor != event.Person(people["tina"].Person) {
		t.Fatalf("facts %+v", facts)
	}
	if bytes.Contains(facts[0].Data, []byte("s3cret")) || bytes.Contains(facts[0].Data, []byte("password")) {
		t.Errorf("the log knows the password: %s", facts[0].Data)
	}
	f, ok := facts[0].Fact.(event.ConnectionConfigured)
	if !ok || f.Templates[0].Path != "/DC0/vm/DC0_C0_RP0_VM0" || f.Folder != "/DC0/vm/dcm" {
		t.Errorf("fact %+v", f)
	}
}

func TestConfigureRefuses(t *testing.T) {
	t.Parallel()
	v := vcenter(t)
	set := func(key string, value any) func(map[string]any) { return func(f map[string]any) { f[key] = value } }
	templates := func(t ...map[string]string) func(map[string]any) { return set("templates", t) }
	linux := map[string]string{"key": "linux", "os": "linux", "path": "/DC0/vm/DC0_C0_RP0_VM0"}
	for name, tc := range map[string]struct {
		reason string
		who    string
		change func(map[string]any)
		status int
		code   string
		errors []string
		facts  int
	}{
		"User":            {"not theirs to do; that is remembered", "uwe", nil, 403, "not_allowed", nil, 1},
		"Nobody":          {"no token", "", nil, 401, "no_token", nil, 0},
		"Unknown":         {"a field that DCM does not know", "tina", set("passwort", "x"), 422, "bad_data", []string{":bad_json"}, 0},
		"Password":        {"vCenter does not take it", "tina", set("password", "guess"), 422, "invalid_connection", []string{"password:credentials_refused"}, 0},
		"Thumbprint":      {"somebody in between", "tina", set("thumbprint", strings.Repeat("AB", 32)), 422, "invalid_connection", []string{"thumbprint:certificate_untrusted"}, 0},
		"NoThumbprint":    {"the system does not trust it either", "tina", set("thumbprint", ""), 422, "invalid_connection", []string{"thumbprint:certificate_untrusted"}, 0},
		"Nowhere":         {"nobody answers", "tina", set("url", "https://127.0.0.1:1"), 422, "invalid_connection", []string{"url:unreachable"}, 0},
		"Plain":           {"the password would travel in the clear", "tina", set("url", "http://"+v.URL.Host), 422, "invalid_connection", []string{"url:refused"}, 0},
		"Template":        {"it is not there", "tina", templates(linux, map[string]string{"key": "none", "os": "linux", "path": "/DC0/vm/none"}), 422, "invalid_connection", []string{"templates.1.path:not_there"}, 0},
		"TemplateOS":      {"nobody knows how to customize it", "tina", templates(map[string]string{"key": "beos", "os": "beos", "path": "/DC0/vm/DC0_C0_RP0_VM0"}), 422, "invalid_connection", []string{"templates.0.os:unknown_os"}, 0},
		"TemplateKeys":    {"requests name templates by their keys", "tina", templates(linux, linux, map[string]string{"os": "linux", "path": "/DC0/vm/DC0_C0_RP0_VM0"}), 422, "invalid_connection", []string{"templates.1.key:duplicate", "templates.2.key:required"}, 0},
		"Network":         {"an uplink is none; and a key is needed", "tina", set("networks", []map[string]string{{"path": "/DC0/network/DVS0-DVUplinks-10"}}), 422, "invalid_connection", []string{"networks.0.path:not_there", "networks.0.key:required"}, 0},
		"Pool":            {"machines need one", "tina", set("resource_pool", ""), 422, "invalid_connection", []string{"resource_pool:not_there"}, 0},
		"Datastore":       {"it is not there", "tina", set("datastore", "/DC0/datastore/none"), 422, "invalid_connection", []string{"datastore:not_there"}, 0},
		"NoFolder":        {"every build would be refused", "tina", set("folder", ""), 422, "invalid_connection", []string{"folder:not_there"}, 0},
		"OtherDatacenter": {"every build would be refused", "tina", set("folder", "/DC0/vmx"), 422, "invalid_connection", []string{"folder:not_there"}, 0},
		"Everything": {
			"all at once", "tina", func(f map[string]any) {
				f["name"], f["kind"], f["resource_pool"], f["folder"] = "", "hyperv", "/x", "/y"
			}, 422, "invalid_connection",
			[]string{"name:required", "kind:unknown_kind", "resource_pool:not_there", "folder:not_there"},
			0,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			a := b.configure(tc.who, "c1", form(v, tc.change))
			var got []string
			for _, f := range a.Errors {
				got = append(got, f.Field+":"+f.Code)
			}
			if a.Status != tc.status || a.Code != tc.code || !slices.Equal(got, tc.errors) {
				t.Errorf("%s: got %+v", tc.reason, a)
			}
			if len(b.shelf.kept) != 0 {
				t.Errorf("%s: credentials were kept", tc.reason)
			}
			facts := b.log.Facts(tenant)
			if len(facts) != tc.facts {
				t.Fatalf("%s: facts %+v", tc.reason, facts)
			}
			want := event.AccessDenied{Action: "connection.configure", Reason: "not_allowed", Function: "provision"}
			if tc.facts == 1 && facts[0].Fact != want {
				t.Errorf("%s: want %+v, got %+v", tc.reason, want, facts[0].Fact)
			}
			for _, e := range facts {
				if text, err := json.Marshal(e); err != nil || bytes.Contains(text, []byte("s3cret")) {
					t.Errorf("%s: the log knows the password: %s, %v", tc.reason, text, err)
				}
			}
		})
	}
}

// TestConfigureAgain: by another command it is changed, by the same nothing is.
func TestConfigureAgain(t *testing.T) {
	t.Parallel()
	b, v := setup(t), vcenter(t)
	old, changed := form(v, nil), form(v, func(f map[string]any) { f["datastore"] = "" })
	first := b.configure("tina", "c1", old)
	if again := b.configure("tina", "c1", old); !reflect.DeepEqual(again, first) {
		t.Errorf("want the same answer, got %+v and %+v", first, again)
	}
	if second := b.configure("tina", "c2", changed); second.Status != 201 || second.ID != first.ID {
		t.Errorf("changed: %+v", second)
	}
	b.shelf.kept[first.ID] = secret.Credentials{User: "the", Password: "newest"}
	if replay := b.configure("tina", "c1", old); replay.Status != 201 {
		t.Errorf("replayed: %+v", replay)
	}
	if reused := b.configure("tina", "c1", changed); reused.Status != 409 || reused.Code != "id_reused" {
		t.Errorf("the same id with other content: %+v", reused)
	}
	if got := b.shelf.kept[first.ID].Password; got != "newest" {
		t.Errorf("a command that changed nothing has brought the password %q back", got)
	}
	if n := len(b.log.Facts(tenant)); n != 2 {
		t.Errorf("%d facts, want 2", n)
	}
}
