/* SPDX-License-Identifier: MIT */
/*
 * options.h - options that several commands have, each as one row, so that they
 * are called, explained and checked alike. Those of a campaign fill its
 * settings directly:
 *
 *	OPTIONS_PLAN(struct run_options, settings),
 */
#ifndef HARNESS_CLI_OPTIONS_H
#define HARNESS_CLI_OPTIONS_H

#include <stddef.h>

#include "base/cli_options.h"
#include "harness/campaign.h"

#define DEFAULT_FOLDER "ipcrash.out"

/* What holds when no option says else. */
struct campaign_settings options_defaults(void);
/* Free what options have put into @settings. */
void options_free(struct campaign_settings *settings);

/*
 * What follows the options of a command that runs a target: @argv starts with
 * the target. Checks what excludes each other. Returns 0, or -1 with *err set.
 */
int options_finish(const struct cli_command *command,
		   struct campaign_settings *settings, char **argv,
		   struct err *err);

cli_take options_take_faults;  /* struct plan_settings */
cli_take options_take_policy;  /* struct cli_texts: faults, by comma */
cli_take options_take_points;  /* enum points */
cli_take options_take_equal;   /* unsigned */
cli_take options_take_seed;    /* uint64_t */
cli_take options_take_stop;    /* int: a signal */
cli_take options_take_host;    /* enum run_place */
cli_take options_take_sandbox; /* enum run_place */

#define OPTIONS_PLAN(type, member)                                             \
	{"faults",                                                             \
	 'f',                                                                  \
	 "LIST",                                                               \
	 "Which faults, by comma: signals (SIGTERM), exit, _exit, errors "     \
	 "(ENOSPC, or ENOSPC,persistent for this call and all later ones), "   \
	 "or a set: default, errors. If not given: default,errors.",           \
	 options_take_faults,                                                  \
	 offsetof(type, member.plan)},                                         \
		{"only",                                                       \
		 0,                                                            \
		 "GLOB",                                                       \
		 "Only trials or sites whose name GLOB matches. May be given " \
		 "again.",                                                     \
		 cli_more,                                                     \
		 offsetof(type, member.plan.only)},                            \
		{"skip",                                                       \
		 0,                                                            \
		 "GLOB",                                                       \
		 "No trials or sites whose name GLOB matches. May be given "   \
		 "again.",                                                     \
		 cli_more,                                                     \
		 offsetof(type, member.plan.skip)},                            \
		{"require",                                                    \
		 0,                                                            \
		 "LIST",                                                       \
		 "Nothing may be left after these faults, or the gate fails.", \
		 options_take_policy,                                          \
		 offsetof(type, member.plan.require)},                         \
		{"allow",                                                      \
		 0,                                                            \
		 "LIST",                                                       \
		 "What is left after these faults is a mere warning.",         \
		 options_take_policy,                                          \
		 offsetof(type, member.plan.allow)},                           \
		{"points",                                                     \
		 0,                                                            \
		 "WHICH",                                                      \
		 "Where: ipc (the default: IPC calls, and what changes how "   \
		 "the "                                                        \
		 "program ends) or syscalls (every system call while an "      \
		 "object is "                                                  \
		 "alive).",                                                    \
		 options_take_points,                                          \
		 offsetof(type, member.plan.points)},                          \
		{"equal",                                                      \
		 0,                                                            \
		 "N",                                                          \
		 "Try N of points that are equal (same call stack, same "      \
		 "objects "                                                    \
		 "alive), as in a loop; 0: all. 3 if not given.",              \
		 options_take_equal,                                           \
		 offsetof(type, member.plan.repeat_equal)},                    \
		{"max-trials",                                                 \
		 0,                                                            \
		 "N",                                                          \
		 "Make at most N trials, picked at random by --seed; what "    \
		 "was left "                                                   \
		 "out is said.",                                               \
		 cli_size,                                                     \
		 offsetof(type, member.plan.max_trials)},                      \
	{                                                                      \
		"seed", 0, "NUMBER",                                           \
			"For the pick of --max-trials; equal numbers pick "    \
			"the same.",                                           \
			options_take_seed, offsetof(type, member.plan.seed)    \
	}

#define OPTIONS_TARGET(type, member)                                           \
	{"input",                                                              \
	 0,                                                                    \
	 "FILE",                                                               \
	 "The program's standard input in each run; /dev/null if not given.",  \
	 cli_text,                                                             \
	 offsetof(type, member.input)},                                        \
		{"timeout",                                                    \
		 0,                                                            \
		 "PERIOD",                                                     \
		 "How long a run may take; from the run without a fault if "   \
		 "not "                                                        \
		 "given.",                                                     \
		 cli_limit,                                                    \
		 offsetof(type, member.timeout_ms)},                           \
		{"settle",                                                     \
		 0,                                                            \
		 "PERIOD",                                                     \
		 "How long processes may outlive the program's first one and " \
		 "only wait; 5s if not given.",                                \
		 cli_period,                                                   \
		 offsetof(type, member.settle_ms)},                            \
		{"stop",                                                       \
		 0,                                                            \
		 "SIGNAL",                                                     \
		 "The program is a server: its first process gets SIGNAL "     \
		 "when it is idle, and should then end.",                      \
		 options_take_stop,                                            \
		 offsetof(type, member.stop_signal)},                          \
		{"idle",                                                       \
		 0,                                                            \
		 "PERIOD",                                                     \
		 "Idle, for --stop, is who has waited for so long; 300ms if "  \
		 "not given.",                                                 \
		 cli_period,                                                   \
		 offsetof(type, member.idle_ms)},                              \
		{"host",                                                       \
		 0,                                                            \
		 NULL,                                                         \
		 "Run on the host and not in a sandbox. Objects count that "   \
		 "the "                                                        \
		 "program was seen to make.",                                  \
		 options_take_host,                                            \
		 offsetof(type, member.place)},                                \
	{                                                                      \
		"sandbox", 0, NULL,                                            \
			"Run in a sandbox or not at all (exit status 77). "    \
			"Without this and --host the host is used where a "    \
			"sandbox is refused, and that is said.",               \
			options_take_sandbox, offsetof(type, member.place)     \
	}

#define OPTION_STRICT(type, member)                                           \
	{                                                                     \
		"strict", 0, NULL,                                            \
			"Fail also for windows: leaks for some instructions " \
			"only.",                                              \
			cli_flag, offsetof(type, member)                      \
	}

#define OPTION_MATRIX(type, member)                                           \
	{                                                                     \
		"matrix", 0, NULL,                                            \
			"Show the table of points and faults, however large " \
			"it is.",                                             \
			cli_flag, offsetof(type, member)                      \
	}

#define OPTION_VERBOSE(type, member)                                         \
	{                                                                    \
		"verbose", 'v', NULL,                                        \
			"Show all of what else is shortened: every finding " \
			"in full, and what the program printed.",            \
			cli_flag, offsetof(type, member)                     \
	}

#endif
