/* SPDX-License-Identifier: MIT */
/*
 * stat.c - fuzz: /proc/PID/stat, in which a process's name may hold what
 * separates the rest. What was understood and is written again reads the same.
 */
#include "base/mem.h"
#include "leakcheck/procs.h"
#include "tests/fuzz/fuzz.h"

/* As the kernel writes it, proc_pid_stat(5). */
static char *
written(const struct process *process)
{
	return mem_printf("7 (%s) %c %d 0 0 0 0 %lu 0 0 0 0 0 0 0 0 0 0 %ld 0 "
			  "%llu 0 0\n",
			  process->name, process->state, process->parent,
			  process->flags, process->threads,
			  (unsigned long long)process->start_ticks);
}

static void
check(const struct process *process)
{
	CLEANUP_FREE char *text = written(process);
	struct process again = {0};

	MUST(procs_parse_stat(text, &again));
	MUST(strcmp(process->name, again.name) == 0);
	MUST(process->state == again.state && process->parent == again.parent);
	MUST(process->flags == again.flags &&
	     process->threads == again.threads);
	MUST(process->start_ticks == again.start_ticks);
	MUST(procs_has_ended(process) == procs_has_ended(&again));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP_BUF struct buf text = {0};
	struct process process = {0};

	buf_add(&text, data, size);
	if (procs_parse_stat(buf_text(&text), &process))
		check(&process);
	return 0;
}
