// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/summary.h"

#include "plan/plan_words.h"

static void write_plan(const struct summary_request *request,
		       const struct plan *plan)
{
	struct plan_view view;

	if (!plan_view_open(&view, request->request, plan) &&
	    plan_words_write(&view, &request->unit, request->output))
		message_report(request->request->messages,
			       "%s: out of memory; free some memory and run it again",
			       plan->name);
	plan_view_close(&view);
}

void summary_run(const struct summary_request *request)
{
	const struct config *config = request->config;

	for (size_t at = 0; at < config->count; at++) {
		if (!config->plans[at].is_right)
			continue;
		write_plan(request, &config->plans[at].plan);
		fputc('\n', request->output);
	}
	summary_monitors(request, config->count ? SUMMARY_LARGEST : SIZE_MAX);
	if (!config->count)
		fprintf(request->output,
			"\nTo know what is left of an ISP's plan, describe it in %s: see trafmetux.conf(5).\n"
			"For other reports see 'trafmetux --help'.\n",
			request->config_path);
}
