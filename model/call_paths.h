/* SPDX-License-Identifier: MIT */
/* call_paths.h - which arguments of a system call are paths. */
#ifndef MODEL_CALL_PATHS_H
#define MODEL_CALL_PATHS_H

/* Indices of arguments. -1: it has no such one; a path without a directory
 * before it starts at the working directory. */
struct call_paths {
	int number; /* of this architecture, negative: it has no such call */
	int dirfd, path;
	int new_dirfd, new_path;
};

/* The row of the system call @number, NULL when it takes no path. */
const struct call_paths *call_paths_find(int number);

#endif
