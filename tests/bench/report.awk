# SPDX-License-Identifier: GPL-2.0-or-later
#
# One part of the report on one suite's facts: costs, meters, hosts, instructions, layout,
# memory, reading or versions. Ends with 1 where a target was not reached.

function least(a, b) { return a < b ? a : b }
function distance(a, b) { return a < b ? b - a : a - b }

$1 == "version" {
	key = $2
	sub(/^[^ ]+ [^ ]+ /, "")
	version_keys[++version_count] = key
	version[key] = $0
	next
}
$1 == "instruction-ns" { instruction_ns = $2 }
$1 == "measured" {
	cost[$2, $3, $4, $5, $6] = $7
	if (!($5 in known)) {
		known[$5] = 1
		names[++name_count] = $5
	}
	backend_seen[$3] = 1
	native[$5] = $3 == "native"
}
# Of the two passes the lesser: what else the kernel does only adds to them.
$1 == "metered" {
	if (!(($3, $4, $5) in metered) || $6 < metered[$3, $4, $5])
		metered[$3, $4, $5] = $6
	if ($5 + 0 > many[$3])
		many[$3] = $5 + 0
}
$1 == "hosts" {
	if (!(($3, $4, $5, $6, $7, $8, $2) in hosts))
		hosts[$3, $4, $5, $6, $7, $8, $2] = $9
	if (!(($6, $7) in hosts_known)) {
		hosts_known[$6, $7] = 1
		hosts_names[++hosts_count] = $6 " " $7
	}
}
$1 == "hosts-memory" { hosts_memory = $2 }
$1 == "hosts-reading" { hosts_reading[$2] = $4 }
$1 == "unbuilt" { unbuilt[$2] = substr($0, length($1 $2) + 3) }
$1 == "unavailable" {
	reason = substr($0, length($1 $2 $3) + 4)
	missing[++missing_count] = $3 ", " $2 ": " reason
	missing_name[missing_count] = $3
}
$1 == "pahole" { pahole[++pahole_count] = substr($0, 8) }
$1 == "layout" && $2 == "stores" { stores[++store_count] = $3 }
$1 == "layout" && $2 == "size" { size[$3] = $4 }
$1 == "layout" && $2 == "offset" { meaning[sprintf("0x%x(%%rdi)", $4)] = $3 }
$1 == "instruction" { code[$2, ++code_count[$2]] = substr($0, length($1 $2) + 3) }
$1 == "memory" && $3 == "available" { available[$2] = $4 }
$1 == "memory" && $3 == "cache" {
	slab[$2] += $5 * $6
	made_of[$2] = made_of[$2] (made_of[$2] ? ", " : "") $5 " × " $6 " (" $4 ")"
}
$1 == "reading" { reading[++reading_count] = $2 " " $3 " " $5 " " $4 }

# The cost of one rule in one pass, or "" where it was not measured.
function of_pass(pass, backend, kind, name) {
	if (!((pass, backend, kind, name, 100) in cost))
		return ""
	return (cost[pass, backend, kind, name, 100] - cost[pass, backend, kind, name, 1]) / 99
}

function of_rule(backend, kind, name,   first, second) {
	first = of_pass(1, backend, kind, name)
	second = of_pass(2, backend, kind, name)
	if (first == "" || second == "")
		return ""
	if (distance(first, second) > spread)
		spread = distance(first, second)
	return least(first, second)
}

function cell(backend, kind, name,   value) {
	value = of_rule(backend, kind, name)
	return value == "" ? sprintf("%12s", "not available") : sprintf("%12.1f", value)
}

function row(label, one, two, three, four) {
	printf "| %-17s | %s | %s | %s | %s |\n", label, one, two, three, four
}

# A target's outcome: how far @found is above what was wanted, if it is.
function outcome(above) {
	return above < 0 ? "reached" : sprintf("missed by %.1f instructions", above)
}

