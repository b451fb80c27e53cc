/* SPDX-License-Identifier: MIT */
/* cmd_snapshot.c - `leakcheck snapshot`: write down what is alive now. */
#include "leakcheck/cli/commands.h"
#include "leakcheck/cli/options.h"
#include "leakcheck/cli/tell.h"
#include "leakcheck/snapshot_file.h"

struct snapshot_options {
	struct scope scope;
	const char *output;
};

static const struct cli_option options[] = {
	{"output", 'o', "FILE",
	 "Write to FILE, '-' is standard output. The file is written as a "
	 "whole or not at all.",
	 cli_text, offsetof(struct snapshot_options, output)},
	OPTIONS_SCOPE(struct snapshot_options, scope),
};

static int
take(const struct snapshot_options *settings, struct err *err)
{
	const struct collect_settings collect =
		scope_settings(&settings->scope);
	CLEANUP_SNAPSHOT struct snapshot *snapshot = NULL;

	if (!settings->output) {
		err_set(err, 0,
			"snapshot: where to? Give -o FILE, or -o - for "
			"standard output");
		return STATUS_USAGE;
	}
	snapshot = collect_snapshot(&collect, err);
	if (!snapshot)
		return STATUS_INTERNAL;
	scope_tell_missing(&settings->scope, stderr);
	if (snapshot_file_save(snapshot, settings->output, err))
		return STATUS_USAGE;
	tell_blind_spots(snapshot, stderr);
	return STATUS_OK;
}

static int
run(const struct cli_command *self, int argc, char **argv, struct err *err)
{
	struct snapshot_options settings = {0};
	int parsed = options_parse(self, &settings, argc, argv, err);
	int status = parsed < 0 ? STATUS_USAGE : STATUS_OK;

	if (parsed > 0)
		status = take(&settings, err);
	scope_free(&settings.scope);
	return status;
}

const struct cli_command cmd_snapshot = {
	.name = "snapshot",
	.arguments = "[OPTION]... -o FILE",
	.summary = "write the objects that are alive now to a file",
	.details = "The file holds JSON Lines. 'diff' compares it with another "
		   "one or with what is alive then:\n"
		   "\n"
		   "  " PROGRAM " snapshot -o before\n"
		   "  make check\n"
		   "  " PROGRAM " diff before",
	.options = options,
	.option_count = ARRAY_LEN(options),
	.mixed = true,
	.run = run,
};
