/* SPDX-License-Identifier: MIT */
/*
 * walk.h - find files of some types below directories, within bounds.
 *
 * Symbolic links are not followed and no file is opened but directories. A
 * mount is entered only when its file system answers at once (mounts.h). Of the
 * names of a directory below one root (bind mounts) one is taken, always the
 * same one.
 */
#ifndef LEAKCHECK_WALK_H
#define LEAKCHECK_WALK_H

#include <dirent.h>
#include <sys/stat.h>

#include "leakcheck/snapshot.h"

struct walk_file {
	const char *path;
	const char *name; /* its last part */
	unsigned level;	  /* directories between it and the root */
	const struct statx *status;
};

#define WALK_TYPE(type) (1u << (type)) /* DT_REG, DT_FIFO, ... */

struct walk_plan {
	struct snapshot *into; /* gets a blind spot for what is not searched */
	unsigned kinds;	       /* of the blind spots, and for the owner */
	unsigned types;	       /* WALK_TYPE()s that are looked for */
	unsigned levels;       /* of directories below a root */
	size_t entries;	       /* read in all directories together */
	void (*found)(const struct walk_plan *plan,
		      const struct walk_file *file);
};

/*
 * Search below the @count directories @roots, which are told in the paths as
 * they are given here, in any order. Each is searched by its own name, also
 * when another one leads to the same directory. One that does not exist has
 * nothing below it.
 */
void walk_search(const struct walk_plan *plan, const char *const *roots,
		 size_t count);

#endif
