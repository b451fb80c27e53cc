/* SPDX-License-Identifier: MIT */
/* cmd_run.c - `ipcrash run`: all faults at all points. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/term.h"
#include "harness/cli/commands.h"
#include "harness/cli/options.h"
#include "harness/cli/remember.h"
#include "harness/cli/show.h"
#include "harness/cli/tell.h"
#include "harness/progress.h"

struct run_options {
	struct campaign_settings settings;
	enum term_color color;
	int error_status;
	bool dry_run;
	bool matrix;
	bool verbose;
	struct wanted wanted;
	struct remember remember;
};

#define MEMBER(name) offsetof(struct run_options, name)

static const struct cli_option options[] = {
	OPTIONS_PLAN(struct run_options, settings),
	{"dry-run", 'n', NULL,
	 "Only list the trials that would be made, and how long that may take.",
	 cli_flag, MEMBER(dry_run)},
	OPTIONS_TARGET(struct run_options, settings),
	{"allow-leaky-baseline", 0, NULL,
	 "Go on though the run without a fault fails or leaks; only what is "
	 "new then counts.",
	 cli_flag, MEMBER(settings.allow_leaky)},
	{"no-window", 0, NULL,
	 "Do not look whether a leak is one for some instructions only: "
	 "faster, "
	 "and each such leak counts.",
	 cli_flag, MEMBER(settings.no_window)},
	{"jobs", 'j', "N",
	 "Make N trials at a time; as many as there are processors if not "
	 "given, and one on the host. It is always one where all runs make a "
	 "FIFO or a socket at the same path.",
	 cli_count, MEMBER(settings.jobs)},
	{"repeat", 0, "N",
	 "Make each trial N times, to see whether it always comes to the same; "
	 "the worst counts.",
	 cli_count, MEMBER(settings.repeat)},
	{"output", 'o', "DIR",
	 "Write the log to DIR/run.jsonl; " DEFAULT_FOLDER " if not given. An "
	 "earlier log there becomes run.jsonl.old.",
	 cli_text, MEMBER(settings.folder)},
	{"resume", 0, NULL,
	 "Go on with the log that is there: trials and repetitions that it has "
	 "are not made again. It must be of the same command, directory and "
	 "options.",
	 cli_flag, MEMBER(settings.resume)},
	OPTION_REPORT(struct run_options, wanted, wanted_take_of_log,
		      REPORT_INSTEAD),
	OPTIONS_REMEMBER(struct run_options, remember),
	OPTION_STRICT(struct run_options, settings.strict),
	OPTION_ERROR_EXITCODE(struct run_options, error_status),
	OPTION_MATRIX(struct run_options, matrix),
	OPTION_VERBOSE(struct run_options, verbose),
	OPTION_COLOR(struct run_options, color),
};

static void
show_trials(const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		char short_id[TRIAL_SHORT_ID + 1];

		trial_short_id(plan->items[i].id, short_id);
		printf("%s  %s\n", short_id, plan->items[i].id);
	}
}

struct cost {
	double least_s, most_s;
};

/* A fault ends the program where it comes, or it goes on to its end. */
static struct cost
cost_of(const struct campaign *campaign)
{
	const struct plan *plan = &campaign->plan;
	const struct golden *golden = &campaign->golden;
	struct cost cost = {0};

	for (size_t i = 0; i < plan->count; i++)
		cost.least_s +=
			(double)golden->sites[plan->items[i].site].at_ns / 1e9;
	cost.most_s = (double)plan->count * (double)golden->duration_ns / 1e9;
	return cost;
}

static void
show_estimate(const struct campaign *campaign,
	      const struct campaign_settings *settings)
{
	const struct plan *plan = &campaign->plan;
	const size_t jobs = campaign_jobs(campaign, settings);
	const double times = settings->repeat ? (double)settings->repeat : 1;
	const struct cost cost = cost_of(campaign);

	printf("%zu trials at %zu points", plan->count, plan->points);
	if (plan->unpicked)
		printf(", %zu not selected", plan->unpicked);
	if (plan->in_library)
		printf(", %zu of exit in the middle of a call of libc left out",
		       plan->in_library);
	if (plan->left_out)
		printf(", %zu left out by --max-trials", plan->left_out);
	printf("; %.1f to %.1f s with %zu job%s, and --settle or --timeout for "
	       "each that stays\n",
	       times * cost.least_s / (double)jobs,
	       times * cost.most_s / (double)jobs, jobs, jobs == 1 ? "" : "s");
}

