package placement

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/google/uuid"
)

var (
	site  = Site{Folder: "/DC0/vm/dcm/", ResourcePool: "/DC0/host/C/Resources", Datastore: "/DC0/datastore/ds"}
	order = Order{
		RequestID: uuid.MustParse("01999999-0000-7000-8000-000000000001"),
		TenantID:  uuid.MustParse("00000000-0000-4000-8000-00000000000a"),
		Tenant:    "acme", Name: "Web-Server", Template: "/DC0/vm/t", Network: "/DC0/network/n",
		OS: Linux, VCPU: 2, RAMGiB: 4, DiskGiB: 50,
	}
)

func specify(t *testing.T, change func(*Order)) VM {
	t.Helper()
	o := order
	if change != nil {
		change(&o)
	}
	vm, err := Specify(o, site)
	if err != nil {
		t.Fatal(err)
	}
	return vm
}

func TestSpecify(t *testing.T) {
	t.Parallel()
	vm := specify(t, nil)
	want := VM{
		RequestID: order.RequestID, TenantID: order.TenantID,
		Name: "web-server-" + vm.InstanceUUID.String()[:8], Hostname: vm.Name, Domain: "internal",
		// Frozen: another value would orphan every machine being made.
		InstanceUUID: uuid.MustParse("1439ee00-8cee-5f8a-a5d2-6d7723be68b4"),
		Folder:       "/DC0/vm/dcm/acme", ResourcePool: site.ResourcePool, Datastore: site.Datastore,
		TemplatePath: "/DC0/vm/t", NetworkPath: "/DC0/network/n", OS: Linux, VCPU: 2, RAMGiB: 4, DiskGiB: 50,
	}
	if !reflect.DeepEqual(vm, want) {
		t.Errorf("want %+v\n got %+v", want, vm)
	}
	if vm.InstanceUUID.Version() != 5 {
		t.Errorf("want a UUID of version 5, got %d", vm.InstanceUUID.Version())
	}
}

func TestSpecifyIsDeterministicAndDistinct(t *testing.T) {
	t.Parallel()
	if a, b := specify(t, nil), specify(t, nil); !reflect.DeepEqual(a, b) {
		t.Errorf("same order, different machines: %+v, %+v", a, b)
	}
	// The second id differs only in its end, as ids of the same moment do.
	a, b := specify(t, nil), specify(t, func(o *Order) { o.RequestID[15]++ })
	if a.Name == b.Name || a.InstanceUUID == b.InstanceUUID {
		t.Errorf("different requests, same machine: %s, %s", a.Name, b.Name)
	}
}

func TestSpecifyKeepsLimits(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		os    OS
		asked string
		limit int
	}{
		"Linux":           {Linux, strings.Repeat("a", NameLimit), 63},
		"WindowsLong":     {Windows, strings.Repeat("a", NameLimit), 15},
		"WindowsShort":    {Windows, "db", 15},
		"WindowsHyphened": {Windows, "build-server", 15},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			vm := specify(t, func(o *Order) { o.OS, o.Name = tc.os, tc.asked })
			if len(vm.Hostname) > tc.limit || len(vm.Name) > 80 || strings.Contains(vm.Hostname, "--") {
				t.Errorf("name %s, host name %s", vm.Name, vm.Hostname)
			}
			if !strings.HasSuffix(vm.Hostname, vm.InstanceUUID.String()[:8]) {
				t.Errorf("host name %s is not unique", vm.Hostname)
			}
		})
	}
}

func TestSpecifyRefuses(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*Order){
		"Name":     func(o *Order) { o.Name = "a b" },
		"Request":  func(o *Order) { o.RequestID = uuid.Nil },
		"System":   func(o *Order) { o.OS = "beos" },
		"Size":     func(o *Order) { o.VCPU = 0 },
		"Template": func(o *Order) { o.Template = "" },
		"Tenant":   func(o *Order) { o.Tenant = "" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := order
			change(&o)
			if _, err := Specify(o, site); err == nil {
				t.Error("want an error")
			}
		})
	}
	if _, err := Specify(order, Site{}); err == nil {
		t.Error("want an error for an empty site")
	}
	o := order
	o.Name = ""
	var fault *NameError
	if _, err := Specify(o, site); !errors.As(err, &fault) {
		t.Errorf("want a NameError, got %v", err)
	}
}

func TestVMSurvivesJSON(t *testing.T) {
	t.Parallel()
	vm := specify(t, nil)
	vm.Address = &Address{IP: "192.0.2.7", Netmask: "255.255.255.0", DNS: []string{"192.0.2.53"}}
	text, err := json.Marshal(vm)
	if err != nil {
		t.Fatal(err)
	}
	var back VM
	if err := json.Unmarshal(text, &back); err != nil || !reflect.DeepEqual(vm, back) {
		t.Errorf("want %+v, got %+v, %v", vm, back, err)
	}
}
