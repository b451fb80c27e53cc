/* SPDX-License-Identifier: MIT */
/* commands.c - the table of commands. */
#include "harness/cli/commands.h"

#include "base/attr.h"

static const struct cli_command *const commands[] = {
	&cmd_run, &cmd_list, &cmd_rerun, &cmd_report, &cmd_diff, &cmd_baseline,
};

static const struct cli_option options[] = {
	PROGRAM_OPTION_VERSION,
};

const struct cli_command program_command = {
	.arguments = "[OPTION] COMMAND [ARG]...",
	.summary = "crash a program at every point between making and "
		   "removing IPC objects, and show what it leaves behind",
	.details =
		"Runs an unmodified program once to learn where it makes, "
		"uses and removes shared memory, semaphores, message queues, "
		"FIFOs and socket paths; then again and again, each time with "
		"one fault at one point: a signal, exit(), an error return, "
		"SIGKILL. What is left is a finding, told with the line that "
		"made it and one command that repeats it.\n"
		"\n"
		"  " PROGRAM " run -- ./test_pool    all faults at all points\n"
		"  " PROGRAM " list -- ./test_pool   only where they would be\n"
		"  " PROGRAM " rerun 7f3a9c12        one of them again\n"
		"  " PROGRAM
		" report                the last result once more\n"
		"  " PROGRAM
		" diff old ipcrash.out  what is new since another result\n"
		"  " PROGRAM " COMMAND --help        all about one command",
	.options = options,
	.option_count = ARRAY_LEN(options),
	.commands = commands,
	.command_count = ARRAY_LEN(commands),
};
