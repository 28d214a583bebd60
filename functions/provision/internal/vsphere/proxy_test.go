package vsphere_test

import (
	"bytes"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/vmware/govmomi/vim25/types"

	"dcm.io/functions/provision/internal/placement"
	"dcm.io/functions/provision/internal/vsphere"
)

// between puts a listener before a vCenter. It sees every call before it is
// carried out, and decides whether the answer is lost: the call is then carried
// out, and the connection breaks.
func between(t *testing.T, v *vcenter, lose func(call []byte) bool) *vsphere.Hypervisor {
	t.Helper()
	proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "https", Host: v.URL.Host})
	proxy.Transport = &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		call, err := io.ReadAll(r.Body)
		if err != nil {
			t.Errorf("read call: %v", err)
		}
		r.Body = io.NopCloser(bytes.NewReader(call))
		if lose(call) {
			proxy.ServeHTTP(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	sum := sha256.Sum256(server.Certificate().Raw)
	c := v.connection()
	c.URL, c.Thumbprint = server.URL, hex.EncodeToString(sum[:])
	return vsphere.New(c)
}

// losing loses the first answers to method.
func losing(method string, times int32) func([]byte) bool {
	var left atomic.Int32
	left.Store(times)
	return func(call []byte) bool {
		return bytes.Contains(call, []byte("<"+method+" ")) && left.Add(-1) >= 0
	}
}

func TestAnswerToACloneIsLost(t *testing.T) {
	t.Parallel()
	f := fixture{newVCenter(t)}
	h, vm := between(t, f.vcenter, losing("CloneVM_Task", 1)), specify(t, nil)
	_, err := h.Clone(t.Context(), vm)
	wantFault(t, err, placement.Unreachable, true)
	driveTo(t, h, vm, ready)
	if n := f.Count(t, vm); n != 1 {
		t.Errorf("want one machine, got %d", n)
	}
}

func TestAnswersToReadsAreAskedForAgain(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"FindAllByUuid", "RetrievePropertiesEx"} {
		v := newVCenter(t)
		h, vm := between(t, v, losing(method, 2)), specify(t, nil)
		if _, err := h.Clone(t.Context(), vm); err != nil {
			t.Errorf("%s: %v", method, err)
		}
	}
}

func TestAnswersToStepsAreNotAskedForAgain(t *testing.T) {
	t.Parallel()
	v := newVCenter(t)
	h, vm := between(t, v, losing("PowerOnVM_Task", 1)), specify(t, nil)
	driveTo(t, h, vm, placement.StepPowerOn)
	_, err := h.PowerOn(t.Context(), vm)
	wantFault(t, err, placement.Unreachable, true)
	driveTo(t, h, vm, ready)
}

// TestCloneEndsBetweenTwoLooks: the machine is read before the clone has marked
// it, and the template's tasks after the clone has ended.
func TestCloneEndsBetweenTwoLooks(t *testing.T) {
	t.Parallel()
	f := fixture{newVCenter(t)}
	vm := specify(t, nil)
	f.Plant(t, vm)
	var marked sync.Once
	h := between(t, f.vcenter, func(call []byte) bool {
		if bytes.Contains(call, []byte("recentTask")) {
			marked.Do(func() {
				f.wait(t)(f.find(t, vm.Folder+"/"+vm.Name).Reconfigure(t.Context(), types.VirtualMachineConfigSpec{
					ExtraConfig: []types.BaseOptionValue{
						&types.OptionValue{Key: "dcm.request.id", Value: vm.RequestID.String()},
						&types.OptionValue{Key: "dcm.tenant.id", Value: vm.TenantID.String()},
					},
				}))
			})
		}
		return false
	})
	if o, err := h.Observe(t.Context(), vm, ""); err != nil || o.Presence != placement.Ours {
		t.Errorf("want ours, got %+v, %v", o, err)
	}
}
