package authz

// An Action is what somebody wants to do.
type Action string

// The actions. Where an action has no owner, the relation makes no difference.
const (
	OfferingRead        Action = "offering.read"        // sizes, templates, networks and prices
	PersonRead          Action = "person.read"          // who somebody is
	PersonList          Action = "person.list"          // everybody the tenant knows, with addresses
	PersonExport        Action = "person.export"        // be given everything that is known about somebody
	PersonErase         Action = "person.erase"         // destroy somebody's key
	InboxRead           Action = "inbox.read"           // one's messages, and marking them as read
	RequestSubmit       Action = "request.submit"       // and ask the policy beforehand
	RequestRead         Action = "request.read"         // with its timeline
	RequestWithdraw     Action = "request.withdraw"     // before it was decided
	RequestDecide       Action = "request.decide"       // approve or reject
	RequestRetry        Action = "request.retry"        // build again what failed
	VMRead              Action = "vm.read"              // with address and state
	AuditRead           Action = "audit.read"           // every fact of the tenant
	AuditExport         Action = "audit.export"         // ask for a bundle
	AuditDownload       Action = "audit.download"       // be given a link to a bundle
	WorkRead            Action = "work.read"            // what functions owe and do not get done
	WorkReplay          Action = "work.replay"          // have it tried again
	ConnectionConfigure Action = "connection.configure" // with credentials for a hypervisor
)

// A Relation is how the caller stands to what they act on.
type Relation int

// The relations. There is no zero Relation: nobody may do anything by it.
const (
	Self  Relation = iota + 1 // the caller is its subject: requested it, or is it
	Other                     // it is somebody else's, or nobody's in particular
)

// RelationTo is Self if the caller is the owner, Other if not.
func RelationTo[ID comparable](owner, caller ID) Relation {
	if owner == caller {
		return Self
	}
	return Other
}
