// SPDX-License-Identifier: GPL-2.0-or-later
#include "upkeep/doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "archive/archive_directory.h"
#include "base/line_reader.h"
#include "counting/counting.h"
#include "history/history.h"
#include "index/archive_walk.h"
#include "index/belief.h"
#include "meter/meter_examine.h"
#include "plan/config.h"
#include "plan/plan_limit.h"
#include "plan/plan_view.h"
#include "report/selection.h"

/* Commands are for a shell: nothing in them may disturb the terminal before. */
static void write_command(const char *command, FILE *output)
{
	for (; *command; command++)
		fputc((unsigned char)*command < ' ' || *command == 0x7f ?
		      '?' : *command, output);
	fputc('\n', output);
}

static bool holds(const struct counting_fault *faults, size_t count,
		  const char *monitor)
{
	for (size_t at = 0; at < count; at++) {
		if (strcmp(faults[at].monitor, monitor) == 0)
			return true;
	}
	return false;
}

/* " a b c", all of them if there is room. */
static void format_operands(const struct counting_fault *faults, size_t count,
			    char *text, size_t size)
{
	size_t length = 0;

	for (size_t at = 0; at < count; at++) {
		length += strlen(faults[at].monitor) + 1;
		if (length >= size) {
			strcpy(text, " MONITOR...");
			return;
		}
		strcpy(text + length - strlen(faults[at].monitor) - 1, " ");
		strcat(text, faults[at].monitor);
	}
}

/* Is it lost, of the first @count faults, which are of one cause? */
static bool is_wanted(const struct expected_rule *rule,
		      const struct counting_fault *faults, size_t count)
{
	return holds(faults, count, rule->monitor) &&
	       (rule->is_gone || faults->cause != COUNTING_FEWER_RULES);
}

/* What else there is to do of monitors that lost their rules. */
static void write_ways_out(struct messages *messages,
			   const struct counting_fault *faults, size_t count)
{
	char operands[256];

	if (faults->is_metered) {
		message_note(messages,
			     "if it is meant that %s%s no more, run 'trafmetux unmeter DEVICE'",
			     count == 1 ? "it counts" : "they count",
			     faults->cause == COUNTING_FEWER_RULES ? " so much" : "");
		return;
	}
	if (faults->cause == COUNTING_NO_MODULE)
		message_note(messages,
			     "after a kernel upgrade have the module built first, as by 'dkms autoinstall'");
	else
		message_note(messages,
			     "rules of an interface that comes and goes can be laid once for all: '-i ppp0' may name one that is not there");
	format_operands(faults, count, operands, sizeof(operands));
	message_note(messages,
		     "if it is meant that %s%s no more, run 'trafmetux retire%s'",
		     count == 1 ? "it counts" : "they count",
		     faults->cause == COUNTING_FEWER_RULES ? " so much" : "",
		     operands);
}

/* The rules of monitors that lost them, in the order in which they were found. */
static void write_rules(const struct context *context,
			const struct expected *expected,
			const struct counting_fault *faults, size_t count)
{
	const bool is_some = faults->cause == COUNTING_FEWER_RULES;
	bool any = false;

	if (!is_some && faults->cause != COUNTING_NO_MODULE &&
	    faults->cause != COUNTING_NO_RULE)
		return;
	if (source_chosen(context->source, faults->monitor)) {
		message_note(context->messages,
			     "it is a counter of nft: have the firewall's rules loaded again, and see 'nft list counters'");
		write_ways_out(context->messages, faults, count);
		return;
	}
	for (size_t at = 0; at < expected->rule_count; at++)
		any |= is_wanted(&expected->rules[at], faults, count);
	if (any || !faults->is_metered)
		message_note(context->messages,
			     any && is_some ?
				"this is gone of what fed %s; as root, it is laid again by:" :
			     any ? "these rules fed %s; as root, these commands lay them again:" :
				   "which rules fed %s is not known; lay them as 'iptables -I CHAIN -j TRAFMETUX --monitor NAME'",
			     count == 1 ? "it" : "them");
	for (size_t at = 0; any && at < expected->rule_count; at++) {
		if (is_wanted(&expected->rules[at], faults, count))
			write_command(expected->rules[at].command,
				      context->output);
	}
	write_ways_out(context->messages, faults, count);
	/* What was said on standard error comes before, and what will be after. */
	fflush(context->output);
}

