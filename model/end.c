/* SPDX-License-Identifier: MIT */
/*
 * end.c - how a process ended, in words. Two signals have no name: the C
 * library keeps them for itself, but nobody keeps a program from sending them.
 */
#include "model/end.h"

#include <sys/wait.h>

#include "model/fault.h"

void
end_add_text(struct buf *into, int status)
{
	const char *name = NULL;

	if (WIFSIGNALED(status))
		name = fault_signal_name(WTERMSIG(status));
	if (name)
		buf_printf(into, "was ended by %s", name);
	else if (WIFSIGNALED(status))
		buf_printf(into, "was ended by signal %d", WTERMSIG(status));
	else
		buf_printf(into, "exited with %d", WEXITSTATUS(status));
}

void
end_add_code(struct buf *into, int status)
{
	const char *name = NULL;

	if (WIFSIGNALED(status))
		name = fault_signal_name(WTERMSIG(status));
	if (name)
		buf_printf(into, "signal:%s", name);
	else if (WIFSIGNALED(status))
		buf_printf(into, "signal:%d", WTERMSIG(status));
	else
		buf_printf(into, "exit:%d", WEXITSTATUS(status));
}
