# SPDX-License-Identifier: GPL-2.0-or-later
#
# One part of the report on the archive: reports, load, sizes, days, growth, reading, updates,
# writes or versions. Ends with 1 where a target was not reached.

$1 == "version" && !told[$0]++ { versions[++version_count] = $2 ": " substr($0, length($1 $2) + 3) }
$1 == "time" {
	median[$2, $3, $4] = $5 * 1000
	processor[$2, $3, $4] = $8 * 1000
	seen[$2] = 1
}
$1 == "size" { bytes[$2] = $3; files[$2] = $4 }
$1 == "calls" { calls[$2, $3] = $4; opened[$2, $3] = $5; taken[$2, $3] = $7 }
$1 == "load" { load = $2; cores = $3 }
$1 == "stat" { stat_files = $2; stat_time = $3 }
$1 == "cold" && $2 == "no" { not_forgotten = 1 }
$1 == "cold" && $2 != "no" { cold_time[$2, $3] = $4 / 1000; cold_bytes[$2, $3] = $5 }
$1 == "update" && $3 == "size" {
	names[++name_count] = $2
	monitors[$2] = $4
	days[$2] = $5
	every[$2] = $6
	files[$2] = $7
}
$1 == "update" && $4 == "cpu" { cpu[$2, $3] = $5 }
$1 == "update" && $3 == "calls" {
	all[$2] = $4
	listed[$2] = $6
	reads[$2] = $7
	read_bytes[$2] = $8
	writes[$2] = $9
	written[$2] = $10
}
$1 == "writes" && NF == 5 { times[$2] = $3; disk_bytes[$2] = $4; requests[$2] = $5 }
$1 == "writes" && $3 == "records" { records[$2] = $4 }
$1 == "writes" && $2 == "none" { no_loop = 1 }

function number(value) { return value == "" ? "" : sprintf(value < 10 ? "%.2f" : "%.1f", value) }

function part_load() {
	if (load > cores / 4)
		printf "\nThe machine was not quiet: its load was %s on %d cores. Then the processor time tells more than the milliseconds.\n", load, cores
}

# Why days are slower.
function part_days() {
	print "\n| report | months, ms | of a processor | days, ms | of a processor |"
	print "|---|--:|--:|--:|--:|"
	days_row("monthly-12")
	days_row("monthly")
	days_row("daily")
	days_row("hourly")
	if (stat_files)
		printf "\nThe index is believed only about files that have not been changed, so a report over all of the archive asks the kernel for the size and the time of change of each of its files: %d of days here, for which a program that does nothing else took %s ms.\n", stat_files, number(stat_time)
}

function days_row(report) {
	printf "| %s | %s | %s | %s | %s |\n", report,
	       number(median[10, report, "trafmetux"]),
	       number(processor[10, report, "trafmetux"]),
	       number(median["10-days", report, "trafmetux"]),
	       number(processor["10-days", report, "trafmetux"])
}

# The targets: parts of vnStat's time.
function wanted(report) {
	return report ~ /^monthly/ ? 1 : report ~ /^daily/ ? 0.5 : 0.1
}

function report_row(report, ours, theirs,   ratio, good) {
	if (!((10, report, "trafmetux") in median))
		return
	ratio = median[10, report, "trafmetux"] / median[10, report, "vnstat"]
	good = ratio <= wanted(report)
	printf "| `%s` | %s | %s | `vnstat %s` | %s | %s | %.2f | %.2f | %.1f: %s |\n", ours,
	       number(median[10, report, "trafmetux"]),
	       number(processor[10, report, "trafmetux"]), theirs,
	       number(median[10, report, "vnstat"]),
	       number(processor[10, report, "vnstat"]), ratio,
	       processor[10, report, "trafmetux"] / processor[10, report, "vnstat"],
	       wanted(report), good ? "reached" : "NOT reached"
	if (!good)
		missed = 1
}

function part_reports() {
	print "\n| trafmetux | ms | of a processor | vnStat | ms | of a processor | ratio | of a processor | wanted, at most |"
	print "|---|--:|--:|---|--:|--:|--:|--:|---|"
	report_row("monthly-12", "-t 12 show-monthly", "-m 12")
	report_row("monthly", "show-monthly", "-m 0")
	report_row("daily", "show-daily", "-d 0")
	report_row("hourly", "show-hourly", "-h 0")
	report_row("monthly-12-json", "--json -t 12 show-monthly", "--json m 12")
	report_row("monthly-json", "--json show-monthly", "--json m 0")
	report_row("daily-json", "--json show-daily", "--json d 0")
	report_row("hourly-json", "--json show-hourly", "--json h 0")
}