static int note_names(const struct counting *counting,
		      const struct expected *expected,
		      struct monitor_names *names)
{
	int error = 0;

	for (size_t at = 0; !error && at < counting->count; at++)
		error = monitor_names_add(names, counting->list[at].monitor);
	for (size_t at = 0; !error && at < expected->count; at++) {
		if (expected->list[at].state == EXPECTED_RETIRED)
			error = monitor_names_add(names,
						  expected->list[at].monitor);
	}
	monitor_names_sort(names);
	return error;
}

/* Minutes that are not archived, the doctor finds by itself, and sooner. */
static bool is_own(const struct counting_fault *fault,
		   const struct expected *expected)
{
	return fault->cause == COUNTING_NO_UPDATE &&
	       fault->since != expected->updated;
}

/*
 * Reports what should count and does not.
 *
 * The rules that were lost are written as commands that lay them again.
 *
 * @is_told:	set to true if anything was
 *
 * Returns the names of the monitors that were reported, sorted, and of those that are
 * retired; the caller frees them.
 */
static struct monitor_names doctor_counting(const struct context *context,
					    bool *is_told)
{
	struct monitor_names names = { .count = 0 };
	struct expected expected = { .known = false };
	struct counting counting = { .count = 0 };
	char text[COUNTING_WORDS_SIZE];
	size_t count;
	int error = 0;

	if (context->expects)
		error = counting_ask(context, NULL, INT64_MAX, &expected,
				     &counting);
	for (size_t at = 0; !error && at < counting.count; at += count) {
		count = counting_words(&counting.list[at], counting.count - at,
				       context->source, text);
		if (is_own(&counting.list[at], &expected))
			continue;
		*is_told = true;
		message_report(context->messages, "%s", text);
		write_rules(context, &expected, &counting.list[at], count);
	}
	if (!error)
		error = note_names(&counting, &expected, &names);
	if (error)
		message_report(context->messages, "%s", message_reason(-error));
	counting_free(&counting);
	expected_free(&expected);
	return names;
}

/* What reports, plans and updates would complain of, all at once. */

/* All periods are one: only what is wrong with the files is asked for. */
static bool are_together(void *context, int64_t first, int64_t last)
{
	(void)context;
	(void)first;
	(void)last;
	return true;
}

static int take_growth(void *context, const struct growth *growth)
{
	(void)context;
	(void)growth;
	return 0;
}

/* Damage is reported where a file is read; what is indexed has none. */
static int read_monitors(const struct selection *selection,
			 const struct monitor_names *names)
{
	const struct history_window window = HISTORY_WINDOW_ALL;
	int error = 0;

	for (size_t at = 0; !error && at < names->count; at++) {
		struct history history;

		selection_history(selection, names->list[at], &history);
		error = history_read(&history, &window, are_together,
				     take_growth, NULL);
		history_close(&history);
	}
	return error;
}

static void read_plans(const struct context *context,
		       const struct config *config)
{
	for (size_t at = 0; at < config->count; at++) {
		struct plan_view view;

		if (!config->plans[at].is_right)
			continue;
		plan_view_open(&view, context, &config->plans[at].plan,
			       false);
		plan_view_close(&view);
	}
}

/* Reports damage, faults of the configuration and of its plans. */
static void doctor_figures(const struct context *context,
			   const struct doctor_places *places)
{
	struct selection selection = selection_start(context);
	struct monitor_names names = { .count = 0 };
	struct limit_memory memory = { .count = 0 };
	struct config config;
	int error = selection_list_all(&selection, &names);

	if (!error)
		error = read_monitors(&selection, &names);
	if (!error && selection.archive.directory >= 0)
		error = limit_memory_read(&memory, &selection.archive);
	if (error)
		message_report(context->messages, "%s", message_reason(-error));
	config_read(places->config_path, places->is_config_wanted, &config,
		    context->messages);
	read_plans(context, &config);
	config_free(&config);
	limit_memory_free(&memory);
	monitor_names_free(&names);
	selection_close(&selection);
}

/*
 * Flow offload: packets of a connection that is in an nftables flowtable go from
 * one network card to the other without passing the rules. The kernel marks such
 * connections in /proc/net/nf_conntrack (net/netfilter/nf_conntrack_standalone.c).
 */

/* How many connections there are, and how many of them are offloaded. */
struct connections {
	uint64_t all;
	uint64_t offloaded;
	uint64_t in_hardware;	/* of those */
};

