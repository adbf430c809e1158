# The two-factor rule in Rego. A missing fact is undefined, so neither the
# certainly-true nor the certainly-false form of a condition holds.
package two_factor

import rego.v1

result := {"violating": violating, "missing": missing}

violating contains a.id if {
	some a in input.assets
	fails(a)
}

missing contains a.id if {
	some a in input.assets
	not fails(a)
	not holds(a)
}

fails(a) if {
	a.kind == "client"
	a.approval == "none"
	a.jump == "no"
	terminal_fails(a)
}

fails(a) if {
	is_server(a)
	a.approval == "none"
	server_fails(a)
}

holds(a) if a.approval == "documented"

holds(a) if {
	client_holds(a)
	as_server_holds(a)
}

client_holds(a) if a.kind != "client"

client_holds(a) if a.jump == "yes"

client_holds(a) if terminal_holds(a)

as_server_holds(a) if a.kind in {"network", "other"}

as_server_holds(a) if {
	a.kind == "client"
	a.local == "no"
}

as_server_holds(a) if server_holds(a)

is_server(a) if a.kind == "server"

is_server(a) if {
	a.kind == "client"
	a.local == "yes"
}

terminal_holds(a) if a.app == "done"

terminal_holds(a) if {
	a.platform == "done"
	a.handed == "yes"
	a.rights == "proper"
}

terminal_fails(a) if {
	a.app == "not"
	handover_fails(a)
}

handover_fails(a) if a.platform == "not"

handover_fails(a) if a.handed == "no"

handover_fails(a) if a.rights == "improper"

server_holds(a) if a.os == "done"

server_holds(a) if {
	a.from == "jump"
	a.complete
	count(a.jumps) > 0
	every j in a.jumps {
		jump_holds(j)
	}
}

server_holds(a) if a.equivalent == "decided"

server_fails(a) if {
	a.os == "not"
	a.equivalent == "refused"
	jumps_fail(a)
}

jumps_fail(a) if a.from == "other"

jumps_fail(a) if {
	a.complete
	count(a.jumps) == 0
}

jumps_fail(a) if {
	some j in a.jumps
	jump_fails(j)
}

jump_holds(j) if {
	j.domain == "yes"
	j.admin in {"no", "na"}
	j.updated == "proper"
	j.shared == "no"
	jump_login_holds(j)
}

jump_login_holds(j) if j.os == "done"

jump_login_holds(j) if {
	j.edr == "yes"
	j.outside in {"vpn", "none"}
}

jump_fails(j) if j.domain == "no"

jump_fails(j) if j.admin == "yes"

jump_fails(j) if j.updated == "short"

jump_fails(j) if j.shared == "yes"

jump_fails(j) if {
	j.os == "not"
	jump_login_fails(j)
}

jump_login_fails(j) if j.edr == "no"

jump_login_fails(j) if j.outside == "other"