function target(backend,   ours, mark, nfacct, gso, above) {
	ours = of_rule(backend, "plain", "TRAFMETUX")
	gso = of_rule(backend, "gso", "TRAFMETUX")
	mark = of_rule(backend, "plain", "MARK")
	nfacct = of_rule(backend, "plain", "nfacct")
	if (ours == "" || mark == "" || nfacct == "") {
		printf "- %s: not measured\n", backend
		return 0
	}
	above = ours - nfacct
	if (ours > 1.04 * mark && ours - 1.04 * mark > above)
		above = ours - 1.04 * mark
	printf "- %s, plain: TRAFMETUX is %.3f times MARK (wanted: at most 1.04) and %.1f below nfacct (wanted: below): %s\n",
	       backend, ours / mark, nfacct - ours, outcome(above)
	nfacct = of_rule(backend, "gso", "nfacct")
	printf "- %s, GSO: %.1f more than a plain packet, or %.1f for each of the ten packets on the wire, and %.1f below nfacct (wanted: below), which counts one: %s. That is UDP; TCP takes %d instructions more, as listed below\n",
	       backend, gso - ours, (gso - ours) / 10, nfacct - gso, outcome(gso - nfacct),
	       way("TRAFMETUX", "tcp", 0, 0) - way("TRAFMETUX", "udp", 0, 0)
	return above < 0 && gso < nfacct
}

# The match for a monitor with a limit, next to quota2.
function limit_target(backend,   ours, quota2, kind, kinds, i, good) {
	good = 1
	split("plain GSO", kinds)
	for (i = 1; i <= 2; i++) {
		kind = kinds[i]
		ours = of_rule(backend, tolower(kind), "limit")
		quota2 = of_rule(backend, tolower(kind), "quota2")
		if (ours == "" || quota2 == "") {
			printf "- %s, %s, with a limit: not measured\n", backend, kind
			return 0
		}
		printf "- %s, %s: the match for a monitor with a limit is %.1f below quota2 (wanted: below): %s\n",
		       backend, kind, quota2 - ours, outcome(ours - quota2)
		if (ours >= quota2)
			good = 0
	}
	return good
}

function costs(   i, name, good) {
	row("rule", "legacy plain", "  legacy GSO", "   nft plain", "     nft GSO")
	print "|---|--:|--:|--:|--:|"
	for (i = 1; i <= name_count; i++) {
		name = names[i]
		if (!native[name])
			row(name, cell("legacy", "plain", name), cell("legacy", "gso", name),
			    cell("nft", "plain", name), cell("nft", "gso", name))
	}
	for (i = 1; i <= name_count; i++) {
		name = names[i]
		if (native[name])
			row(name, sprintf("%12s", ""), sprintf("%12s", ""),
			    cell("native", "plain", name), cell("native", "gso", name))
	}
	print ""
	for (i = 1; i <= missing_count; i++) {
		name = missing_name[i]
		sub(/\/.*/, "", name)
		print "Not available: " missing[i] (name in unbuilt ? " (" unbuilt[name] ")" : "") ".\n"
	}
	good = 1
	if ("legacy" in backend_seen && target("legacy") + limit_target("legacy") < 2)
		good = 0
	if (target("nft") + limit_target("nft") < 2)
		good = 0
	printf "- the two passes differ by at most %.2f (wanted: 0.1)\n", spread
	return good && spread <= 0.1
}

function of_meter(place, kind, first) {
	if (first)
		return metered[place, kind, 1] - metered[place, kind, 0]
	return (metered[place, kind, many[place]] - metered[place, kind, 1]) / (many[place] - 1)
}

# One figure against what was wanted of it.
function meter_target(place, kind, first, bound,   above) {
	above = of_meter(place, kind, first) - bound
	printf "- %s, %s: %s is %.1f (wanted: at most %d): %s\n", place, kind,
	       first ? "the first" : "one more", above + bound, bound, outcome(above - 1e-6)
	return above <= 0
}

# What is wanted: of the first, plain; of one more, plain and GSO.
function meter_targets(place, first, plain, gso,   good) {
	if (!((place, "gso", 1) in metered))
		return 1
	good = first ? meter_target(place, "plain", 1, first) : 1
	good = meter_target(place, "plain", 0, plain) && good
	return meter_target(place, "gso", 0, gso) && good
}

