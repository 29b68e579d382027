# SPDX-License-Identifier: GPL-2.0-or-later
#
# Makes archive files that hold printed figures. Each input line is
#     MONITOR-FILE-NAME END-OF-PERIOD-EPOCH MONITOR FIGURE UNIT
# and becomes three records in the last three minutes before that time: bytes
# that round to the figure. Where a line's figure is "sum", the bytes are those
# of the two lines before it together.

function bytes_of(figure, unit,    scale) {
	scale = unit == "KB" ? 1024 : unit == "MB" ? 1048576 : 1073741824
	return int(figure * scale + 0.5)
}

{
	file = directory "/" $1
	amount = $4 == "sum" ? before + last : bytes_of($4, $5)
	before = last
	last = amount
	if (!(file in packets)) {
		print "# trafmetux archive version 1 monitor " $3 " zone " zone > file
		# A base in the middle: only what comes after it counts. No series does so
		# twice, so each file has its own.
		print "@ " sprintf("%016x", ++files) " " base[$3] + 0 " " base[$3] * 1000 > file
		packets[file] = base[$3]
		bytes[file] = base[$3] * 1000
	}
	for (piece = 1; piece <= 3; piece++) {
		part = piece < 3 ? int(amount / 3) : amount - 2 * int(amount / 3)
		packets[file] += 10
		bytes[file] += part
		printf "%d %d %d\n", $2 - (3 - piece) * 60, packets[file], bytes[file] > file
	}
	base[$3] = 1000
}
