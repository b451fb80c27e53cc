/* SPDX-License-Identifier: MIT */
/* points.h - where faults are made: around which system calls of a program. */
#ifndef MODEL_POINTS_H
#define MODEL_POINTS_H

#include <stdbool.h>

/* Each has the points of those before it, too. */
enum points {
	POINTS_IPC,	 /* calls about objects, and how the program ends */
	POINTS_SYSCALLS, /* every call while an object is there */
};

/* Of points that are equal so many are tried if nothing else is asked for. */
enum { POINTS_EQUAL_TRIED = 3 };

const char *points_name(enum points points); /* "ipc" */
/* Returns false when @name, which may be NULL, is none. */
bool points_parse(const char *name, enum points *points);

#endif
