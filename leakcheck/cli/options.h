/* SPDX-License-Identifier: MIT */
/*
 * options.h - options that several commands have, each as one row, so that
 * they are called, explained and checked alike. Use in a table of options:
 *
 *	OPTIONS_SCOPE(struct settings, scope),
 *	OPTION_JSON(struct settings, json),
 */
#ifndef LEAKCHECK_CLI_OPTIONS_H
#define LEAKCHECK_CLI_OPTIONS_H

#include <stddef.h>

#include "base/cli.h"
#include "base/status.h"
#include "base/term.h"
#include "leakcheck/collect.h"

/* Which kinds to look for and where. Zero: the defaults of collect.h. */
struct scope {
	unsigned kinds; /* KIND_BIT()s */
	struct cli_texts watch;
};

/*
 * What to collect. The result points into @scope. --watch replaces the default
 * directories.
 */
struct collect_settings scope_settings(const struct scope *scope);
void scope_free(struct scope *scope);
/*
 * Say on @out which directories of --watch are not there. That is no error:
 * what is looked for may be made with its directory later.
 */
void scope_tell_missing(const struct scope *scope, FILE *out);
#define CLEANUP_SCOPE CLEANUP(scope_free)

cli_take option_take_kind;  /* unsigned, a kind's bit is added */
cli_take option_take_color; /* enum term_color */

#define OPTIONS_SCOPE(type, member)                                         \
	{"kind",                                                            \
	 'k',                                                               \
	 "KIND",                                                            \
	 "Only this kind: sysv-shm, sysv-sem, sysv-msg, posix-shm, "        \
	 "posix-sem, posix-mq, fifo or unix-socket. May be given again.",   \
	 option_take_kind,                                                  \
	 offsetof(type, member.kinds)},                                     \
	{                                                                   \
		"watch", 'w', "DIR",                                        \
			"Look for FIFOs and sockets in this directory and " \
			"below, instead of where they are usual. May be "   \
			"given again.",                                     \
			cli_more, offsetof(type, member.watch)              \
	}

#define OPTION_JSON(type, member)                                        \
	{                                                                \
		"json", 0, NULL, "Print JSON Lines, one object a line.", \
			cli_flag, offsetof(type, member)                 \
	}

#define OPTION_COLOR(type, member)                                          \
	{                                                                   \
		"color", 0, "WHEN",                                         \
			"Colour the output: auto (the default), always or " \
			"never.",                                           \
			option_take_color, offsetof(type, member)           \
	}

/* The member is an int that starts as STATUS_FINDINGS. */
#define OPTION_ERROR_EXITCODE(type, member)                                  \
	{                                                                    \
		"error-exitcode", 0, "N",                                    \
			"Exit with N instead of 1 when there are findings.", \
			cli_status, offsetof(type, member)                   \
	}

#endif
