/* SPDX-License-Identifier: MIT */
/*
 * calls.c - what the filter costs a system call that it does not stop at: a
 * cheap one, getppid(2), and one with an argument to be looked at, openat(2)
 * without O_CREAT. With no filter, with one that only says "allow" and with
 * ours in turn; the least of each, for all that others do only adds. What the
 * one that allows all costs is the kernel's, and no filter is cheaper.
 */
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/clock.h"
#include "harness/tracer/filter.h"

enum { ROUNDS = 61, CALLS = 100000, OPENS = 10000 };

static const struct tracer_filter *ours;

static void
ask(void)
{
	for (int i = 0; i < CALLS; i++)
		syscall(SYS_getppid);
}

static void
open_files(void)
{
	for (int i = 0; i < OPENS; i++)
		close(open("/dev/null", O_RDONLY));
}

static int
load_nothing(void)
{
	return 0;
}

static int
load_allow(void)
{
	struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	struct sock_fprog program = {1, &allow};

	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
			    SECCOMP_FILTER_FLAG_SPEC_ALLOW, &program);
}

static int
load_ours(void)
{
	return filter_load(ours);
}

enum filters { NONE, ALLOW, OURS, FILTERS };
static int (*const loads[])(void) = {
	[NONE] = load_nothing,
	[ALLOW] = load_allow,
	[OURS] = load_ours,
};
_Static_assert(ARRAY_LEN(loads) == FILTERS, "one each");

/* The time of @work in a child, with the filter that @load loads. */
static int64_t
time_in_child(void (*work)(void), int (*load)(void))
{
	int64_t took = -1;
	int pair[2];
	pid_t pid;

	if (pipe(pair))
		exit(1);
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
		if (load())
			_exit(1);
		took = -clock_now_ns();
		work();
		took += clock_now_ns();
		_exit(write(pair[1], &took, sizeof(took)) != sizeof(took));
	}
	waitpid(pid, NULL, 0);
	if (read(pair[0], &took, sizeof(took)) != sizeof(took))
		exit(1);
	close(pair[0]);
	close(pair[1]);
	return took;
}

static void
compare(const char *name, void (*work)(void), int count)
{
	int64_t least[FILTERS] = {INT64_MAX, INT64_MAX, INT64_MAX};

	for (int i = 0; i < ROUNDS * FILTERS; i++) {
		const int which = i % FILTERS;
		const int64_t took = time_in_child(work, loads[which]);

		if (took < least[which])
			least[which] = took;
	}
	printf("  %-34s %9.1f ns   %5.2f x, %.1f ns more (a filter that allows "
	       "all: %.2f x)\n",
	       name, (double)least[OURS] / count,
	       (double)least[OURS] / (double)least[NONE],
	       (double)(least[OURS] - least[NONE]) / count,
	       (double)least[ALLOW] / (double)least[NONE]);
}

int
main(void)
{
	const struct call_row **rows =
		calloc(call_row_count, sizeof(const struct call_row *));
	struct tracer_filter *filter;
	struct err err;

	for (size_t i = 0; i < call_row_count; i++)
		rows[i] = &call_rows[i];
	filter = filter_new(rows, call_row_count, &err);
	if (!filter) {
		fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	puts("System calls under the filter that it does not stop at:");
	ours = filter;
	compare("getppid", ask, CALLS);
	compare("open without O_CREAT, close", open_files, OPENS);
	filter_free(filter);
	free(rows);
	return 0;
}
