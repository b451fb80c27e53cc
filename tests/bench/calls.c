/* SPDX-License-Identifier: MIT */
/*
 * calls.c - what the filter costs a system call that it does not stop at: a
 * cheap one, getppid(2), and one with an argument to be looked at, openat(2)
 * without O_CREAT. With and without the filter in turn; medians.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/clock.h"
#include "harness/tracer/filter.h"

enum { ROUNDS = 15, CALLS = 400000, OPENS = 40000 };

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

/* The time of @work in a child, with @filter if it is not NULL. */
static int64_t
time_in_child(void (*work)(void), const struct tracer_filter *filter)
{
	int64_t took = -1;
	int pair[2];
	pid_t pid;

	if (pipe(pair))
		exit(1);
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
		if (filter && filter_load(filter))
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

static int
by_time(const void *a, const void *b)
{
	const int64_t *first = a;
	const int64_t *second = b;

	return (*first > *second) - (*first < *second);
}

static void
compare(const char *name, void (*work)(void),
	const struct tracer_filter *filter, int count)
{
	int64_t plain[ROUNDS];
	int64_t filtered[ROUNDS];

	for (int i = 0; i < ROUNDS; i++) {
		plain[i] = time_in_child(work, NULL);
		filtered[i] = time_in_child(work, filter);
	}
	qsort(plain, ROUNDS, sizeof(*plain), by_time);
	qsort(filtered, ROUNDS, sizeof(*filtered), by_time);
	printf("  %-34s %9.1f ns   %5.2f x, %.1f ns more\n", name,
	       (double)filtered[ROUNDS / 2] / count,
	       (double)filtered[ROUNDS / 2] / (double)plain[ROUNDS / 2],
	       (double)(filtered[ROUNDS / 2] - plain[ROUNDS / 2]) / count);
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
	compare("getppid", ask, filter, CALLS);
	compare("open without O_CREAT, close", open_files, filter, OPENS);
	filter_free(filter);
	free(rows);
	return 0;
}
