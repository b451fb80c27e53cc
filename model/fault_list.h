/* SPDX-License-Identifier: MIT */
/*
 * fault_list.h - lists of faults by comma, as users write them: names, or
 * patterns of fnmatch(3).
 *
 *	SIGTERM,SIG*,ENOSPC,persistent,exit
 */
#ifndef MODEL_FAULT_LIST_H
#define MODEL_FAULT_LIST_H

#include <stddef.h>

#include "model/fault.h"

/*
 * How long the first name of @list is, up to a comma or the end; a comma before
 * "persistent" belongs to an error.
 */
size_t fault_list_first(const char *list);

/*
 * Returns 0, or -1 with *err set: no fault is called so, or none has such a
 * name.
 */
int fault_list_check(const char *name, struct err *err);

/*
 * Is @fault meant by a name or pattern? A name says more. ENOSPC means
 * ENOSPC,persistent, too.
 */
enum fault_match { FAULT_NOT_MEANT, FAULT_BY_PATTERN, FAULT_BY_NAME };
enum fault_match fault_list_match(const char *name, const struct fault *fault);

#endif
