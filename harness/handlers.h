/* SPDX-License-Identifier: MIT */
/*
 * handlers.h - where the signal handlers of the target's processes are, learnt
 * from rt_sigaction(2): the kernel tells that there is one, but not which.
 */
#ifndef HARNESS_HANDLERS_H
#define HARNESS_HANDLERS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct handlers {
	struct process_handlers *processes;
	size_t count, room;
};

enum { HANDLER_NONE = 0 }; /* SIG_DFL; SIG_IGN is 1, as in <signal.h> */

void handlers_note(struct handlers *handlers, pid_t process, int number,
		   uint64_t address);
/* A fork's child has those of its parent: fork(2). */
void handlers_inherit(struct handlers *handlers, pid_t child, pid_t parent);
/* After exec, or death, there are none. */
void handlers_forget(struct handlers *handlers, pid_t process);
/* HANDLER_NONE when none was seen. */
uint64_t
handlers_find(const struct handlers *handlers, pid_t process, int number);
void handlers_clear(struct handlers *handlers);
void handlers_free(struct handlers *handlers);

#endif
