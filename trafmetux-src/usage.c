// SPDX-License-Identifier: GPL-2.0-or-later
/* The text of --help: one screen, no more. docs/trafmetux.8 has the rest. */
#include "options.h"
#include "paths.h"

static const char usage[] =
"Usage: trafmetux update [--now] [MONITOR...]\n"
"       trafmetux [OPTION...] show-PERIOD COLUMN...\n"
"       trafmetux [OPTION...] list [MONITOR...]\n"
"       trafmetux verify [--repair] [MONITOR...]\n"
"\n"
"Measures the traffic that rules with '-j TRAFMETUX --monitor MONITOR' see.\n"
"\n"
"Commands:\n"
"  update          put what the kernel counted into the archive (from cron)\n"
"  show-minutely, show-hourly, show-daily, show-weekly, show-monthly,\n"
"  show-yearly, show-total\n"
"                  show the traffic of each period; a column is a monitor or\n"
"                  a sum such as input+output, 'wan - lan', both=ipv4+ipv6\n"
"  list            show which monitors there are\n"
"  verify          read all of the archive and say whether it is whole\n"
"\n"
"Which periods:\n"
"  -t, --times N         only the last N, up to the present one\n"
"      --from WHEN       2026-10-25, 2026-10, 'YYYY-MM-DD HH:MM', yesterday,\n"
"      --to WHEN         'last month', '3 days ago', 'last 7 days', ...\n"
"      --top N           only the N busiest\n"
"  -f, --first-day DAY   first day of weeks (default: sunday)\n"
"      --month-start DAY first day of months, 1 to 31 (default: 1)\n"
"      --tz ZONE         time zone, such as Europe/Paris\n"
"      --at TIME         take TIME as the present: epoch seconds or\n"
"                        'YYYY-MM-DD HH:MM[:SS]'\n"
"What of them, and how:\n"
"      --total           and their sum\n"
"      --rates           and average and 95th percentile rates\n"
"      --packets         and packets\n"
"  -u, --unit UNIT       B, KB, MB, GB, TB, PB, KiB, MiB, GiB, TiB or PiB\n"
"      --si              steps of 1000 and not of 1024\n"
"      --table           aligned columns\n"
"      --json, --csv     for programs\n"
"      --follow          the present period, live, with rates\n"
"      --interval SECS   how often (default: 1)\n"
"Others:\n"
"      --now             update: archive the present minute too\n"
"      --repair          verify: write damaged files anew, and keep a copy\n"
"      --archive-dir DIR where the archive is (" TRAFMETUX_ARCHIVE_PATH ")\n"
"      --proc-dir DIR    where the kernel's files are (" TRAFMETUX_SOURCE_PATH ")\n"
"  -h, --help            show this text\n"
"  -V, --version         show the version\n";

const char *options_usage(void)
{
	return usage;
}
