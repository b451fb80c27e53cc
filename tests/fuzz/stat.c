/* SPDX-License-Identifier: MIT */
/*
 * stat.c - fuzz: /proc/PID/stat, in which a process's name may hold what
 * separates the rest. What was understood and is written again reads the same.
 */
#include "base/mem.h"
#include "base/proc.h"
#include "tests/fuzz/fuzz.h"

/* As the kernel writes it, proc_pid_stat(5). */
static char *
written(const struct proc_stat *stat)
{
	return mem_printf("7 (%s) %c %d 0 0 0 0 %lu 0 0 0 0 0 0 0 0 0 0 %ld 0 "
			  "%llu 0 0\n",
			  stat->name, stat->state, stat->parent, stat->flags,
			  stat->threads, (unsigned long long)stat->start_ticks);
}

static void
check(const struct proc_stat *stat)
{
	CLEANUP_FREE char *text = written(stat);
	struct proc_stat again = {0};

	MUST(proc_stat_parse(text, &again));
	MUST(strcmp(stat->name, again.name) == 0);
	MUST(stat->state == again.state && stat->parent == again.parent);
	MUST(stat->flags == again.flags && stat->threads == again.threads);
	MUST(stat->start_ticks == again.start_ticks);
	MUST(proc_has_ended(stat) == proc_has_ended(&again));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP_BUF struct buf text = {0};
	struct proc_stat stat = {0};

	buf_add(&text, data, size);
	if (proc_stat_parse(buf_text(&text), &stat))
		check(&stat);
	return 0;
}