static enum status
show_plan(const struct campaign *campaign, const struct run_options *given,
	  struct err *err)
{
	show_trials(&campaign->plan);
	show_estimate(campaign, &given->settings);
	return program_flush(err) ? STATUS_USAGE : STATUS_OK;
}

/* From the log, which is all that there is to know. */
static enum status
report(struct run_options *given, const struct text_settings *settings,
       int interrupted_by, struct err *err)
{
	const struct show show = {.wanted = &given->wanted,
				  .text = settings,
				  .remember = &given->remember,
				  .is_run = true};
	CLEANUP_LOG struct log log = {0};
	CLEANUP_CLASSES struct classes classes = {0};

	if (log_read_file(&log, settings->log, err))
		return STATUS_USAGE;
	classes_make_with(&classes, &log, given->settings.strict,
			  &given->remember.memory);
	if (show_log(&show, &log, &classes, err))
		return STATUS_USAGE;
	if (interrupted_by)
		return (enum status)(STATUS_SIGNAL + interrupted_by);
	return tell_gate(classes_gate(&classes, &log), given->error_status);
}

/* Nothing could be tried, and whoever reads reports must be told. */
static enum status
show_nothing(const struct campaign *campaign, struct run_options *given,
	     const struct text_settings *settings, struct err *err)
{
	const bool is_bad = campaign->state == CAMPAIGN_BAD_GOLDEN;
	const struct show show = {.wanted = &given->wanted, .text = settings};
	FILE *out = wanted_shows(&given->wanted) ? stderr : stdout;
	CLEANUP_LOG struct log log = {0};
	CLEANUP_BUF struct buf why = {0};
	struct show_reason reason = {.hung = campaign->golden.hung};
	enum status status;
	int failed;

	if (is_bad)
		tell_add_bad_golden(&why, campaign);
	else
		tell_add_no_sites(&why, campaign);
	reason.why = buf_text(&why);
	reason.end = is_bad ? &campaign->golden.end : NULL;
	tell_fill_log(&log, campaign);
	log.campaign.tool = PROGRAM " " VERSION;
	log.campaign.target.items = (const char **)given->settings.argv;
	while (given->settings.argv[log.campaign.target.count])
		log.campaign.target.count++;
	/* Files first: who reads what is shown may be gone. */
	failed = show_no_trial(&show, &log, &reason, err);
	status = is_bad ? tell_bad_golden(campaign, settings, out)
			: tell_no_sites(campaign, stderr);
	return failed ? STATUS_USAGE : status;
}

static enum status
show_outcome(const struct campaign *campaign, struct run_options *given,
	     struct err *err)
{
	const char *folder = given->settings.folder;
	CLEANUP_FREE char *log = mem_printf("%s/" LOG_NAME, folder);
	const struct text_settings settings = {
		.color = term_wants_color(stdout, given->color),
		.verbose = given->verbose,
		.matrix = given->matrix,
		.folder = strcmp(folder, DEFAULT_FOLDER) ? folder : NULL,
		.log = log,
	};

	if (campaign->state == CAMPAIGN_STOPPED && !campaign->plan.count)
		return tell_stopped(campaign, stderr);
	if (campaign->state == CAMPAIGN_BAD_GOLDEN ||
	    campaign->state == CAMPAIGN_NO_SITES)
		return show_nothing(campaign, given, &settings, err);
	if (given->dry_run)
		return show_plan(campaign, given, err);
	tell_crowd(campaign, stderr);
	return report(given, &settings, campaign->interrupted_by, err);
}

