package vsphere

import (
	"context"
	"fmt"
	"sync"

	"github.com/vmware/govmomi/fault"
	"github.com/vmware/govmomi/vim25/types"

	"dcm.io/functions/provision/internal/hypervisor"
	"dcm.io/functions/provision/internal/placement"
)

// Hypervisor is one vCenter. It logs in when it is first used and keeps the
// session; make one per connection and process.
type Hypervisor struct {
	conn Connection
	mu   sync.Mutex
	last *login
}

var _ hypervisor.Hypervisor = (*Hypervisor)(nil)

// New does not connect. Check does.
func New(c Connection) *Hypervisor { return &Hypervisor{conn: c} }

// Close logs out. The Hypervisor may be used again.
func (h *Hypervisor) Close(ctx context.Context) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	l := h.last
	h.last = nil
	if l == nil {
		return nil
	}
	if err := l.close(ctx); err != nil {
		return fmt.Errorf("log out of vCenter: %w", err)
	}
	return nil
}

func (h *Hypervisor) login(ctx context.Context) (*login, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.last != nil {
		return h.last, nil
	}
	l, err := open(ctx, h.conn)
	if err != nil {
		return nil, fmt.Errorf("log in to vCenter: %w", err)
	}
	h.last = l
	return l, nil
}

// forget drops a session that vCenter no longer accepts, unless somebody else has
// replaced it already.
func (h *Hypervisor) forget(l *login) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.last == l {
		h.last = nil
		l.write.CloseIdleConnections()
	}
}

// do runs f in a session, and once more in a new one if vCenter has ended the
// first. A call that was not authenticated changed nothing, and f looks before it
// acts, so beginning again is safe.
func (h *Hypervisor) do(ctx context.Context, what string, f func(*login) error) error {
	for attempt := 1; ; attempt++ {
		l, err := h.login(ctx)
		if err == nil {
			err = f(l)
		}
		if l != nil && fault.Is(err, &types.NotAuthenticated{}) {
			h.forget(l)
			if attempt == 1 {
				continue
			}
		}
		return classify(what, err)
	}
}

// task is what most steps share: find the machine, leave others' alone, begin
// something on it.
func (h *Hypervisor) task(ctx context.Context, step placement.Step, vm placement.VM, begin func(*login, *machine) (*types.ManagedObjectReference, error)) (string, error) {
	var id string
	err := h.do(ctx, string(step), func(l *login) error {
		m, err := l.find(ctx, vm)
		if err != nil {
			return err
		}
		if err := m.usable(step, vm); err != nil {
			return err
		}
		ref, err := begin(l, m)
		if err == nil && ref != nil {
			id = taskID(step, *ref)
		}
		return err
	})
	return id, err
}
