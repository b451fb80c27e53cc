/* SPDX-License-Identifier: MIT */
/* run_words.h - what `leakcheck run` says, in the words of all its reports. */
#ifndef LEAKCHECK_CLI_RUN_WORDS_H
#define LEAKCHECK_CLI_RUN_WORDS_H

#include "leakcheck/cli/names.h"
#include "leakcheck/cli/run_report.h"

/* "left behind", behind a number of objects. */
const char *run_words_class(enum finding_class class);
/* "key 0x00000000, 4096 bytes, mode 0600, owner root" */
void run_words_add_details(struct buf *into, const struct object *object,
			   struct names *names);
/* "pid 12: ipcmk -M 4096", of a @maker that is known, of at most @columns. */
void run_words_add_maker(struct buf *into, const struct maker *maker,
			 size_t columns);
/* "outlived the command by 5 s, ended now" */
void run_words_add_survival(struct buf *into, const struct run_report *report);
/* What limits the result, a line each: "not looked at: fifo in /root: ..." */
void run_words_add_limits(struct buf *into, const struct run_report *report);

/* The begin of a command line says what it is; a script in it goes on long. */
void
run_words_add_command(struct buf *into, const char *command, size_t columns);

#endif