function part_sizes() {
	printf "\nThe archive of four monitors: %d files, %.1f MB, ", files["archive"], bytes["archive"] / 1000000
	if ("index" in bytes)
		printf "of which the index %d files, %.2f MB", files["index"], bytes["index"] / 1000000
	else
		printf "no index"
	printf ". vnStat's database: %.1f MB.\n", bytes["vnstat"] / 1000000
}

function growth_row(report, who,   at, line) {
	line = "| " report " | " who " |"
	for (at = 1; at <= 20; at++)
		if (at in seen)
			line = line " " number(processor[at, report, who]) " |"
	print line
}

function part_growth(   at, head, rule, count, reports) {
	head = "\n| report | program |"
	rule = "|---|---|"
	for (at = 1; at <= 20; at++)
		if (at in seen) {
			head = head " " at (at == 1 ? " year |" : " years |")
			rule = rule "--:|"
		}
	print head
	print rule
	count = split("monthly-12 monthly daily hourly", reports, " ")
	for (at = 1; at <= count; at++) {
		growth_row(reports[at], "trafmetux")
		growth_row(reports[at], "vnstat")
	}
}

function reading_row(report, who) {
	printf "| %s | %s | %d | %d | %d |", report, who, calls[who, report], opened[who, report], taken[who, report] / 1000
	if ((who, report) in cold_time)
		printf " %d | %s |\n", cold_bytes[who, report] / 1000, number(cold_time[who, report])
	else
		print " | |"
}

function part_reading(   at, count, reports) {
	print "\n| report | program | calls | files opened | KB read | KB from disk | ms from disk |"
	print "|---|---|--:|--:|--:|--:|--:|"
	count = split("monthly-12 monthly daily hourly", reports, " ")
	for (at = 1; at <= count; at++) {
		reading_row(reports[at], "trafmetux")
		reading_row(reports[at], "vnstat")
	}
	if (not_forgotten)
		print "\nThe kernel was not allowed to be told to forget: nothing was read from the disk."
}

function part_updates(   at, name, many) {
	print "\n| monitors | days | files | first, ms | minute, ms | nothing new, ms | calls | reads | KB read | of a monitor | reads of the directory | writes | bytes written |"
	print "|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
	for (at = 1; at <= name_count; at++) {
		name = names[at]
		many = monitors[name]
		printf "| %d | %d | %d | %s | %s | %s | %d | %d | %d | %.1f | %d | %d | %d |\n", many,
		       days[name], files[name], number(cpu[name, "first"]),
		       number(cpu[name, "minute"]), number(cpu[name, "nothing"]),
		       all[name], reads[name], read_bytes[name] / 1000,
		       read_bytes[name] / 1000 / many, listed[name],
		       writes[name], written[name]
	}
	print "\nWhere there are ten years, one minute of 30 has traffic, so that files are small."
}

# One row; @every is how many minutes go by between two.
function writes_row(name, what, every,   per) {
	if (!(name in times))
		return
	per = disk_bytes[name] / times[name]
	printf "| %s | %.1f | %.1f | %s | %.0f |\n", what, per / 1000, requests[name] / times[name],
	       name in records ? sprintf("%.1f", disk_bytes[name] / records[name] / 1000) : "",
	       per / 4096 * 1440 / every
}

function part_writes(   list, count, at, name) {
	if (no_loop) {
		print "\nThere was no loop device here, so this was not measured."
		return
	}
	print "\n| what | KB an update or commit | requests | KB a record | blocks of 4 KB a day |"
	print "|---|--:|--:|--:|--:|"
	count = split("never daily always", list, " ")
	for (at = 1; at <= count; at++)
		writes_row("trafmetux-2-" list[at] "-1", "2 monitors, `--sync " list[at] "`", 1)
	for (at = 1; at <= count; at++)
		writes_row("trafmetux-100-" list[at] "-1", "100 monitors, `--sync " list[at] "`", 1)
	writes_row("trafmetux-2-daily-60", "2 monitors, an update an hour", 60)
	writes_row("vnstat", "vnStat, 1 interface", 1)
}

function part_versions(   at) {
	for (at = 1; at <= version_count; at++)
		print "- " versions[at]
}

END {
	if (part == "reports") part_reports()
	if (part == "sizes") part_sizes()
	if (part == "load") part_load()
	if (part == "days") part_days()
	if (part == "growth") part_growth()
	if (part == "reading") part_reading()
	if (part == "updates") part_updates()
	if (part == "writes") part_writes()
	if (part == "versions") part_versions()
	exit missed
}
