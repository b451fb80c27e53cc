/* SPDX-License-Identifier: MIT */
/* commands.c - the table of commands. */
#include "leakcheck/cli/commands.h"

#include "base/attr.h"

static const struct cli_command *const commands[] = {
	&cmd_list, &cmd_snapshot, &cmd_diff, &cmd_run, &cmd_clean,
};

static const struct cli_option options[] = {
	PROGRAM_OPTION_VERSION,
};

const struct cli_command program_command = {
	.arguments = "[OPTION] COMMAND [ARG]...",
	.summary = "see, compare and gate the IPC objects that outlive the "
		   "programs that made them",
	.details =
		"Shared memory, semaphores and message queues of System V and "
		"POSIX, FIFOs and Unix socket paths: the kernel keeps them "
		"until they are removed. " PROGRAM " shows them, finds those "
		"that a command leaves behind, and removes them.\n"
		"\n"
		"  " PROGRAM " run -- make check     fail when the tests leak\n"
		"  " PROGRAM " list                  what is there now\n"
		"  " PROGRAM " COMMAND --help        all about one command",
	.options = options,
	.option_count = ARRAY_LEN(options),
	.commands = commands,
	.command_count = ARRAY_LEN(commands),
};
