/* SPDX-License-Identifier: MIT */
/* cmd_report.c - `ipcrash report`: what logs come to, once more. */
#include <string.h>

#include "base/mem.h"
#include "base/term.h"
#include "harness/cli/commands.h"
#include "harness/cli/options.h"
#include "harness/cli/remember.h"
#include "harness/cli/show.h"
#include "harness/cli/tell.h"

struct report_options {
	enum term_color color;
	int error_status;
	bool strict;
	bool matrix;
	bool verbose;
	struct wanted wanted;
	struct remember remember;
};

static const struct cli_option options[] = {
	OPTION_REPORT(struct report_options, wanted, wanted_take_of_log,
		      REPORT_INSTEAD),
	OPTIONS_REMEMBER(struct report_options, remember),
	OPTION_STRICT(struct report_options, strict),
	OPTION_ERROR_EXITCODE(struct report_options, error_status),
	OPTION_MATRIX(struct report_options, matrix),
	OPTION_VERBOSE(struct report_options, verbose),
	OPTION_COLOR(struct report_options, color),
};

/* A report that replaced a log could not be made again. */
static int
read_log(struct log *log, const char *name, const struct wanted *wanted,
	 struct err *err)
{
	CLEANUP_FREE char *file = log_file_name(name);

	if (wanted_refuse(wanted, file, "the log", err))
		return -1;
	return log_read_file(log, name, err);
}

static int
read_logs(struct log *log, int count, char **names, const struct wanted *wanted,
	  struct err *err)
{
	for (int i = 0; i < count; i++)
		if (read_log(log, names[i], wanted, err))
			return -1;
	return 0;
}

static int
report(struct report_options *given, int count, char **names, struct err *err)
{
	const char *first = names[0];
	const struct text_settings settings = {
		.color = term_wants_color(stdout, given->color),
		.verbose = given->verbose,
		.matrix = given->matrix,
		.header = true,
		.folder = strcmp(first, DEFAULT_FOLDER) ? first : NULL,
	};
	const struct show show = {.wanted = &given->wanted,
				  .text = &settings,
				  .remember = &given->remember};
	CLEANUP_LOG struct log log = {0};
	CLEANUP_CLASSES struct classes classes = {0};

	given->remember.verbose = given->verbose;
	if (remember_load(&given->remember, err) ||
	    read_logs(&log, count, names, &given->wanted, err))
		return STATUS_USAGE;
	classes_make_with(&classes, &log,
			  given->strict || log.campaign.options.strict,
			  &given->remember.memory);
	if (show_log(&show, &log, &classes, err))
		return STATUS_USAGE;
	return tell_gate(classes_gate(&classes, &log), given->error_status);
}

static int
run(const struct cli_command *self, int argc, char **argv, struct err *err)
{
	struct report_options given = {.error_status = STATUS_FINDINGS};
	char *folders[] = {DEFAULT_FOLDER, NULL};
	int first = cli_parse(self, PROGRAM, &given, argc, argv, err);
	int status = STATUS_USAGE;

	if (first == 0)
		status = STATUS_OK; /* --help */
	else if (first > 0 && !wanted_open(&given.wanted, err) &&
		 !remember_refuse(&given.remember, &given.wanted, err))
		status = first == argc ? report(&given, 1, folders, err)
				       : report(&given, argc - first,
						argv + first, err);
	remember_free(&given.remember);
	wanted_free(&given.wanted);
	return status;
}

const struct cli_command cmd_report = {
	.name = "report",
	.arguments = "[OPTION]... [LOG]...",
	.summary = "show what a campaign came to, from its log",
	.details = "LOG is a file that 'run' has written, or its "
		   "folder; " DEFAULT_FOLDER
		   " if none is given. Several logs of one command are put "
		   "together; of a trial that is there again the last counts. "
		   "Nothing is run.\n"
		   "\n"
		   "Exit status: as of 'run'.",
	.mixed = true,
	.options = options,
	.option_count = ARRAY_LEN(options),
	.run = run,
};
