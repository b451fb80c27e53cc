/* SPDX-License-Identifier: MIT */
/* cmd_diff.c - `ipcrash diff`: what has changed between two campaigns. */
#include "base/term.h"
#include "harness/cli/commands.h"
#include "harness/cli/options.h"
#include "reports/compare.h"

struct diff_options {
	enum term_color color;
	int error_status;
	bool strict;
	bool json;
	bool verbose;
};

#define MEMBER(name) offsetof(struct diff_options, name)

static const struct cli_option options[] = {
	{"json", 0, NULL, "Print JSON, an object a line.", cli_flag,
	 MEMBER(json)},
	OPTION_STRICT(struct diff_options, strict),
	OPTION_ERROR_EXITCODE(struct diff_options, error_status),
	{"verbose", 'v', NULL, "Show also what is the same.", cli_flag,
	 MEMBER(verbose)},
	OPTION_COLOR(struct diff_options, color),
};

static int
show(const struct diff_options *given, const struct comparison *comparison,
     struct err *err)
{
	const struct compare_settings settings = {
		.color = term_wants_color(stdout, given->color),
		.verbose = given->verbose,
	};

	if (!given->json)
		compare_text(comparison, &settings, stdout);
	else if (compare_json(comparison, stdout, err))
		return STATUS_USAGE;
	if (program_flush(err))
		return STATUS_USAGE;
	return compare_is_worse(comparison) ? given->error_status : STATUS_OK;
}

static int
read_side(struct log *log, struct classes *classes, const char *name,
	  bool strict, struct err *err)
{
	if (log_read_file(log, name, err))
		return -1;
	classes_make(classes, log, strict || log->campaign.options.strict);
	return 0;
}

static int
diff(const struct diff_options *given, char **names, struct err *err)
{
	CLEANUP_LOG struct log old = {0};
	CLEANUP_LOG struct log new = {0};
	CLEANUP_CLASSES struct classes old_classes = {0};
	CLEANUP_CLASSES struct classes new_classes = {0};
	CLEANUP_COMPARISON struct comparison comparison = {0};

	if (read_side(&old, &old_classes, names[0], given->strict, err) ||
	    read_side(&new, &new_classes, names[1], given->strict, err))
		return STATUS_USAGE;
	compare_make(&comparison, &(struct compared) {&old, &old_classes},
		     &(struct compared) {&new, &new_classes});
	return show(given, &comparison, err);
}

static int
run(const struct cli_command *self, int argc, char **argv, struct err *err)
{
	struct diff_options given = {.error_status = STATUS_FINDINGS};
	int first = cli_parse(self, PROGRAM, &given, argc, argv, err);

	if (first <= 0)
		return first ? STATUS_USAGE : STATUS_OK;
	if (argc - first == 2)
		return diff(&given, argv + first, err);
	err_set(err, 0,
		"diff: two logs, as in: " PROGRAM
		" diff before " DEFAULT_FOLDER);
	return STATUS_USAGE;
}

const struct cli_command cmd_diff = {
	.name = "diff",
	.arguments = "[OPTION]... OLD NEW",
	.summary = "show which findings are new, and which are gone",
	.details =
		"OLD and NEW are files that 'run' has written, or their "
		"folders. A class of findings that NEW does not have is fixed "
		"only if NEW has looked for it: the same faults were tried "
		"where it was left.\n"
		"\n"
		"Exit status: 0 nothing is new; 1 the gate fails for a class "
		"that is new, or that is left after more faults (see "
		"--error-exitcode); 2 wrong usage.",
	.mixed = true,
	.options = options,
	.option_count = ARRAY_LEN(options),
	.run = run,
};
