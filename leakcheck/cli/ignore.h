/* SPDX-License-Identifier: MIT */
/*
 * ignore.h - the ignore rules of a command line: the options that give them,
 * and telling which were used, which were not, which have expired.
 */
#ifndef LEAKCHECK_CLI_IGNORE_H
#define LEAKCHECK_CLI_IGNORE_H

#include <stdio.h>

#include "base/cli.h"
#include "model/rule.h"

struct ignore {
	struct cli_texts rules; /* --ignore */
	struct cli_texts files; /* --ignore-file */
	struct rule_list list;	/* what ignore_load() made of them */
};

#define OPTIONS_IGNORE(type, member)                                        \
	{"ignore",                                                          \
	 0,                                                                 \
	 "RULE",                                                            \
	 "Expect the objects that RULE describes, such as "                 \
	 "'leak:posix-shm path=/dev/shm/cache*  # kept by design'. May be " \
	 "given again.",                                                    \
	 cli_more,                                                          \
	 offsetof(type, member.rules)},                                     \
	{                                                                   \
		"ignore-file", 0, "FILE",                                   \
			"Read such rules from FILE, one a line. May be "    \
			"given again.",                                     \
			cli_more, offsetof(type, member.files)              \
	}

/*
 * Parse the rules and the files into ignore->list. Returns 0, or -1 with *err
 * naming the file and line.
 */
int ignore_load(struct ignore *ignore, struct err *err);
void ignore_free(struct ignore *ignore);
#define CLEANUP_IGNORE CLEANUP(ignore_free)

/* Say on @out which rules have expired and which matched nothing. */
void ignore_tell_idle(const struct ignore *ignore, FILE *out);
/* Append the same, a line each. */
void ignore_add_idle(struct buf *into, const struct ignore *ignore);
/* The same as lines of JSON, "idle_rule". Returns 0, or -1 with *err set. */
int ignore_put_idle(const struct ignore *ignore, FILE *out, struct err *err);

#endif
