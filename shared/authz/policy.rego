# What a person may do in their own tenant.
#
# input.roles     the roles in the person's token
# input.action    one of the actions below
# input.relation  "self" if the person requested or is what they act on, else "other"
package dcm.authz

default allow := false

allow if {
	some held in input.roles
	some role in includes[held]
	input.relation in grants[role][input.action]
}

# Each role with the roles whose rights it has. project_admin and auditor stand
# beside the line user < approver < tenant_admin < super_admin. A super_admin
# has these rights in the tenant of their token only, like everybody.
includes := {
	"user": {"person", "user"},
	"project_admin": {"person", "user"},
	"approver": {"person", "user", "approver"},
	"tenant_admin": {"person", "user", "approver", "tenant_admin"},
	"super_admin": {"person", "user", "approver", "tenant_admin"},
	"auditor": {"person", "auditor"},
}

own := {"self"}

others := {"other"}

both := {"self", "other"}

grants := {
	# Everybody who can log in.
	"person": {
		"offering.read": both,
		"person.read": own,
		"person.export": own,
		"inbox.read": own,
	},
	# Asks for machines, sees and withdraws what they asked for.
	"user": {
		"request.submit": both,
		"request.read": own,
		"request.withdraw": own,
		"request.retry": own,
		"vm.read": own,
	},
	# Decides on the requests of others, and so must see everything about them.
	"approver": {
		"person.read": both,
		"request.read": both,
		"request.decide": others,
		"request.retry": both,
		"vm.read": both,
	},
	# Runs the tenant.
	"tenant_admin": {
		"person.list": both,
		"person.export": both,
		"person.erase": others,
		"audit.read": both,
		"audit.export": both,
		"audit.download": both,
		"work.read": both,
		"work.replay": both,
		"connection.configure": both,
	},
	# Sees everything and takes the proof away; changes nothing.
	"auditor": {
		"person.read": both,
		"person.list": both,
		"request.read": both,
		"vm.read": both,
		"audit.read": both,
		"audit.export": both,
		"audit.download": both,
		"work.read": both,
	},
}

# What the decision table is made for.
roles := [
	"user",
	"project_admin",
	"approver",
	"tenant_admin",
	"auditor",
	"super_admin",
]

relations := ["self", "other"]

actions contains action if some action, _ in grants[_]