static int
make_campaign(struct campaign *campaign, const struct run_options *given,
	      struct err *err)
{
	CLEANUP_PROGRESS struct progress *progress = progress_new(
		stderr, term_wants_color(stderr, given->color), given->verbose);
	const struct campaign_watcher watcher = progress_watcher(progress);
	struct remember_watch watch = {
		.campaign = campaign,
		.memory = &given->remember.memory,
		.strict = given->settings.strict,
	};
	int failed;

	progress_excuse(progress, remember_knows, &watch);
	failed = campaign_run(campaign, &given->settings, &watcher, err);
	log_free(&watch.sites);
	return failed;
}

static enum status
run_campaign(struct run_options *given, struct err *err)
{
	struct campaign campaign = {0};
	enum status status;

	given->settings.list_only = given->dry_run;
	given->remember.verbose = given->verbose;
	if (make_campaign(&campaign, given, err))
		status = tell_failure(&campaign, err);
	else
		status = show_outcome(&campaign, given, err);
	campaign_free(&campaign);
	return status;
}

static int
open_reports(struct run_options *given, struct err *err)
{
	CLEANUP_FREE char *log =
		mem_printf("%s/" LOG_NAME, given->settings.folder);

	if (wanted_open(&given->wanted, err) ||
	    wanted_refuse(&given->wanted, log, "the log", err))
		return -1;
	return remember_refuse(&given->remember, &given->wanted, err);
}

/*
 * A report may go to the folder of the log, which is not there yet the first
 * time, and does not stay if there is nothing to be in it.
 */
static enum status
run_with_reports(struct run_options *given, struct err *err)
{
	enum status status = STATUS_USAGE;
	bool is_new;

	if (given->wanted.count && given->dry_run) {
		err_set(err, 0,
			"run: --dry-run makes no trial, so there is nothing to "
			"--report");
		return STATUS_USAGE;
	}
	if (!given->settings.folder)
		given->settings.folder = DEFAULT_FOLDER;
	is_new = given->wanted.count && !mkdir(given->settings.folder, 0777);
	if (!open_reports(given, err))
		status = run_campaign(given, err);
	if (is_new)
		rmdir(given->settings.folder);
	return status;
}

static int
run(const struct cli_command *self, int argc, char **argv, struct err *err)
{
	struct run_options given = {.settings = options_defaults(),
				    .error_status = STATUS_FINDINGS};
	struct campaign_settings *settings = &given.settings;
	int first = cli_parse(self, PROGRAM, &given, argc, argv, err);
	int status = STATUS_USAGE;

	if (first == 0)
		status = STATUS_OK; /* --help */
	else if (first > 0 && !remember_load(&given.remember, err) &&
		 !options_finish(self, settings, argv + first, err))
		status = run_with_reports(&given, err);
	remember_free(&given.remember);
	wanted_free(&given.wanted);
	options_free(settings);
	return status;
}

const struct cli_command cmd_run = {
	.name = "run",
	.arguments = "[OPTION]... [--] COMMAND [ARG]...",
	.summary = "crash a command at every point and show what it leaves",
	.details =
		"Runs COMMAND twice without a fault, to learn its sites: where "
		"it makes, uses and removes IPC objects. Then it is run once "
		"for each fault at each point, in a sandbox of its own, and "
		"what is left when all its processes are dead is a finding. "
		"Each trial is written to the log when it is made.\n"
		"\n"
		"A point is a site and a phase: 'before' the call, or at its "
		"'return', when the kernel has done it and the program does "
		"not know yet. By default nothing may be left after exit, "
		"SIGINT, SIGTERM, SIGHUP and errors; what is left after "
		"SIGSEGV, SIGABRT and SIGKILL is a warning. SIGUSR1 prints how "
		"far it is; Ctrl-C ends it, and --resume goes on.\n"
		"\n"
		"Exit status: 0 nothing was left that must not be; 1 findings, "
		"see --error-exitcode; 2 wrong usage; 3 the run without a "
		"fault fails, hangs or leaks; 4 nothing to inject at; 5 no "
		"finding, but trials that say nothing; 70 internal error; 77 "
		"cannot run here; 126 COMMAND cannot be executed, 127 it was "
		"not found; 128+N ended by signal N.",
	.options = options,
	.option_count = ARRAY_LEN(options),
	.run = run,
};
