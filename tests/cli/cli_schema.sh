#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What --json writes, to the byte, and that its schema says the same of it.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
export TZ=UTC

use_schema "$HERE/../../docs/trafmetux-report.schema.json"

# golden NAME DOCUMENT: the last run printed it and nothing else
golden() {
	expect "$1" 0 "$2" ""
	fits "$1"
}

# Nothing yet.
fresh
trafmetux --json list
golden "an empty archive: the list" '{"version":1,"monitors":[
]}'
live a $SERIES 1614556790.5 0 0 </dev/null
trafmetux --json --rates --total show-daily a
golden "an empty archive: a report" '{"version":1,"report":"daily","timezone":"UTC","monitors":["a"],"rows":[
],"total":{"start":null,"end":null,"seconds":0,"monitors":[{"name":"a","packets":0,"bytes":0,"average_bits_per_second":null,"percentile_95_bits_per_second":null}]}}'
trafmetux --json show-total a
golden "an empty archive: the total" '{"version":1,"report":"total","timezone":"UTC","monitors":["a"],"rows":[
{"period":"total","start":null,"end":null,"monitors":[{"name":"a","packets":0,"bytes":0}]}
]}'
trafmetux --json --at 1614556790 -t 1 show-hourly a
golden "an empty archive: the present hour" '{"version":1,"report":"hourly","timezone":"UTC","monitors":["a"],"rows":[
{"period":"2021-02-28 23:00-00:00","start":1614553200,"end":1614556800,"monitors":[{"name":"a","packets":0,"bytes":0}]}
]}'

# The first day: the first minute of traffic, then an hour.
live a $SERIES 1614556805.25 3 3000 </dev/null
trafmetux --json --at 1614556805 --rates show-minutely a
golden "the first seconds" '{"version":1,"report":"minutely","timezone":"UTC","monitors":["a"],"rows":[
{"period":"2021-03-01 00:00-00:01","start":1614556800,"end":1614556860,"seconds":6,"monitors":[{"name":"a","packets":3,"bytes":3000,"average_bits_per_second":4000,"percentile_95_bits_per_second":null}]}
]}'
live a $SERIES 1614560400.5 12 360000 "dropped 0" <<END
1614560400 12 360000
1614556860 3 3000
END
trafmetux update
rm proc/a
trafmetux --json --at 1614560400 --rates --total -t 2 show-daily a
golden "the first day" '{"version":1,"report":"daily","timezone":"UTC","monitors":["a"],"rows":[
{"period":"2021-03-01","start":1614556800,"end":1614643200,"seconds":3600,"monitors":[{"name":"a","packets":12,"bytes":360000,"average_bits_per_second":800,"percentile_95_bits_per_second":9520}]}
],"total":{"start":1614556800,"end":1614643200,"seconds":3600,"monitors":[{"name":"a","packets":12,"bytes":360000,"average_bits_per_second":800,"percentile_95_bits_per_second":9520}]}}'
refused "another version" 's/"version":1/"version":2/'
refused "a report of another kind" 's/"report":"daily"/"report":"dayly"/'
refused "a row without bytes" 's/"bytes":360000,//'
refused "bytes as text" 's/"bytes":360000/"bytes":"360000"/'
refused "bytes of 65 bits" 's/"bytes":360000/"bytes":18446744073709551616/'
refused "a row without its end" 's/"end":1614643200,//'
refused "a label of another form" 's/"period":"2021-03-01"/"period":"2021-3-1"/'
refused "one rate without the other" 's/"average_bits_per_second":800,//'
refused "no rows" 's/"rows"/"lines"/'

trafmetux --json list
golden "the list" '{"version":1,"monitors":[
{"name":"a","live":false,"rules":null,"archived_since":1614556860,"series":null}
]}'
refused "a list without series" 's/,"series":null//'
for report in minutely hourly daily weekly monthly yearly total; do
	total=--total
	[ $report != total ] || total=''
	# shellcheck disable=SC2086 # perhaps no word
	trafmetux --json $total --rates --month-start 15 -f mon show-$report a-a 'both=a + a' 'a - a - a'
	fits "$report"
done
trafmetux --json --top 1 --total --rates --from 2021 show-hourly a
fits "the busiest"
printf '@ 000000000000000b 0 0\n1614556860 1 18446744073709551615\n' >archive/big-2021-03-01
trafmetux --json show-total big a-big
golden "large numbers" '{"version":1,"report":"total","timezone":"UTC","monitors":["big","a-big"],"rows":[
{"period":"total","start":null,"end":null,"monitors":[{"name":"big","packets":1,"bytes":18446744073709551615},{"name":"a-big","packets":11,"bytes":-18446744073709191615}]}
]}'
TZ='<"\a>0' trafmetux --json show-total a
same "a zone that JSON must quote is none" '"UTC"' "$(sed -n 's/.*"timezone":\([^,]*\).*/\1/p' out)"
trafmetux --json --follow --interval 0.1 -t 1 show-daily a
fits "a line of the live view"
refused "a line without its rate" 's/,"bits_per_second":0//'
plan
