// Package docket holds the policy that says who must approve what. A docket is
// a list of rules with a version; evaluating it gives a receipt that answers
// "why?" on the screen and in the audit log. Evaluation is pure.
package docket

import "dcm.io/shared/event"

// Outcomes of an evaluation.
const (
	Approve = "approve" // nobody has to be asked
	Require = "require" // a person in Role must decide
)

// Facts are what a rule may look at.
type Facts struct {
	Size         string
	VCPU         int
	RAMGiB       int
	DiskGiB      int
	MonthlyCents int64
}

// Default is the docket of a tenant that has none of its own: small machines are
// approved at once, all others by an approver.
var Default = Docket{Name: "default", Version: 1, SmallVCPU: 2, SmallRAMGiB: 4, SmallDiskGiB: 50, Role: "approver"}

// A Docket approves machines up to a size and asks a role about larger ones.
type Docket struct {
	Name    string
	Version int

	SmallVCPU    int // at most this many virtual CPUs,
	SmallRAMGiB  int // this much memory,
	SmallDiskGiB int // and this much disk are approved without asking

	Role string // who decides on all others
}

// Evaluate says what the docket wants for a request, and why.
func (d Docket) Evaluate(f Facts) event.Receipt {
	r := event.Receipt{
		Policy: d.Name, Version: d.Version, Rule: "needs-approver", Outcome: Require,
		Inputs: map[string]any{
			"size": f.Size, "vcpu": f.VCPU, "ram_gib": f.RAMGiB, "disk_gib": f.DiskGiB, "monthly_cents": f.MonthlyCents,
			"small_vcpu": d.SmallVCPU, "small_ram_gib": d.SmallRAMGiB, "small_disk_gib": d.SmallDiskGiB,
		},
	}
	if f.VCPU <= d.SmallVCPU && f.RAMGiB <= d.SmallRAMGiB && f.DiskGiB <= d.SmallDiskGiB {
		r.Rule, r.Outcome = "small-machines", Approve
	}
	return r
}
