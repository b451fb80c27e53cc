/* SPDX-License-Identifier: MIT */
/*
 * replace.h - a file that is replaced as a whole or not at all: written beside
 * its place under another name, then renamed.
 *
 *	CLEANUP_REPLACE struct replace file = REPLACE_NONE;
 *	if (replace_find(&file, path, err) || replace_begin(&file, err))
 *		return -1;
 *	fprintf(file.out, ...);
 *	return replace_end(&file, failed, err);
 *
 * Where it is decided once, when it is looked for: what happens to names, the
 * working directory or the mounts until it is written does not matter.
 */
#ifndef BASE_REPLACE_H
#define BASE_REPLACE_H

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/err.h"

struct replace {
	FILE *out;	  /* from begin to end */
	int fd;		  /* what is written to directly, -1: it is replaced */
	int dir;	  /* where it is, -1: not found yet */
	char *name;	  /* there; no symbolic link */
	char *temporary;  /* there; from begin to end */
	mode_t mode;	  /* st_mode of what is there, 0: nothing */
	sigset_t signals; /* as they were; from begin to end */
};
#define REPLACE_NONE ((struct replace) {.fd = -1, .dir = -1})

/*
 * Find the place that @path names. Nothing is changed yet; a place that cannot
 * be written to is refused. Symbolic links stay: what one leads to is replaced,
 * and made where it leads to nothing. What is there and no regular file (a
 * terminal, a FIFO) is opened, to be written to directly. /dev/stdout,
 * /dev/fd/3 and the like mean that open descriptor, which is written to where
 * it stands; what a link of another process in /proc leads to is appended to.
 * Returns 0, or -1 with *err set, which does not name the file.
 */
int replace_find(struct replace *file, const char *path, struct err *err);
/* Would both replace the same file, by whatever names? Both were found. */
bool replace_is_same(const struct replace *a, const struct replace *b);
/* Would @file replace what @path names? It was found; @path is not opened. */
bool replace_is_at(const struct replace *file, const char *path);
/* 1 for /dev/stdout: our descriptor that @path names. -1: it names none. */
int replace_own(const char *path);
/*
 * Start to write. An existing file keeps its mode, a new one has that of the
 * umask. Signals wait until the end, for none may leave a half-written file
 * behind; not where it is written to directly, which may take long. Returns 0,
 * or -1 with *err set.
 */
int replace_begin(struct replace *file, struct err *err);
/*
 * It is complete; or @failed: the old file stays. Returns 0, or -1: @failed, or
 * with *err set.
 */
int replace_end(struct replace *file, bool failed, struct err *err);

/* May run twice, and after anything. What is half-written goes. */
void replace_free(struct replace *file);
#define CLEANUP_REPLACE CLEANUP(replace_free)

#endif
