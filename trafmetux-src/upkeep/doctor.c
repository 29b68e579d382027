// SPDX-License-Identifier: GPL-2.0-or-later
#include "upkeep/doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "archive/archive_directory.h"
#include "index/archive_walk.h"
#include "index/belief.h"

/* How long an update every minute may be late, in seconds. */
#define LATE_SECONDS 180

/* While the command runs. */
struct doctor {
	const struct doctor_request *request;
	struct archive archive;
	bool has_archive;
	struct archive_listing listing;
	bool clock_reported;
	bool is_told;			/* what does not count was reported */
	struct monitor_names told;	/* nothing more is to say of their rules */
	struct source_reading reading;	/* of one monitor after another */
};

static const struct belief *belief_of(const struct doctor *doctor)
{
	return doctor->request->source->belief;
}

/* Is a time one of a clock that was never set? */
static void examine_clock(struct doctor *doctor, int64_t time)
{
	char now[CLOCK_TEXT_SIZE];

	if (doctor->clock_reported || time >= belief_of(doctor)->release)
		return;
	clock_format(time, now);
	message_report(doctor->request->messages,
		       "the clock says %s; set it, and have it set at boot before the rules are laid, as by chrony or ntpd",
		       now);
	doctor->clock_reported = true;
}

/* Does anything feed the monitor? */
static bool examine_rules(const struct doctor *doctor, const char *monitor)
{
	const struct live *live = &doctor->reading.live;

	if (monitor_names_hold(&doctor->told, monitor))
		return live->counters.packets > 0;
	if (live->references == 0)
		message_report(doctor->request->messages,
			       "%s: no rule feeds it any more; unless that is meant, add one with '-j TRAFMETUX --monitor %s'",
			       monitor, monitor);
	else if (live->counters.packets == 0)
		message_report(doctor->request->messages,
			       "%s: its rules have seen no packet; 'iptables -vL' and 'ip6tables -vL' (with -t TABLE) show how far packets get",
			       monitor);
	return live->counters.packets > 0;
}

/* What the archive lacks should be a minute or two. */
static void judge_samples(const struct doctor *doctor, const char *monitor,
			  const struct samples *samples, bool reached)
{
	const struct live *live = &doctor->reading.live;
	struct messages *messages = doctor->request->messages;
	char since[CLOCK_TEXT_SIZE];

	if (!samples->count ||
	    live->time - samples->list[0].time <= LATE_SECONDS)
		return;
	clock_format(samples->list[0].time, since);
	if (live->dropped > 0 && !reached)
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
	const struct source *source = doctor->request->source;
	int error = source->operations->open(source, monitor, &doctor->reading);

	if (!error) {
		examine_clock(doctor, doctor->reading.live.time);
		if (examine_rules(doctor, monitor) && doctor->has_archive)
			error = examine_archived(doctor, monitor);
		source->operations->close(&doctor->reading);
	}
	/* Gone since it was listed: its time was over. */
	if (error && error != -ENOENT)
		source_report(doctor->request->messages, &doctor->reading,
			      error);
}

static void examine_archive(struct doctor *doctor)
{
	const struct doctor_request *request = doctor->request;
	int error = archive_open(&doctor->archive, request->archive_path,
				 request->messages);

	if (!error)
		error = archive_list(&doctor->archive, NULL, &doctor->listing);
	if (error)
		archive_report_open(request->messages, request->archive_path,
				    error);
	else if (faccessat(doctor->archive.directory, ".", W_OK, AT_EACCESS))
		message_report(request->messages, "%s: can't be written: %s",
			       request->archive_path, message_reason(errno));
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
		belief_report(belief, doctor->request->messages);
	for (size_t at = 0; at < listing->count; at += count) {
		const struct archive_file *files =
			archive_files_of(listing, listing->list[at].monitor,
					 &count);

		belief_report_files(belief, &doctor->archive, files, count);
	}
}

static void examine(struct doctor *doctor, const struct monitor_names *names)
{
	const struct doctor_request *request = doctor->request;

	if (!names->count && !doctor->is_told)
		message_report(request->messages,
			       "%s: no monitors in this network namespace; lay a rule with '-j TRAFMETUX --monitor NAME', or run this where the rules are",
			       request->source->path);
	examine_archive(doctor);
	examine_time(doctor);
	for (size_t at = 0; at < names->count; at++)
		examine_monitor(doctor, names->list[at]);
	doctor_offload(request->messages, request->source->path);
	doctor_cron(request->messages, request->cron_root);
	archive_listing_free(&doctor->listing);
	archive_close(&doctor->archive);
}

void doctor_run(const struct doctor_request *request)
{
	struct doctor *doctor = calloc(1, sizeof(*doctor));
	size_t before;
	bool is_told = false;
	struct monitor_names told = doctor_counting(request, &is_told);
	struct monitor_names names = { 0 };
	int error = request->source->operations->list(request->source, &names);

	if (error && !is_told)
		source_report_list(request->messages, request->source, error);
	if (error && doctor) {
		doctor->request = request;
		examine_time(doctor);
	} else if (!doctor) {
		message_report(request->messages, "%s", message_reason(ENOMEM));
	} else {
		doctor->request = request;
		doctor->told = told;
		doctor->is_told = is_told;
		examine(doctor, &names);
	}
	before = request->messages->said_count;
	doctor_figures(request);
	/* Damage that changes no figure is to be mended, too. */
	if (!request->messages->trouble &&
	    request->messages->said_count == before)
		fprintf(request->output,
			"Nothing is wrong: %s, and the archive has what %s.\n",
			names.count == 1 ? "the monitor counts" :
					   "all monitors count",
			names.count == 1 ? "it counted" : "they counted");
	monitor_names_free(&names);
	monitor_names_free(&told);
	free(doctor);
}
