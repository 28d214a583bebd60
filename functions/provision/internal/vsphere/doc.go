// Package vsphere makes machines on VMware vCenter 7 and later. It is the only
// package that speaks its API.
//
// CloneVM_Task takes no client token, so four anchors together make a machine
// exist once: a deterministic name in one folder per tenant, which vCenter keeps
// unique; an instance UUID derived from the request, to find the machine after a
// rename; the request and tenant ids in its configuration, without which a
// machine is never adopted, changed or removed; and the reference of the task,
// which is returned at once.
//
// The steps are separate calls although vCenter would take them in one: each can
// then look first whether it is still needed, and be taken up by any process.
package vsphere
