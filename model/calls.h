/* SPDX-License-Identifier: MIT */
/* calls.h - the rows of syscalls.def as data. */
#ifndef MODEL_CALLS_H
#define MODEL_CALLS_H

#include <stddef.h>
#include <stdint.h>

enum call_role {
	ROLE_GET,
	ROLE_QUEUE,
	ROLE_OPEN,
	ROLE_NODE,
	ROLE_BIND,
	ROLE_RENAME,
};

struct call_row {
	const char *name;
	int number; /* of this architecture, negative: it has no such call */
	enum call_role role;
	unsigned argument;
	uint64_t mask; /* 0: the row always holds */
	uint64_t value;
};

extern const struct call_row call_rows[];
extern const size_t call_row_count;

/* The first row of the system call @number, NULL when there is none. */
const struct call_row *call_find(int number);

#endif
