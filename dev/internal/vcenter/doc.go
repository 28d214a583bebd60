// Package vcenter runs govmomi's vCenter simulator over TLS, furnished the way a
// cloud service provider's vCenter would be: one cluster, templates for all,
// and a folder, a resource pool and two port groups for every tenant.
//
//	/DC0/vm/templates/{ubuntu-24.04,debian-12,windows-2022}
//	/DC0/vm/<tenant>
//	/DC0/host/DC0_C0/Resources/<tenant>
//	/DC0/network/<tenant>-prod, <tenant>-dmz
//	/DC0/datastore/LocalDS_0
//
// The simulator keeps its state in memory and has no way to save it. This
// package writes down the machines in the tenants' folders every few seconds and
// at Close, and makes them again at Start: name, size, disk, network, instance
// UUID, extraConfig, annotation, power and address survive. References (vm-42),
// tasks, sessions and snapshots do not.
package vcenter
