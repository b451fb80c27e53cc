/* SPDX-License-Identifier: MIT */
/*
 * replace.h - a file that is replaced as a whole or not at all: written beside
 * its place under another name, then renamed. What is no regular file (a
 * terminal, a pipe, /dev/fd/3) is written to directly.
 *
 *	struct replace file;
 *	if (replace_begin(&file, path, err))
 *		return -1;
 *	fprintf(file.out, ...);
 *	return replace_end(&file, failed, err);
 */
#ifndef BASE_REPLACE_H
#define BASE_REPLACE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/err.h"

struct replace {
	FILE *out;
	const char *path; /* the caller's */
	char *temporary;  /* NULL: it is written directly */
};

/*
 * Start to write @path, which must stay valid. An existing file keeps its
 * mode; a new one has that of the umask. A symbolic link is followed. Returns
 * 0, or -1 with *err naming the file.
 */
int replace_begin(struct replace *file, const char *path, struct err *err);
/*
 * It is complete; or @failed: the old file stays. Returns 0, or -1: @failed, or
 * with *err set.
 */
int replace_end(struct replace *file, bool failed, struct err *err);
/* Could @path be written? Nothing is changed. 0, or -1 with *err set. */
int replace_check(const char *path, struct err *err);

#endif