function meters(   places, count, i, good) {
	print "| meter | first plain | first GSO | one more plain | one more GSO |"
	print "|---|--:|--:|--:|--:|"
	count = split("out in tapped-in routed-out bpf-out bpf-in bpf-vlan bpf-tunnel", places)
	for (i = 1; i <= count; i++) {
		if ((places[i], "gso", 1) in metered)
			printf "| %s | %.1f | %.1f | %.1f | %.1f |\n", places[i],
			       of_meter(places[i], "plain", 1), of_meter(places[i], "gso", 1),
			       of_meter(places[i], "plain", 0), of_meter(places[i], "gso", 0)
		else
			printf "| %s | not available | | | |\n", places[i]
	}
	print ""
	good = meter_targets("out", 160, 60, 95)
	good = meter_targets("in", 160, 60, 95) && good
	good = meter_targets("bpf-out", 0, 140, 240) && good
	return meter_targets("bpf-in", 0, 140, 240) && good
}

# The cost of a rule for hosts: of two passes, with chains of two tables, the mean.
function of_hosts(backend, family, kind, name, count,   pass, hundred, sum) {
	for (pass = 1; pass <= 2; pass++) {
		if (!((backend, family, kind, name, count, 100, pass) in hosts))
			return ""
		hundred = hosts[backend, family, kind, name, count, 100, pass]
		sum += (hundred - hosts[backend, family, kind, name, count, 1, pass]) / 99
	}
	return sum / 2
}

function hosts_cell(backend, family, kind, name, count,   value) {
	value = of_hosts(backend, family, kind, name, count)
	return value == "" ? "" : sprintf("%.1f", value)
}

# hosts_target: at 1, 1,000 and 65,536 hosts
function hosts_target(backend, family, aim, bound,   counts, i, value, worst) {
	split("1 1000 65536", counts)
	for (i = 1; i <= 3; i++) {
		value = of_hosts(backend, family, "plain", "hosts", counts[i])
		if (value == "") {
			printf "- %s, IPv%s: not measured\n", backend, family
			return 0
		}
		if (value > worst)
			worst = value
	}
	printf "- %s, IPv%s: at most %.1f (wanted: %d, and no more than %d): %s\n", backend,
	       family, worst, aim, bound, outcome(worst - bound - 1e-6)
	return worst <= bound
}

function hosts_costs(   i, name, good, family) {
	print "| rule | hosts | legacy IPv4 | legacy IPv4 GSO | legacy IPv6 | nft IPv4 | nft IPv4 GSO | nft IPv6 |"
	print "|---|--:|--:|--:|--:|--:|--:|--:|"
	for (i = 1; i <= hosts_count; i++) {
		split(hosts_names[i], name, " ")
		printf "| %s | %d | %s | %s | %s | %s | %s | %s |\n", name[1], name[2],
		       hosts_cell("legacy", 4, "plain", name[1], name[2]),
		       hosts_cell("legacy", 4, "gso", name[1], name[2]),
		       hosts_cell("legacy", 6, "plain", name[1], name[2]),
		       hosts_cell("nft", 4, "plain", name[1], name[2]),
		       hosts_cell("nft", 4, "gso", name[1], name[2]),
		       hosts_cell("nft", 6, "plain", name[1], name[2])
	}
	print ""
	good = 1
	if ("legacy" in backend_seen)
		good = hosts_target("legacy", 4, 165, 190) + hosts_target("legacy", 6, 176, 200) == 2
	good = hosts_target("nft", 4, 221, 246) && good
	printf "- memory: %.1f bytes a host in a table of 65,536, its samples too (wanted: at most 120)\n",
	       hosts_memory / 65536
	for (family = 4; family <= 6; family += 2)
		printf "- IPv%d: %.1f million instructions to read 65,536 (wanted for IPv4: at most 40)\n",
		       family, hosts_reading[family] / 1e6
	return good && hosts_memory / 65536 <= 120 && hosts_reading[4] <= 40e6
}

