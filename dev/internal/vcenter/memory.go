package vcenter

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"time"

	"github.com/vmware/govmomi/vim25/types"
)

// setProperty is the simulator's extraConfig prefix that writes a property: it
// gives a machine the address it had.
const setProperty = "SET."

func (v *VCenter) file() string { return filepath.Join(v.cfg.Dir, "machines.json") }

// save writes the machines down, whole or not at all.
func (v *VCenter) save() error {
	content, err := json.MarshalIndent(v.VMs(), "", "  ")
	if err != nil {
		return fmt.Errorf("save the machines: %w", err)
	}
	draft := v.file() + ".new"
	if err := os.WriteFile(draft, content, 0o600); err != nil {
		return fmt.Errorf("save the machines: %w", err)
	}
	if err := os.Rename(draft, v.file()); err != nil {
		return fmt.Errorf("save the machines: %w", err)
	}
	return nil
}

func (v *VCenter) saveRegularly() {
	tick := time.NewTicker(saveEvery)
	defer tick.Stop()
	var last []Machine
	for {
		select {
		case <-v.stop:
			return
		case <-tick.C:
		}
		now := v.VMs()
		if reflect.DeepEqual(now, last) {
			continue
		}
		if err := v.save(); err != nil {
			v.cfg.Logger.Warn("vcenter state is not saved", "error", err)
			continue
		}
		last = now
	}
}

// restore makes the machines of the last run again. One that cannot be made is
// left out and said: it must not keep the others away.
func (v *VCenter) restore(ctx context.Context, b *builder) error {
	content, err := os.ReadFile(v.file())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	var machines []Machine
	if err == nil {
		err = json.Unmarshal(content, &machines)
	}
	if err != nil {
		return fmt.Errorf("read the saved machines: %w", err)
	}
	for _, m := range machines {
		if err := b.restore(ctx, m); err != nil {
			v.cfg.Logger.WarnContext(ctx, "machine of the last run is not restored", "machine", m.Name, "error", err)
		}
	}
	return nil
}

func (b *builder) restore(ctx context.Context, m Machine) error {
	folder, err := b.finder.Folder(ctx, m.Folder)
	if err != nil {
		return fmt.Errorf("find its folder: %w", err)
	}
	pool, err := b.finder.ResourcePool(ctx, Cluster+"/Resources/"+m.Pool)
	if err != nil {
		return fmt.Errorf("find its resource pool: %w", err)
	}
	vm, err := b.machine(ctx, folder, pool, types.VirtualMachineConfigSpec{
		Name: m.Name, GuestId: m.GuestID, InstanceUuid: m.InstanceUUID,
		NumCPUs: m.CPUs, MemoryMB: m.MemoryMB, Annotation: m.Annotation,
	}, m.Network, m.DiskKB)
	if err != nil {
		return err
	}
	if m.PowerState == string(types.VirtualMachinePowerStatePoweredOn) {
		task, err := vm.PowerOn(ctx)
		if err == nil {
			err = task.Wait(ctx)
		}
		if err != nil {
			return fmt.Errorf("power on: %w", err)
		}
	}
	task, err := vm.Reconfigure(ctx, types.VirtualMachineConfigSpec{ExtraConfig: m.options()})
	if err == nil {
		err = task.Wait(ctx)
	}
	if err != nil {
		return fmt.Errorf("set its extra configuration: %w", err)
	}
	return nil
}

// options are the machine's extraConfig, and its guest's address and name.
func (m Machine) options() []types.BaseOptionValue {
	var all []types.BaseOptionValue
	for key, value := range m.ExtraConfig {
		if !strings.HasPrefix(key, setProperty) {
			all = append(all, &types.OptionValue{Key: key, Value: value})
		}
	}
	if m.Address != "" {
		all = append(all, &types.OptionValue{Key: setProperty + "guest.ipAddress", Value: m.Address})
	}
	if m.Hostname != "" {
		all = append(all, &types.OptionValue{Key: setProperty + "guest.hostName", Value: m.Hostname})
	}
	return all
}
