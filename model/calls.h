/* SPDX-License-Identifier: MIT */
/* calls.h - the rows of syscalls.def as data. */
#ifndef MODEL_CALLS_H
#define MODEL_CALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a call does with an object, and so how the object can be told. */
enum call_role {
	ROLE_GET,
	ROLE_QUEUE,
	ROLE_OPEN,
	ROLE_NODE,
	ROLE_BIND,
	ROLE_RENAME, /* the last that makes, names or renames */
	ROLE_ID,
	ROLE_ADDRESS,
	ROLE_UNQUEUE,
	ROLE_UNLINK,
	ROLE_DESCRIPTOR,
	ROLE_MAPPING,
	ROLE_CONTROL,
	ROLE_COUNT
};
#define ROLE_BIT(role) (1u << (role))
/* Calls after which an object, or a name of one, is there that was not. */
#define ROLES_MAKING (ROLE_BIT(ROLE_RENAME + 1) - 1)

enum action { ACTION_ACQUIRE, ACTION_USE, ACTION_RELEASE, ACTION_OTHER };
const char *action_name(enum action action); /* "acquire" */
bool action_parse(const char *text, enum action *action);

struct call_row {
	const char *name;
	int number; /* of this architecture, negative: it has no such call */
	enum call_role role;
	unsigned argument;
	uint64_t mask; /* 0: the row always holds */
	uint64_t value;
	unsigned kinds; /* KIND_BIT()s that it can be about, 0: none */
	enum action action;
	size_t usual;	   /* so many of its errors are in the default set */
	const int *errors; /* it may meet, the likeliest first; ends with 0 */
};

extern const struct call_row call_rows[];
extern const size_t call_row_count;

/* The first row of the system call @number, NULL when there is none. */
const struct call_row *call_find(int number);

/*
 * The first row of @number that holds for these arguments (6 of them), NULL
 * when none does.
 */
const struct call_row *call_match(int number, const uint64_t *args);

/*
 * What a programmer knows the call as when it is about an object of @kind:
 * "sem_open" for openat of a posix-sem, else the call's own name. @kind may be
 * KIND_COUNT.
 */
const char *call_operation(const struct call_row *row, unsigned kind);

#endif
