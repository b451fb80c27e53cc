/* SPDX-License-Identifier: MIT */
/* tell.h - what several commands say in the same words. */
#ifndef LEAKCHECK_CLI_TELL_H
#define LEAKCHECK_CLI_TELL_H

#include <stdio.h>

#include "base/err.h"
#include "leakcheck/snapshot.h"

/*
 * "leakcheck: not looked at: fifo in /root: Permission denied", a line each;
 * of many only the first, and how many more there are.
 */
void tell_blind_spots(const struct snapshot *snapshot, FILE *out);

/* "fifo in /root: Permission denied", printable */
void tell_add_blind_spot(struct buf *into, const struct blind_spot *spot);

/* "fifo, unix-socket" of KIND_BIT()s; "all kinds" for KIND_ALL. */
void tell_add_kinds(struct buf *into, unsigned kinds);

/* "1 object", "2 objects" */
void tell_add_count(struct buf *into, size_t count, const char *singular);

/*
 * Make what was printed to stdout arrive, before more is said on stderr; or
 * close it, when nothing more will be printed. Returns 0, or -1 with *err set
 * when something did not arrive: a full disk, a closed descriptor.
 */
int tell_flush(struct err *err);
int tell_finish(struct err *err);

#endif