# What an instruction of the target is for, and why it stays. Addresses are
# offsets into struct sk_buff (%rdi) and struct xt_action_param (%rsi).
function purpose(text, relocation,   memory, field) {
	memory = text
	sub(/^[a-z]+ /, "", memory)
	sub(/,%[a-z0-9]+$/, "", memory)
	sub(/^%[a-z0-9]+,|^[^,(]*,/, "", memory)
	field = memory in meaning ? meaning[memory] : ""
	if (text ~ /^endbr/)
		return "marks a function that is called through a pointer, for indirect branch tracking"
	if (relocation ~ /__fentry__/)
		return "the tracer's place in every function; does nothing at run time"
	if (text ~ /^movzwl 0x4\(.*,1\)/)
		return "its gso_size, if it stands for several packets ..."
	if (text ~ /^or 0x8\(.*,1\)/)
		return "... or its list of fragments: one test of both"
	if (text ~ /^movzwl 0x6\(.*,1\)/)
		return "how many segments it stands for"
	if (text ~ /^test[lq]? %/)
		return "is their number known?"
	if (text ~ /^testl \$.*,0x18\(/)
		return "what it is: TCP, in no tunnel?"
	if (text ~ /^cmpl \$0x20000,0x18\(/)
		return "or UDP, in no tunnel?"
	if (text ~ /^j/ && text !~ /^jmp/)
		return branch
	if (text ~ /^inc[q]? %gs:|^add[q]? (\$0x1|%[a-z0-9]+),%gs:\(/)
		return "packets, of this CPU: whole, whatever interrupts it"
	if (text ~ /^add[q]? %[a-z0-9]+,%gs:/)
		return "bytes, likewise"
	if (text ~ /^mov \$0xffffffff,%eax/)
		return "XT_CONTINUE, the verdict"
	if (relocation ~ /return_thunk/ || text ~ /^ret/)
		return "return"
	if (text ~ /^jmp/)
		return "to where TCP and UDP meet"
	if (field == "end")
		return "where in it the packet's shared info is"
	if (field == "head")
		return "the start of the packet's buffer"
	if (field == "transport_header")
		return "where its TCP or UDP header begins"
	if (field == "network_header")
		return "where its IP header begins"
	if (field == "tail")
		return "is the TCP header in the buffer?"
	if (field == "len" && text ~ /^add/)
		return "the packet's length, with the headers of the first"
	if (field == "len")
		return "the packet's length"
	if (memory == "0x8(%rsi)")
		return "where the rule's data is"
	if (text ~ /^mov 0x20\(/)
		return "the rule's counter"
	if (text ~ /^(lea|add) \$?0x8[(,]/)
		return "UDP's header has 8 bytes"
	if (text ~ /^lea 0x14\(/)
		return "the end of the TCP header without options"
	if (text ~ /^movzbl 0xc\(/)
		return "the byte with the TCP header's length ..."
	if (text ~ /^shr \$0x4/)
		return "... in its upper half ..."
	if (text ~ /^lea \(%[a-z0-9]+,%[a-z0-9]+,4\)/)
		return "... in words: where the payload begins"
	if (text ~ /^sub %/)
		return "the length of all headers"
	if (text ~ /^lea -0x1\(/)
		return "all segments but the first ..."
	if (text ~ /^imul/)
		return "... repeat them"
	return "not accounted for"
}

# Is this branch taken by a packet of that kind: "plain", "udp" or "tcp"? The
# instruction that sets the flags tells which one it is. Its words go to "branch".
function is_taken(kind, flags, text,   equal) {
	branch = "it is"
	if (flags ~ /^or 0x8\(/)
		equal = kind == "plain"
	else if (flags ~ /^testl \$.*,0x18\(/)
		equal = kind == "tcp"
	else
		equal = flags ~ /^cmpl \$0x20000,0x18\(/
	if (flags ~ /^or 0x8\(/)
		branch = equal ? "neither: a plain packet" : "it stands for several"
	if (flags ~ /^testl/ && !equal)
		branch = "it is not"
	return text ~ /^je / && equal || text ~ /^jne / && !equal && flags !~ /^test[lq]? %/
}

# The instructions that a packet of that kind takes, from the start of the function
# to its return, after so many; shown if wanted. Returns how many they are.
function way(name, kind, show, after,   i, at, text, relocation, count, flags, taken, shown) {
	for (i = 1; i <= code_count[name]; i++)
		if (match(code[name, i], /^[0-9a-f]+: /))
			at[substr(code[name, i], 1, RLENGTH - 2)] = i
	for (i = 1; i <= code_count[name] && count < 100; i++) {
		text = code[name, i]
		if (text ~ /^\+/)
			continue
		relocation = code[name, i + 1] ~ /^\+/ ? code[name, i + 1] : ""
		sub(/^[0-9a-f]+: /, "", text)
		count++
		taken = text ~ /^jmp/ && relocation == "" ? 1 : text ~ /^j/ ? is_taken(kind, flags, text) : 0
		shown = text
		sub(/ [0-9a-f]+ <.*/, "", shown)
		if (show && count > after)
			printf "| `%s` | %s |\n", shown, purpose(shown, relocation)
		if (relocation ~ /return_thunk/ || text ~ /^ret/)
			return count
		if (text ~ /^(test|cmp|or)/)
			flags = text
		if (taken) {
			sub(/^j[a-z]+ /, "", text)
			sub(/ .*/, "", text)
			i = at[text] - 1
		}
	}
	return count
}

# How many instructions two kinds of packets have in common from the start.
function common(name,   i) {
	for (i = 1; i <= code_count[name]; i++) {
		if (code[name, i] ~ /: or 0x8\(/)
			return shared + 2
		if (code[name, i] !~ /^\+/)
			shared++
	}
	return shared
}

function instructions(   count, gso) {
	print "| instruction | what for |"
	print "|---|---|"
	count = way("TRAFMETUX", "plain", 1, 0)
	printf "\n%d instructions; MARK's function has %d. A UDP packet with segments goes on differently after the %dth:\n\n",
	       count, way("MARK", "", 0, 0), common("TRAFMETUX")
	print "| instruction | what for |"
	print "|---|---|"
	shared = 0
	gso = way("TRAFMETUX", "udp", 1, common("TRAFMETUX"))
	printf "\n%d instructions in all; %d for TCP, whose header has to be asked for its length.\n",
	       gso, way("TRAFMETUX", "tcp", 0, 0)
}

function layout(   i) {
	for (i = 1; i <= pahole_count; i++)
		if (pahole[i] != "")
			print "    " pahole[i]
	print ""
	for (i = 1; i <= store_count; i++)
		printf "- `%s()` stores to this CPU's area and the stack only\n", stores[i]
}

function memory(   state, i, states) {
	print "| monitor | bytes | made of | by MemAvailable |"
	print "|---|--:|---|--:|"
	split("idle full", states, " ")
	for (i = 1; i in states; i++) {
		state = states[i]
		printf "| %s | %d + %d a CPU | %s | %d |\n", state, slab[state],
		       size["trafmetux_counter"], made_of[state], available[state]
	}
	printf "\nBy the sizes of the structures: %d for the monitor, %d for the pointers to the history's blocks, %d for the samples of a full one, %d for each CPU; the file in /proc comes on top.\n",
	       size["trafmetux_monitor"], 1440 / 32 * 8, 1440 * size["trafmetux_sample"],
	       size["trafmetux_counter"]
}

function reading_costs(   i, word) {
	print "| of how many | which | reading | open, read, close |"
	print "|--:|---|--:|--:|"
	for (i = 1; i <= reading_count; i++) {
		split(reading[i], word, " ")
		printf "| %d | %s | %d | %d |\n", word[1], word[2], word[3], word[4]
	}
}

function versions(   i) {
	for (i = 1; i <= version_count; i++)
		printf "- %s: %s\n", version_keys[i], version[version_keys[i]]
	printf "- nanoseconds for 1000 instructions: %s\n", instruction_ns
}

END {
	title = version["kernel"]
	sub(/ .*/, "", title)
	printf "\n### %s\n\n", title
	good = 1
	if (part == "costs")
		good = costs()
	if (part == "meters")
		good = meters()
	if (part == "hosts")
		good = hosts_costs()
	if (part == "instructions")
		instructions()
	if (part == "layout")
		layout()
	if (part == "memory")
		memory()
	if (part == "reading")
		reading_costs()
	if (part == "versions")
		versions()
	exit !good
}
