package dcm.authz_test

import data.dcm.authz

may(role, action, relation) if {
	authz.allow with input as {"roles": [role], "action": action, "relation": relation}
}

changes := {
	"request.submit",
	"request.withdraw",
	"request.decide",
	"request.retry",
	"work.replay",
	"person.erase",
	"connection.configure",
}

test_without_a_role_nothing if {
	every action in authz.actions {
		every relation in authz.relations {
			not authz.allow with input as {"roles": [], "action": action, "relation": relation}
		}
	}
}

test_an_unknown_role_gives_nothing if {
	every action in authz.actions {
		not may("root", action, "self")
		not may("root", action, "other")
	}
}

test_an_unknown_action_is_refused_to_all if {
	every role in authz.roles {
		not may(role, "request.forge", "self")
	}
}

test_an_unknown_relation_is_refused_to_all if {
	every role in authz.roles {
		not may(role, "request.read", "friend")
	}
}

test_every_role_is_described if {
	{role | some role in authz.roles} == {role | some role, _ in authz.includes}
}

test_every_grant_is_reached if {
	{role | some role, _ in authz.grants} == {role | some roles in authz.includes; some role in roles}
}

test_each_step_up_keeps_what_was_allowed if {
	steps := [["user", "approver"], ["approver", "tenant_admin"], ["tenant_admin", "super_admin"]]
	every step in steps {
		every action in authz.actions {
			every relation in authz.relations {
				keeps(step[0], step[1], action, relation)
			}
		}
	}
}

keeps(lower, _, action, relation) if not may(lower, action, relation)

keeps(_, higher, action, relation) if may(higher, action, relation)

test_nobody_decides_on_their_own_request if {
	every role in authz.roles {
		not may(role, "request.decide", "self")
	}
}

test_approvers_and_above_decide_for_others if {
	{role | some role in authz.roles; may(role, "request.decide", "other")} == {"approver", "tenant_admin", "super_admin"}
}

test_only_the_requester_withdraws if {
	may("user", "request.withdraw", "self")
	every role in authz.roles {
		not may(role, "request.withdraw", "other")
	}
}

test_a_user_sees_only_their_own if {
	every action in ["request.read", "vm.read", "person.read", "inbox.read"] {
		may("user", action, "self")
		not may("user", action, "other")
	}
}

test_nobody_reads_the_inbox_of_another if {
	every role in authz.roles {
		not may(role, "inbox.read", "other")
	}
}

test_a_failed_build_is_retried_by_its_requester_or_an_approver if {
	may("user", "request.retry", "self")
	not may("user", "request.retry", "other")
	may("approver", "request.retry", "other")
}

test_an_auditor_reads_everything if {
	every action in ["request.read", "vm.read", "person.read", "audit.read", "work.read"] {
		may("auditor", action, "self")
		may("auditor", action, "other")
	}
}

test_an_auditor_takes_the_proof_away if {
	may("auditor", "audit.export", "other")
	may("auditor", "audit.download", "other")
}

test_an_auditor_changes_nothing if {
	every action in changes {
		not may("auditor", action, "self")
		not may("auditor", action, "other")
	}
}

test_the_log_is_for_auditors_and_administrators if {
	every action in ["audit.read", "audit.export", "audit.download"] {
		{role | some role in authz.roles; may(role, action, "other")} == {"tenant_admin", "super_admin", "auditor"}
	}
}

test_stuck_work_is_seen_by_those_who_read_the_log if {
	{role | some role in authz.roles; may(role, "work.read", "other")} == {"tenant_admin", "super_admin", "auditor"}
}

test_only_administrators_replay_work if {
	{role | some role in authz.roles; may(role, "work.replay", "other")} == {"tenant_admin", "super_admin"}
}

test_only_administrators_configure_connections if {
	{role | some role in authz.roles; may(role, "connection.configure", "other")} == {"tenant_admin", "super_admin"}
}

test_a_project_admin_asks_like_a_user if {
	every action in authz.actions {
		every relation in authz.relations {
			keeps("user", "project_admin", action, relation)
			keeps("project_admin", "user", action, relation)
		}
	}
}
