package event

// A Function is one of the processes that record or act on facts.
type Function string

// The functions. Operator is dcmctl in the hands of the installation's owner.
const (
	Submit      Function = "submit"
	Approve     Function = "approve"
	Provision   Function = "provision"
	Notify      Function = "notify"
	AuditExport Function = "audit-export"
	Web         Function = "web"
	Operator    Function = "operator"
	// Anyone stands as the producer of the one fact that every function may
	// record: that it refused somebody.
	Anyone Function = "anyone"
)

// An Entry says of one type of fact who records it and who is owed it.
type Entry struct {
	Zero Fact       // its type and shape
	From Function   // the one producer
	To   []Function // each gets one delivery per fact
	Says string     // one sentence for docs/FLOW.md
}

// Catalog lists every type of fact, in the order of the flow.
var Catalog = []Entry{
	{Zero: RequestSubmitted{}, From: Submit, To: []Function{Approve, Notify}, Says: "Somebody asked for a virtual machine."},
	{Zero: RequestWithdrawn{}, From: Submit, To: []Function{Notify}, Says: "The requester took the request back before it was decided."},
	{Zero: RequestRetried{}, From: Submit, To: []Function{Provision}, Says: "Somebody asked to try a failed provisioning again."},
	{Zero: ApprovalOpened{}, From: Approve, To: []Function{Notify}, Says: "The policy wants a person to decide."},
	{Zero: ApprovalReminded{}, From: Approve, To: []Function{Notify}, Says: "Nobody has decided yet; the approvers are asked again."},
	{Zero: ApprovalGranted{}, From: Approve, To: []Function{Provision, Notify}, Says: "The policy or a person said yes."},
	{Zero: ApprovalRejected{}, From: Approve, To: []Function{Notify}, Says: "A person said no, with a reason."},
	{Zero: ApprovalExpired{}, From: Approve, To: []Function{Notify}, Says: "Nobody decided in time; the request is closed."},
	{Zero: ProvisioningStarted{}, From: Provision, Says: "DCM will build this machine, under this name and identity."},
	{Zero: ProvisioningAdvanced{}, From: Provision, Says: "A step of the build was started on the hypervisor."},
	{Zero: ProvisioningStalled{}, From: Provision, Says: "The hypervisor cannot be used right now; DCM keeps trying."},
	{Zero: ProvisioningAbandoned{}, From: Provision, Says: "The build is given up; what was half made is removed."},
	{Zero: ProvisioningSucceeded{}, From: Provision, To: []Function{Notify}, Says: "The machine runs and has an address."},
	{Zero: ProvisioningFailed{}, From: Provision, To: []Function{Notify}, Says: "The machine could not be built, and why."},
	{Zero: NotificationQueued{}, From: Notify, Says: "A person is to be told; it is in their inbox."},
	{Zero: NotificationSent{}, From: Notify, Says: "The mail server accepted the message."},
	{Zero: NotificationFailed{}, From: Notify, Says: "The mail server refused the message for good."},
	{Zero: NotificationRead{}, From: Web, Says: "A person has read their inbox up to a point."},
	{Zero: AuditRequested{}, From: Submit, To: []Function{AuditExport}, Says: "Somebody asked for a bundle of the log."},
	{Zero: AuditExported{}, From: AuditExport, To: []Function{Notify}, Says: "The bundle lies in object storage, locked."},
	{Zero: AuditDownloaded{}, From: AuditExport, Says: "Somebody was given a link to a bundle."},
	{Zero: WorkReplayed{}, From: Submit, Says: "Somebody made owed again what a function had given up."},
	{Zero: WorkReopened{}, From: Operator, Says: "The operator made owed again what was given up, or what the log has of a period."},
	{Zero: LogMoved{}, From: Operator, Says: "The operator accepted that the log was restored or moved; its history goes on in a new epoch."},
	{Zero: AccessDenied{}, From: Anyone, Says: "Somebody was refused an action."},
	{Zero: PersonIntroduced{}, From: Web, Says: "A person came to the portal for the first time, or changed."},
	{Zero: PersonExported{}, From: Web, Says: "Somebody was given everything DCM knows about a person."},
	{Zero: PersonErased{}, From: Submit, Says: "A person's key was destroyed: nobody can read any more what it had sealed."},
	{Zero: ErasureRepeated{}, From: Operator, Says: "A person was erased again, after a restore that did not know of it."},
	{Zero: TenantRegistered{}, From: Operator, Says: "A tenant was created."},
	{Zero: ConnectionConfigured{}, From: Provision, Says: "A tenant's hypervisor connection was tested and saved."},
}

// Consumers returns who is owed a fact of type t, nil for nobody.
func Consumers(t Type) []Function { return byType[t].To }

// ConsumedBy returns the types that f is owed, in catalogue order.
func ConsumedBy(f Function) []Type {
	var types []Type
	for _, e := range Catalog {
		for _, to := range e.To {
			if to == f {
				types = append(types, e.Zero.EventType())
			}
		}
	}
	return types
}

// MayRecord reports whether f is the producer of facts of type t.
func MayRecord(f Function, t Type) bool {
	e, ok := byType[t]
	return ok && (e.From == f || e.From == Anyone)
}

var byType = func() map[Type]Entry {
	m := make(map[Type]Entry, len(Catalog))
	for _, e := range Catalog {
		m[e.Zero.EventType()] = e
	}
	return m
}()
