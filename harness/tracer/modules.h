/* SPDX-License-Identifier: MIT */
/*
 * modules.h - the files with code that a process has mapped: the program, its
 * libraries, the vdso.
 */
#ifndef HARNESS_TRACER_MODULES_H
#define HARNESS_TRACER_MODULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "harness/tracer/tracer.h"

struct module {
	uint64_t start, end;
	char *path; /* "[vdso]" is one, too */
	bool has_code;
	bool is_program; /* what was executed, not a library */
	uint64_t inode;
	uint64_t name_hash; /* of the last part of the path */
};

struct modules {
	struct module *items; /* in the order of their addresses */
	size_t count;
	uint64_t key; /* equal where all of the above is */
};

/*
 * What the text of /proc/PID/maps says, proc(5), of a process that executes
 * @program. The text does not survive it.
 */
void
modules_parse(struct modules *modules, struct buf *maps, const char *program);
/* Of a tracee's process. Returns -1 when it is gone. */
int modules_read(struct modules *modules, const struct tracee *tracee);
void modules_free(struct modules *modules); /* may run twice */

/* Is it the C library itself? */
bool modules_is_libc(const struct module *module);

/* NULL when no file was mapped there. */
const struct module *
modules_find(const struct modules *modules, uint64_t address);

#endif