static bool line_has(const struct line *line, const char *word)
{
	return memmem(line->text, line->length, word, strlen(word));
}

static int count(int descriptor, struct connections *connections)
{
	struct line_reader reader;
	struct line line;
	int more;

	line_reader_start(&reader, descriptor);
	while ((more = line_reader_next(&reader, &line)) > 0) {
		bool in_hardware;

		connections->all++;
		if (line.too_long)
			continue;
		in_hardware = line_has(&line, "[HW_OFFLOAD]");
		connections->in_hardware += in_hardware;
		connections->offloaded += in_hardware || line_has(&line, "[OFFLOAD]");
	}
	return more;
}

/* A file beside the module's directory: a descriptor, or -errno. */
static int open_beside(const char *source_path, const char *name,
		       char path[4096])
{
	int descriptor;

	if ((size_t)snprintf(path, 4096, "%s/../%s", source_path, name) >= 4096)
		return -ENAMETOOLONG;
	descriptor = open(path, O_RDONLY | O_CLOEXEC);
	return descriptor < 0 ? -errno : descriptor;
}

/* Without a list of connections. It matters where flowtables may be in use. */
static void report_unlisted(struct messages *messages, const char *source_path)
{
	char path[4096];
	int descriptor = open_beside(source_path, "stat/nf_flowtable", path);

	if (descriptor < 0)
		return;
	close(descriptor);
	message_report(messages,
		       "this kernel has flow offload, which passes the rules by, but no list to see it in; take away what 'nft list flowtables' shows");
}

/*
 * Reports connections whose packets pass by the rules.
 * @source_path:	the kernel module's directory; the list of connections is
 *			beside it, since /proc/trafmetux is in /proc/net
 * @has_rules:	rules feed monitors. Meters see what is carried by software.
 */
static void doctor_offload(struct messages *messages, const char *source_path,
			   bool has_rules)
{
	struct connections connections = { 0 };
	char path[4096];
	int descriptor = open_beside(source_path, "nf_conntrack", path);
	int error = descriptor;

	if (descriptor == -ENOENT && !has_rules)
		return;
	if (descriptor == -ENOENT) {
		report_unlisted(messages, source_path);
		return;
	}
	if (descriptor >= 0) {
		error = count(descriptor, &connections);
		close(descriptor);
	}
	if (error < 0)
		message_report(messages, "%s: %s", path,
			       message_reason(-error));
	if (connections.in_hardware)
		message_report(messages,
			       "flow offload in hardware: %" PRIu64 " of %" PRIu64
			       " connections pass the kernel by, uncounted by rules and meters; take 'flags offload' out of the flowtable",
			       connections.in_hardware, connections.all);
	connections.offloaded -= connections.in_hardware;
	if (connections.offloaded && has_rules)
		message_report(messages,
			       "flow offload: %" PRIu64 " of %" PRIu64
			       " connections pass the rules by, uncounted; take 'flow add' or 'flow_offloading' out of the firewall, or use 'trafmetux meter'",
			       connections.offloaded, connections.all);
}

/* How long an update every minute may be late, in seconds. */
#define LATE_SECONDS 180

/* While the command runs. */
struct doctor {
	const struct context *context;
	const struct doctor_places *places;
	struct archive archive;
	bool has_archive;
	bool is_stuck;			/* its disk takes nothing, which was reported */
	struct archive_listing listing;
	bool clock_reported;
	bool is_told;			/* what does not count was reported */
	bool has_rules;			/* a rule feeds a monitor, as far as is known */
	bool has_about;			/* a monitor is, see struct origin */
	struct monitor_names told;	/* nothing more is to say of their rules */
	struct source_reading reading;	/* of one monitor after another */
};

static const struct belief *belief_of(const struct doctor *doctor)
{
	return doctor->context->source->belief;
}

/* Is a time one of a clock that was never set? */
static void examine_clock(struct doctor *doctor, int64_t time)
{
	char now[CLOCK_TEXT_SIZE];

	if (doctor->clock_reported || time >= belief_of(doctor)->release)
		return;
	clock_format(time, now);
	message_report(doctor->context->messages,
		       "the clock says %s; set it, and have it set at boot before the rules are laid, as by chrony or ntpd",
		       now);
	doctor->clock_reported = true;
}

