/* SPDX-License-Identifier: MIT */
/* cmd_baseline.c - `ipcrash baseline`: what is there is known from now on. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "harness/cli/commands.h"
#include "harness/cli/options.h"
#include "harness/cli/remember.h"
#include "reports/evidence.h"

struct baseline_options {
	const char *output; /* NULL, "-": standard output */
	bool strict;
	struct remember remember;
};

#define MEMBER(name) offsetof(struct baseline_options, name)

static const struct cli_option options[] = {
	{"output", 'o', "FILE",
	 "Write to FILE, whole or not at all; to standard output if not given.",
	 cli_text, MEMBER(output)},
	OPTION_SUPPRESSIONS(struct baseline_options, remember),
	OPTION_STRICT(struct baseline_options, strict),
};

static void
add_log(struct baseline *baseline, struct baseline_options *given,
	const struct log *log)
{
	CLEANUP_CLASSES struct classes classes = {0};

	classes_make_with(&classes, log,
			  given->strict || log->campaign.options.strict,
			  &given->remember.memory);
	baseline_add(baseline, log, &classes);
}

/* Each by itself: they may be of several commands. */
static int
add_alone(struct baseline *baseline, struct baseline_options *given,
	  struct log *log, const char *name, struct err *err)
{
	if (log_read_file(log, name, err))
		return -1;
	add_log(baseline, given, log);
	if (evidence_why_not(log))
		fprintf(stderr, PROGRAM ": there may be more to find: %s\n",
			evidence_why_not(log));
	return 0;
}

static bool
is_same_command(const struct log *a, const struct log *b)
{
	return record_texts_equal(&a->campaign.target, &b->campaign.target);
}

static bool
is_first_of_command(const struct log *logs, int at)
{
	for (int i = 0; i < at; i++)
		if (is_same_command(&logs[i], &logs[at]))
			return false;
	return true;
}

/*
 * Those of one command also as `report` puts them together: each may have
 * another line of a function, and only together do they have all.
 */
static int
add_together(struct baseline *baseline, struct baseline_options *given,
	     const struct log *logs, char **names, int count, struct err *err)
{
	for (int i = 0; i < count; i++) {
		CLEANUP_LOG struct log whole = {0};

		if (!is_first_of_command(logs, i))
			continue;
		for (int j = i; j < count; j++)
			if (is_same_command(&logs[i], &logs[j]) &&
			    log_read_file(&whole, names[j], err))
				return -1;
		add_log(baseline, given, &whole);
	}
	return 0;
}

static int
add_logs(struct baseline *baseline, struct baseline_options *given, int count,
	 char **names, struct err *err)
{
	struct log *logs = mem_zalloc((size_t)count * sizeof(*logs));
	int failed = 0;

	for (int i = 0; i < count && !failed; i++)
		failed = add_alone(baseline, given, &logs[i], names[i], err);
	if (count > 1 && !failed)
		failed = add_together(baseline, given, logs, names, count, err);
	for (int i = 0; i < count; i++)
		log_free(&logs[i]);
	free(logs);
	return failed;
}

static int
make(struct baseline_options *given, int count, char **names, struct err *err)
{
	CLEANUP_BASELINE struct baseline baseline = {0};
	CLEANUP_BUF struct buf text = {0};
	bool to_file = given->output && strcmp(given->output, "-") != 0;

	if (remember_load(&given->remember, err))
		return STATUS_USAGE;
	if (add_logs(&baseline, given, count, names, err))
		return STATUS_USAGE;
	baseline_write(&text, &baseline);
	if (to_file)
		return remember_write(given->output, &text, err) ? STATUS_USAGE
								 : STATUS_OK;
	fputs(buf_text(&text), stdout);
	return program_flush(err) ? STATUS_USAGE : STATUS_OK;
}

static int
run(const struct cli_command *self, int argc, char **argv, struct err *err)
{
	struct baseline_options given = {0};
	char *folders[] = {DEFAULT_FOLDER, NULL};
	int first = cli_parse(self, PROGRAM, &given, argc, argv, err);
	int status = first ? STATUS_USAGE : STATUS_OK;

	if (first > 0)
		status = first == argc ? make(&given, 1, folders, err)
				       : make(&given, argc - first,
					      argv + first, err);
	remember_free(&given.remember);
	return status;
}

const struct cli_command cmd_baseline = {
	.name = "baseline",
	.arguments = "[OPTION]... [LOG]...",
	.summary = "write down what is there now, for --baseline",
	.details =
		"Writes a line for each class of findings for which the gate "
		"of LOG fails, with the faults after which it does; 'run' and "
		"'report' with --baseline then fail for others only. LOG is a "
		"file that 'run' has written, or its folder; " DEFAULT_FOLDER
		" if none is given. Logs of several commands may share a "
		"baseline.\n"
		"\n"
		"Exit status: 0, or 2 for wrong usage.",
	.mixed = true,
	.options = options,
	.option_count = ARRAY_LEN(options),
	.run = run,
};
