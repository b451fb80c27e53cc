/* SPDX-License-Identifier: MIT */
/* tell.h - what several commands say in the same words. */
#ifndef LEAKCHECK_CLI_TELL_H
#define LEAKCHECK_CLI_TELL_H

#include <stdio.h>

#include "base/buf.h"
#include "leakcheck/snapshot.h"

/* Say the lines of @text, "leakcheck: " before each. */
void tell_lines(const char *text, FILE *out);
/*
 * "leakcheck: not looked at: fifo in /root: Permission denied", a line each;
 * of many only the first, and how many more there are.
 */
void tell_blind_spots(const struct snapshot *snapshot, FILE *out);
/* Append the same, without "leakcheck: ". */
void tell_add_blind_spots(struct buf *into, const struct snapshot *snapshot);

#endif
