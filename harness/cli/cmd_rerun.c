/* SPDX-License-Identifier: MIT */
/* cmd_rerun.c - `ipcrash rerun`: one trial again, told call by call. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/term.h"
#include "harness/chronicle.h"
#include "harness/cli/commands.h"
#include "harness/cli/options.h"
#include "harness/cli/tell.h"

struct rerun_options {
	const char *folder;
	enum term_color color;
	int64_t timeout_ms;
	int error_status;
	bool gdb;
	bool quiet;
};

#define MEMBER(name) offsetof(struct rerun_options, name)

static const struct cli_option options[] = {
	{"output", 'o', "DIR",
	 "The log is DIR/run.jsonl; " DEFAULT_FOLDER " if not given.", cli_text,
	 MEMBER(folder)},
	{"gdb", 0, NULL,
	 "Stop at the point, before the fault, and start gdb(1) there.",
	 cli_flag, MEMBER(gdb)},
	{"timeout", 0, "PERIOD",
	 "How long the run may take; as then if not given.", cli_limit,
	 MEMBER(timeout_ms)},
	{"quiet", 'q', NULL, "Do not show the calls, only the verdict.",
	 cli_flag, MEMBER(quiet)},
	OPTION_ERROR_EXITCODE(struct rerun_options, error_status),
	OPTION_COLOR(struct rerun_options, color),
};

/* The campaign as it was, with nothing but this one trial in its plan. */
static struct campaign_settings
settings_like(const struct log *log, const struct trial *trial,
	      struct arena *arena)
{
	struct campaign_settings settings =
		chronicle_settings(&log->campaign, arena);

	settings.repeat = 0;
	settings.plan = (struct plan_settings) {.points = settings.plan.points,
						.faults = &trial->fault,
						.fault_count = 1};
	return settings;
}

/* Relative names in the command mean what they meant. */
static int
go_there(const struct log *log, struct err *err)
{
	const char *directory = log->campaign.directory;

	if (!directory || chdir(directory) == 0)
		return 0;
	return err_set(err, errno, "going to %s, where the program ran",
		       directory);
}

static enum status
status_of(const struct trial *trial, int error_status)
{
	const enum status statuses[] = {
		[WEIGHT_PASS] = STATUS_OK,
		[WEIGHT_NOTE] = STATUS_OK,
		[WEIGHT_FINDING] = (enum status)error_status,
		[WEIGHT_GAP] = STATUS_INCOMPLETE,
	};

	return statuses[verdict_weight(trial->verdict)];
}

/* What the program did and left was the user's doing. */
static void
tell_debugged(const struct trial *trial)
{
	printf("%s: %s, so there is no verdict\n", trial->short_id,
	       trial->note ? trial->note : "nothing is known");
}

static enum status
show(const struct campaign *campaign, const struct log *log,
     const struct trial *trial, const struct rerun_options *given,
     struct err *err)
{
	const bool is_default = !strcmp(given->folder, DEFAULT_FOLDER);
	const struct text_settings settings = {
		.color = term_wants_color(stdout, given->color),
		.verbose = true,
		.folder = is_default ? NULL : given->folder,
	};

	if (campaign->state == CAMPAIGN_STOPPED)
		return tell_stopped(campaign, stderr);
	if (campaign->state == CAMPAIGN_BAD_GOLDEN)
		return tell_bad_golden(campaign, &settings, stdout);
	if (campaign->state == CAMPAIGN_NO_SITES)
		return tell_no_sites(campaign, stderr);
	if (given->gdb && trial->verdict == VERDICT_BROKEN)
		tell_debugged(trial);
	else
		text_trial(log, trial, &settings, stdout);
	if (program_flush(err))
		return STATUS_USAGE;
	return status_of(trial, given->error_status);
}

static enum status
rerun(const struct log *log, const struct trial *then,
      const struct rerun_options *given, struct err *err)
{
	struct arena arena = {0};
	struct campaign_settings settings = settings_like(log, then, &arena);
	const struct rerun_settings how = {.id = then->id,
					   .trace =
						   given->quiet ? NULL : stdout,
					   .gdb = given->gdb};
	struct campaign campaign = {0};
	struct trial trial = {0};
	enum status status;

	if (given->timeout_ms)
		settings.timeout_ms = given->timeout_ms;
	if (campaign_rerun(&campaign, &settings, &how, &trial, err))
		status = tell_failure(&campaign, err);
	else
		status = show(&campaign, log, &trial, given, err);
	trial_free(&trial);
	campaign_free(&campaign);
	arena_free(&arena);
	return status;
}

static enum status
find_and_rerun(const char *id, const struct rerun_options *given,
	       struct err *err)
{
	CLEANUP_LOG struct log log = {0};
	const struct trial *trial;

	if (log_read_file(&log, given->folder, err))
		return STATUS_USAGE;
	trial = log_find_trial(&log, id, err);
	if (!trial || go_there(&log, err))
		return STATUS_USAGE;
	return rerun(&log, trial, given, err);
}

static int
run(const struct cli_command *self, int argc, char **argv, struct err *err)
{
	struct rerun_options given = {.folder = DEFAULT_FOLDER,
				      .error_status = STATUS_FINDINGS};
	int first = cli_parse(self, PROGRAM, &given, argc, argv, err);

	if (first == 0)
		return STATUS_OK;
	if (first > 0 && argc - first == 1)
		return find_and_rerun(argv[first], &given, err);
	if (first > 0)
		err_set(err, 0,
			"rerun: one trial, as in: " PROGRAM " rerun 7f3a9c12");
	return STATUS_USAGE;
}

const struct cli_command cmd_rerun = {
	.name = "rerun",
	.arguments = "[OPTION]... TRIAL",
	.summary = "make one trial of a campaign again, told call by call",
	.details =
		"TRIAL is its name as the log has it, or the first 4 to 8 "
		"digits of its short one. The command is run as it was then, "
		"in the same directory, but in this environment.\n"
		"\n"
		"Exit status: 0 nothing was left; 1 a finding, see "
		"--error-exitcode; 2 wrong usage; 5 the trial says nothing "
		"now; the others as of 'run'.",
	.mixed = true,
	.options = options,
	.option_count = ARRAY_LEN(options),
	.run = run,
};
