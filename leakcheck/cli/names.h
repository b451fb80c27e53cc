/* SPDX-License-Identifier: MIT */
/*
 * names.h - users and processes by name. Every number is looked up once,
 * however many objects bear it.
 */
#ifndef LEAKCHECK_CLI_NAMES_H
#define LEAKCHECK_CLI_NAMES_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/attr.h"
#include "leakcheck/procs.h"

struct names;

struct names *names_new(void);
void names_free(struct names *names); /* NULL is allowed */
void names_free_ptr(struct names **names);
#define CLEANUP_NAMES CLEANUP(names_free_ptr)

/* The user's name, or the number where there is none. Printable. */
const char *names_user(struct names *names, uid_t uid);

/* The uid of a user's name or of a decimal number; false: no such user. */
bool names_find_user(const char *name, uid_t *uid);

/*
 * May an object that seems to belong to @uid belong to somebody else? In a user
 * namespace all that are not mapped seem to be one user, mostly "nobody".
 */
bool names_user_is_many(uid_t uid);

/*
 * Is the process @pid alive now? *command is the name of what it runs,
 * printable, "" when it is dead or that cannot be told. A number that is in
 * use again is a living process here.
 */
enum life names_process(struct names *names, pid_t pid, const char **command);

#endif
