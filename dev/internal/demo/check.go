package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"dcm.io/dev/internal/client"
	"dcm.io/dev/internal/stack"
	"github.com/vmware/govmomi/session"
	"github.com/vmware/govmomi/view"
	"github.com/vmware/govmomi/vim25"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
)

// OneMachine asks the vCenter itself whether it has the request's machine, once,
// and describes it.
func OneMachine(ctx context.Context, r stack.Run, request client.Request) (string, error) {
	u, err := soap.ParseURL(r.VCenter)
	if err != nil {
		return "", fmt.Errorf("read the vCenter's address: %w", err)
	}
	transport := soap.NewClient(u, true) // the simulator's certificate is its own; provision checks it
	c, err := vim25.NewClient(ctx, transport)
	if err != nil {
		return "", fmt.Errorf("reach the vCenter: %w", err)
	}
	sessions := session.NewManager(c)
	if err := sessions.Login(ctx, url.UserPassword(r.VCUser, r.VCPassword)); err != nil {
		return "", fmt.Errorf("log in to the vCenter: %w", err)
	}
	defer func() { _ = sessions.Logout(ctx) }()
	all, err := view.NewManager(c).CreateContainerView(ctx, c.ServiceContent.RootFolder, []string{"VirtualMachine"}, true)
	if err != nil {
		return "", fmt.Errorf("list the machines: %w", err)
	}
	var machines []mo.VirtualMachine
	if err := all.Retrieve(ctx, []string{"VirtualMachine"}, []string{"name", "config.extraConfig", "guest.ipAddress", "config.hardware"}, &machines); err != nil {
		return "", fmt.Errorf("read the machines: %w", err)
	}
	var found []mo.VirtualMachine
	for _, m := range machines {
		if marked(m, request.ID) {
			found = append(found, m)
		}
	}
	if len(found) != 1 {
		return "", fmt.Errorf("%d machines carry the request's id", len(found))
	}
	m, address := found[0], "no address yet"
	if m.Guest != nil && m.Guest.IpAddress != "" {
		address = m.Guest.IpAddress
	}
	return fmt.Sprintf("%s, %d vCPU, %d MiB, %s", m.Name, m.Config.Hardware.NumCPU, m.Config.Hardware.MemoryMB, address), nil
}

func marked(m mo.VirtualMachine, request string) bool {
	if m.Config == nil {
		return false
	}
	for _, o := range m.Config.ExtraConfig {
		if v := o.GetOptionValue(); v.Key == "dcm.request.id" && v.Value == request {
			return true
		}
	}
	return false
}

// mails waits for what the requester must be told, and counts it.
func mails(ctx context.Context, r stack.Run, name string) (string, error) {
	const expected = 3 // submitted, approved, ready
	for {
		got, err := subjects(ctx, r, "jana.vogel@acme.example", name)
		if err != nil {
			return "", err
		}
		slices.Sort(got)
		if len(slices.Compact(slices.Clone(got))) != len(got) {
			return "", fmt.Errorf("a mail came twice: %q", got)
		}
		if len(got) == expected {
			return strings.Join(got, "; "), nil
		}
		if len(got) > expected {
			return "", fmt.Errorf("too many mails: %q", got)
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return "", errors.Join(fmt.Errorf("only these mails arrived: %q", got), ctx.Err())
		}
	}
}

func subjects(ctx context.Context, r stack.Run, to, name string) ([]string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.Mail+"/api/mails?to="+url.QueryEscape(to), http.NoBody)
	if err != nil {
		return nil, fmt.Errorf("address the mailbox: %w", err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, fmt.Errorf("ask the mailbox: %w", err)
	}
	defer resp.Body.Close()
	var answer struct {
		Mails []struct {
			Subject string `json:"subject"`
		} `json:"mails"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		return nil, fmt.Errorf("read the mailbox: %w", err)
	}
	var all []string
	for _, m := range answer.Mails {
		if strings.Contains(m.Subject, name) {
			all = append(all, m.Subject)
		}
	}
	return all, nil
}
