package docket_test

import (
	"testing"

	"dcm.io/shared/docket"
	"dcm.io/shared/offering"
)

func TestDefault(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		vcpu, ram, disk int
		rule, outcome   string
		reason          string
	}{
		"Small":        {vcpu: 2, ram: 4, disk: 50, rule: "small-machines", outcome: docket.Approve, reason: "the bounds are inclusive"},
		"Smaller":      {vcpu: 1, ram: 1, disk: 10, rule: "small-machines", outcome: docket.Approve, reason: "below all bounds"},
		"TooManyCores": {vcpu: 3, ram: 4, disk: 50, rule: "needs-approver", outcome: docket.Require, reason: "one bound is enough"},
		"TooMuchRAM":   {vcpu: 2, ram: 5, disk: 50, rule: "needs-approver", outcome: docket.Require, reason: "one bound is enough"},
		"TooMuchDisk":  {vcpu: 2, ram: 4, disk: 51, rule: "needs-approver", outcome: docket.Require, reason: "one bound is enough"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := docket.Default.Evaluate(docket.Facts{Size: "X", VCPU: tc.vcpu, RAMGiB: tc.ram, DiskGiB: tc.disk, MonthlyCents: 1})
			if r.Rule != tc.rule || r.Outcome != tc.outcome || r.Policy != "default" || r.Version != 1 {
				t.Errorf("receipt %+v: %s", r, tc.reason)
			}
			for _, looked := range []string{"size", "vcpu", "ram_gib", "disk_gib", "monthly_cents", "small_vcpu", "small_ram_gib", "small_disk_gib"} {
				if r.Inputs[looked] == nil {
					t.Errorf("the receipt does not say what %s was", looked)
				}
			}
		})
	}
}

// TestOffering: only the smallest size is approved without asking.
func TestOffering(t *testing.T) {
	t.Parallel()
	for i, s := range offering.Sizes {
		r := docket.Default.Evaluate(docket.Facts{Size: s.Key, VCPU: s.VCPU, RAMGiB: s.RAMGiB, DiskGiB: s.DiskGiB, MonthlyCents: s.MonthlyCents})
		if (r.Outcome == docket.Approve) != (i == 0) {
			t.Errorf("size %s: %s", s.Key, r.Outcome)
		}
	}
}