/* Likewise of a counter of nft. */
static void examine_nft(const struct doctor *doctor, const char *monitor)
{
	const struct live *live = &doctor->reading.live;

	if (live_feeders(live) == 0)
		message_report(doctor->context->messages,
			       "%s: no rule of nft has its counter; unless that is meant, load the firewall's rules again",
			       monitor);
	else if (live->counters.packets == 0)
		message_report(doctor->context->messages,
			       "%s: no packet has come to its counter; 'nft list ruleset' shows the rules that have it",
			       monitor);
}

/* Does anything feed the monitor? */
static bool examine_rules(const struct doctor *doctor, const char *monitor)
{
	const struct live *live = &doctor->reading.live;

	if (monitor_names_hold(&doctor->told, monitor))
		return live->counters.packets > 0;
	if (strcmp(live->origin.kind, "nft") == 0)
		examine_nft(doctor, monitor);
	else if (live->is_metered && live_feeders(live) == 0)
		message_report(doctor->context->messages,
			       "%s: its device is not there, or no longer metered; see 'ip link', and run 'trafmetux meter --again'",
			       monitor);
	else if (live->is_metered && live->counters.packets == 0)
		message_report(doctor->context->messages,
			       "%s: no packet has passed its device since it is metered; is it the right one?",
			       monitor);
	else if (live_feeders(live) == 0)
		message_report(doctor->context->messages,
			       "%s: no rule feeds it any more; unless that is meant, add one with '-j TRAFMETUX --monitor %s'",
			       monitor, monitor);
	else if (live->counters.packets == 0)
		message_report(doctor->context->messages,
			       "%s: its rules have seen no packet; 'iptables -vL' and 'ip6tables -vL' (with -t TABLE) show how far packets get",
			       monitor);
	return live->counters.packets > 0;
}

/* What the archive lacks should be a minute or two. */
static void judge_samples(const struct doctor *doctor, const char *monitor,
			  const struct samples *samples, bool reached)
{
	const struct live *live = &doctor->reading.live;
	struct messages *messages = doctor->context->messages;
	char since[CLOCK_TEXT_SIZE];

	if (!samples->count ||
	    live->time - samples->list[0].time <= LATE_SECONDS)
		return;
	clock_format(samples->list[0].time, since);
	if (doctor->is_stuck)
		message_report(messages,
			       "%s: not archived since %s, as the archive can't be written",
			       monitor, since);
	else if (live->dropped > 0 && !reached)
		message_report(messages,
			       "%s: not archived since %s, and the kernel has not all of these minutes any more; run 'trafmetux update' from cron, every minute",
			       monitor, since);
	else
		message_report(messages,
			       "%s: not archived since %s; is cron running, with 'trafmetux update' in /etc/cron.d/trafmetux?",
			       monitor, since);
}

/* Returns 0, also when a report was made, or an error of the source. */
static int examine_archived(struct doctor *doctor, const char *monitor)
{
	const struct live *live = &doctor->reading.live;
	const struct archive_file *files;
	struct samples samples = { 0 };
	struct archive_walk walk;
	bool reached = false;
	size_t count;
	int error;

	files = archive_files_of(&doctor->listing, monitor, &count);
	error = archive_walk_start(&walk, &doctor->archive, files, count,
				   live->series, &live->counters);
	if (!error) {
		archive_walk_newest(&walk);
		error = source_collect(&doctor->reading, walk.state.found ?
				       &walk.state.counters : NULL,
				       &samples, &reached);
	}
	if (!error)
		belief_fold(belief_of(doctor),
			    belief_known(belief_of(doctor), live->time,
					 walk.state.time, &doctor->archive,
					 files, count), 0, &samples);
	if (!error && !walk.refused)
		judge_samples(doctor, monitor, &samples, reached);
	samples_free(&samples);
	archive_walk_end(&walk);
	return error;
}

static void examine_monitor(struct doctor *doctor, const char *monitor)
{
	const struct source *source = doctor->context->source;
	int error = source->operations->open(source, monitor, &doctor->reading);

	if (!error) {
		examine_clock(doctor, doctor->reading.live.time);
		doctor->has_rules |= !doctor->reading.live.is_metered;
		doctor->has_about |= doctor->reading.live.origin.is_about;
		if (examine_rules(doctor, monitor) && doctor->has_archive)
			error = examine_archived(doctor, monitor);
		source->operations->close(&doctor->reading);
	}
	/* Gone since it was listed: its time was over. */
	if (error && error != -ENOENT)
		source_report(doctor->context->messages, &doctor->reading,
			      error);
}

