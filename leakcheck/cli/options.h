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

#include "base/cli_options.h"
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
#define CLEANUP_SCOPE CLEANUP(scope_free)
/*
 * Those of @directories that are not there: nothing is known to be wrong, for
 * what is looked for may be made with its directory later. The result points
 * into @directories; free it with cli_texts_free().
 */
struct cli_texts scope_missing(const struct cli_texts *directories);
/* Say on @out which directories of --watch are not there. */
void scope_tell_missing(const struct scope *scope, FILE *out);

/*
 * cli_parse() for a command that has options only: what is left is an error
 * that shows the usage.
 */
int options_parse(const struct cli_command *command, void *settings, int argc,
		  char **argv, struct err *err);

cli_take option_take_kind; /* unsigned, a kind's bit is added */

#define OPTIONS_SCOPE(type, member)                                 \
	OPTIONS_SCOPE_WATCH(                                        \
		type, member,                                       \
		"Look for FIFOs and sockets in this directory and " \
		"below, instead of where they are usual. May be "   \
		"given again.")

/* The same with another help for --watch. */
#define OPTIONS_SCOPE_WATCH(type, member, watch_help)                     \
	{"kind",                                                          \
	 'k',                                                             \
	 "KIND",                                                          \
	 "Only this kind: sysv-shm, sysv-sem, sysv-msg, posix-shm, "      \
	 "posix-sem, posix-mq, fifo or unix-socket. May be given again.", \
	 option_take_kind,                                                \
	 offsetof(type, member.kinds)},                                   \
	{                                                                 \
		"watch", 'w', "DIR", watch_help, cli_more,                \
			offsetof(type, member.watch)                      \
	}

#define OPTION_JSON(type, member)                                        \
	{                                                                \
		"json", 0, NULL, "Print JSON Lines, one object a line.", \
			cli_flag, offsetof(type, member)                 \
	}

#endif
