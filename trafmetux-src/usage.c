// SPDX-License-Identifier: GPL-2.0-or-later
/* The text of --help: one screen, no more. docs/trafmetux.8 has the rest. */
#include "options.h"
#include "paths.h"

static const char usage[] =
"Usage: trafmetux update [--now] [MONITOR...]\n"
"       trafmetux [OPTION...] show-PERIOD MONITOR...\n"
"       trafmetux [OPTION...] list [MONITOR...]\n"
"\n"
"Measures the traffic that rules with '-j TRAFMETUX --monitor MONITOR' see.\n"
"\n"
"Commands:\n"
"  update          put what the kernel counted into the archive (from cron)\n"
"  show-minutely, show-hourly, show-daily, show-weekly, show-monthly,\n"
"  show-yearly, show-total\n"
"                  show the traffic of each period, one column for a monitor\n"
"  list            show which monitors there are\n"
"\n"
"Options:\n"
"  -t, --times N         only the last N periods, up to the present one\n"
"  -u, --unit UNIT       B, KB, MB, GB, TB, PB, KiB, MiB, GiB, TiB or PiB\n"
"      --si              steps of 1000 and not of 1024\n"
"  -f, --first-day DAY   first day of weeks (default: sunday)\n"
"      --month-start DAY first day of months, 1 to 31 (default: 1)\n"
"      --tz ZONE         time zone of the report, such as Europe/Paris\n"
"      --json, --csv     output for programs\n"
"      --now             update: archive the present minute too\n"
"      --at TIME         take TIME as the present: epoch seconds or\n"
"                        'YYYY-MM-DD HH:MM[:SS]'\n"
"      --archive-dir DIR where the archive is (" TRAFMETUX_ARCHIVE_PATH ")\n"
"      --proc-dir DIR    where the kernel's files are (" TRAFMETUX_SOURCE_PATH ")\n"
"  -h, --help            show this text\n"
"  -V, --version         show the version\n";

const char *options_usage(void)
{
	return usage;
}