/* Why not even root can write into a directory; 0 when that is not known. */
static int find_stuck(int directory)
{
	struct statvfs status;

	if (fstatvfs(directory, &status))
		return 0;
	if (status.f_flag & ST_RDONLY)
		return EROFS;
	/* Some file systems count no files. */
	return (status.f_blocks && !status.f_bfree) ||
	       (status.f_files && !status.f_ffree) ? ENOSPC : 0;
}

static void examine_writing(struct doctor *doctor)
{
	const int directory = doctor->archive.directory;
	int reason = find_stuck(directory);

	doctor->is_stuck = reason;
	if (!reason && faccessat(directory, ".", W_OK, AT_EACCESS))
		reason = errno;
	if (reason)
		message_report(doctor->context->messages,
			       "%s: can't be written: %s",
			       doctor->context->archive_path,
			       message_reason(reason));
}

static void examine_archive(struct doctor *doctor)
{
	const struct context *context = doctor->context;
	int error = archive_open(&doctor->archive, context->archive_path,
				 context->messages);

	if (!error)
		error = archive_list(&doctor->archive, NULL, &doctor->listing);
	if (error)
		archive_report_open(context->messages, context->archive_path,
				    error);
	else
		examine_writing(doctor);
	doctor->has_archive = !error;
}

/* The clock, and what contradicts it. */
static void examine_time(struct doctor *doctor)
{
	const struct belief *belief = belief_of(doctor);
	const struct archive_listing *listing = &doctor->listing;
	size_t count;

	examine_clock(doctor, belief->clock.now);
	if (belief_may_be_right(belief))
		belief_report(belief, doctor->context->messages);
	for (size_t at = 0; at < listing->count; at += count) {
		const struct archive_file *files =
			archive_files_of(listing, listing->list[at].monitor,
					 &count);

		belief_report_files(belief, &doctor->archive, files, count);
	}
}

static void examine(struct doctor *doctor, const struct monitor_names *names)
{
	const struct context *context = doctor->context;

	if (!names->count && !doctor->is_told)
		message_report(context->messages,
			       "%s: no monitors in this network namespace; lay a rule with '-j TRAFMETUX --monitor NAME', or run this where the rules are",
			       context->source->path);
	examine_archive(doctor);
	examine_time(doctor);
	for (size_t at = 0; at < names->count; at++)
		examine_monitor(doctor, names->list[at]);
	meter_examine(context, doctor->places->meter_folder);
	source_report_members(context->messages, context->source);
	if (doctor->has_about)
		message_note(context->messages,
			     "what devices and nft have counted themselves is not wire-exact, has no minutes but those of updates, and can't be stopped; see trafmetux.conf(5)");
	doctor_offload(context->messages, context->source->path, doctor->has_rules);
	doctor_cron(context->messages, doctor->places->cron_root);
	archive_listing_free(&doctor->listing);
	archive_close(&doctor->archive);
}

void doctor_run(const struct context *context, const struct doctor_places *places)
{
	struct doctor *doctor = calloc(1, sizeof(*doctor));
	size_t before;
	bool is_told = false;
	struct monitor_names told = doctor_counting(context, &is_told);
	struct monitor_names names = { 0 };
	int error = context->source->operations->list(context->source, &names);

	if (error && !is_told)
		source_report_list(context->messages, context->source, error);
	if (error && doctor) {
		doctor->context = context;
		examine_time(doctor);
	} else if (!doctor) {
		message_report(context->messages, "%s", message_reason(ENOMEM));
	} else {
		doctor->context = context;
		doctor->places = places;
		doctor->told = told;
		doctor->is_told = is_told;
		examine(doctor, &names);
	}
	before = context->messages->said_count;
	doctor_figures(context, places);
	/* Damage that changes no figure is to be mended, too. */
	if (!context->messages->trouble &&
	    context->messages->said_count == before)
		fprintf(context->output,
			"Nothing is wrong: %s, and the archive has what %s.\n",
			names.count == 1 ? "the monitor counts" :
					   "all monitors count",
			names.count == 1 ? "it counted" : "they counted");
	monitor_names_free(&names);
	monitor_names_free(&told);
	free(doctor);
}
