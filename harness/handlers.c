/* SPDX-License-Identifier: MIT */
/* handlers.c - where the signal handlers of processes are. */
#include "harness/handlers.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct process_handlers {
	pid_t process;
	uint64_t address[_NSIG];
};

/* Few processes live at a time. */
static struct process_handlers *
find(const struct handlers *handlers, pid_t process)
{
	for (size_t i = 0; i < handlers->count; i++)
		if (handlers->processes[i].process == process)
			return &handlers->processes[i];
	return NULL;
}

static struct process_handlers *
find_or_add(struct handlers *handlers, pid_t process)
{
	struct process_handlers *found = find(handlers, process);

	if (found)
		return found;
	if (handlers->count == handlers->room) {
		handlers->room = handlers->room ? 2 * handlers->room : 4;
		handlers->processes =
			mem_grow(handlers->processes, handlers->room,
				 sizeof(*handlers->processes));
	}
	found = &handlers->processes[handlers->count++];
	*found = (struct process_handlers) {.process = process};
	return found;
}

void
handlers_note(struct handlers *handlers, pid_t process, int number,
	      uint64_t address)
{
	if (number > 0 && number < _NSIG)
		find_or_add(handlers, process)->address[number] = address;
}

void
handlers_inherit(struct handlers *handlers, pid_t child, pid_t parent)
{
	struct process_handlers copy;
	const struct process_handlers *from = find(handlers, parent);

	if (!from)
		return;
	copy = *from;
	copy.process = child;
	*find_or_add(handlers, child) = copy;
}

void
handlers_forget(struct handlers *handlers, pid_t process)
{
	struct process_handlers *found = find(handlers, process);

	if (found)
		*found = handlers->processes[--handlers->count];
}

uint64_t
handlers_find(const struct handlers *handlers, pid_t process, int number)
{
	const struct process_handlers *found = find(handlers, process);

	return found && number > 0 && number < _NSIG ? found->address[number]
						     : HANDLER_NONE;
}

void
handlers_clear(struct handlers *handlers)
{
	handlers->count = 0;
}

void
handlers_free(struct handlers *handlers)
{
	free(handlers->processes);
	*handlers = (struct handlers) {0};
}
