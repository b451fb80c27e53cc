/* SPDX-License-Identifier: MIT */
/*
 * bench.c - what looking costs, as ratios to rivals over the same state in the
 * same run. Prints medians; the machine may be busy, the ratios hold anyway,
 * for all contestants take turns.
 *
 *	bench LEAKCHECK	  the program under test; ipcs, lsipc and unshare are
 *			  found by PATH
 *
 * Needs a sandbox. Wanted: at most 1.3 times the bare loop of the same system
 * calls, at least 10 times faster than ipcs, and `leakcheck run -- true` at
 * most 1.3 times `unshare -imp --fork true`.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "leakcheck/collect.h"
#include "leakcheck/diff.h"
#include "leakcheck/sandbox.h"

enum { RUNS = 31, CONTESTANTS_MAX = 8, ARGS_MAX = 10 };

extern char **environ;
static const char *leakcheck;
static char before_file[] = "/dev/shm/leakcheck-bench-XXXXXX";

/* One way to do the job. Exactly one of do_it and argv is set. */
struct contestant {
	const char *name;
	void (*do_it)(void);
	const char *argv[ARGS_MAX];
	double goal; /* wanted ratio to the first: at most, <0: at least -x */
};

static void
die(const char *what)
{
	fprintf(stderr, "bench: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* The calls that the collector makes for these objects, and nothing else. */
static void
bare_loop(void)
{
	struct shmid_ds shm;
	struct semid_ds sem;
	struct msqid_ds msg;
	struct seminfo info;
	unsigned short values[16];
	int max = shmctl(0, IPC_INFO, (void *)&shm);

	for (int i = 0; i <= max; i++)
		shmctl(i, SHM_STAT_ANY, &shm);
	max = semctl(0, 0, IPC_INFO, &info);
	for (int i = 0; i <= max; i++) {
		int id = semctl(i, 0, SEM_STAT_ANY, &sem);

		if (id >= 0)
			semctl(id, 0, GETALL, values);
	}
	max = msgctl(0, IPC_INFO, (void *)&msg);
	for (int i = 0; i <= max; i++)
		msgctl(i, MSG_STAT_ANY, &msg);
}

static void
bare_loop_twice(void)
{
	bare_loop();
	bare_loop();
}

static void
library(void)
{
	struct collect_settings settings = collect_defaults();
	struct snapshot *before;
	struct snapshot *after;
	struct diff diff;
	struct err err;

	settings.kinds = KIND_SYSV;
	before = collect_snapshot(&settings, &err);
	after = collect_snapshot(&settings, &err);
	if (!before || !after || diff_make(&diff, before, after, &err) ||
	    diff.count != 0)
		die("a difference where there is none");
	diff_free(&diff);
	snapshot_free(before);
	snapshot_free(after);
}

/* Runs with its output thrown away, which is the best case for a printer. */
static void
run_program(const char *const *argv)
{
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int status;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, 1, 2);
	if (posix_spawnp(&pid, argv[0], &actions, NULL, (char *const *)argv,
			 environ))
		die(argv[0]);
	posix_spawn_file_actions_destroy(&actions);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		die(argv[0]);
}

static int
compare_times(const void *a, const void *b)
{
	const int64_t *left = a;
	const int64_t *right = b;

	return (*left > *right) - (*left < *right);
}

static double
median_us(int64_t *times)
{
	qsort(times, RUNS, sizeof(*times), compare_times);
	return (double)times[RUNS / 2] / 1000;
}

/* One contestant's turn. The first ones are warm-up and not counted. */
static int64_t
take_turn(const struct contestant *contestant)
{
	int64_t start_ns = clock_now_ns();

	if (contestant->do_it)
		contestant->do_it();
	else
		run_program(contestant->argv);
	return clock_now_ns() - start_ns;
}

static const char *
judge(double goal, double ratio, char *text, size_t size)
{
	bool met = goal > 0 ? ratio <= goal : ratio >= -goal;

	if (goal == 0)
		return "";
	snprintf(text, size, "wanted %s %.4g: %s",
		 goal > 0 ? "<=" : ">=", goal > 0 ? goal : -goal,
		 met ? "yes" : "NO");
	return text;
}

static void
contest(const char *title, const struct contestant *contestants, size_t count)
{
	int64_t times[CONTESTANTS_MAX][RUNS];
	double first_us = 0;
	char text[64];

	for (int run = -2; run < RUNS; run++)
		for (size_t i = 0; i < count; i++) {
			int64_t took_ns = take_turn(&contestants[i]);

			if (run >= 0)
				times[i][run] = took_ns;
		}
	printf("\n%s, median of %d runs in turn\n", title, RUNS);
	for (size_t i = 0; i < count; i++) {
		double us = median_us(times[i]);

		if (i == 0)
			first_us = us;
		printf("  %-52s %10.0f us  %7.2f  %s\n", contestants[i].name,
		       us, us / first_us,
		       judge(contestants[i].goal, us / first_us, text,
			     sizeof(text)));
	}
}

static void
set_limit(const char *file, const char *value)
{
	CLEANUP_FD int fd = open(file, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || fd_write_all(fd, value, strlen(value)))
		die(file);
}

static void
make_objects(int segments, int sets, int queues)
{
	for (int i = 0; i < segments; i++)
		if (shmget(IPC_PRIVATE, 4096, 0600) < 0)
			die("shmget");
	for (int i = 0; i < sets; i++)
		if (semget(IPC_PRIVATE, 4, 0600) < 0)
			die("semget");
	for (int i = 0; i < queues; i++)
		if (msgget(IPC_PRIVATE, 0600) < 0)
			die("msgget");
}

static void
contest_looking(const char *title)
{
	const struct contestant by_calls[] = {
		{.name = "the same system calls in a bare loop, twice",
		 .do_it = bare_loop_twice},
		{.name = "snapshot, snapshot and diff (library)",
		 .do_it = library,
		 .goal = 1.3},
	};
	const struct contestant by_library[] = {
		{.name = "snapshot, snapshot and diff (library)",
		 .do_it = library},
		{.name = "ipcs -a, twice",
		 .argv = {"sh", "-c", "ipcs -a; ipcs -a"},
		 .goal = -10},
		{.name = "lsipc -m, -s and -q, twice",
		 .argv = {"sh", "-c",
			  "for i in 1 2; do lsipc -m; lsipc -s; lsipc -q; "
			  "done"},
		 .goal = -10},
	};
	const struct contestant by_program[] = {
		{.name = "leakcheck diff BEFORE (a snapshot and a diff)",
		 .argv = {leakcheck, "diff", before_file}},
		{.name = "leakcheck list, the three kinds that ipcs knows",
		 .argv = {leakcheck, "list", "-k", "sysv-shm", "-k", "sysv-sem",
			  "-k", "sysv-msg"}},
		{.name = "ipcs -a", .argv = {"ipcs", "-a"}},
		{.name = "lsipc -m, -s and -q",
		 .argv = {"sh", "-c", "lsipc -m; lsipc -s; lsipc -q"}},
	};
	const char *const save[] = {leakcheck, "snapshot",  "-k", "sysv-shm",
				    "-k",      "sysv-sem",  "-k", "sysv-msg",
				    "-o",      before_file, NULL};
	char line[128];

	snprintf(line, sizeof(line), "%s: calls", title);
	contest(line, by_calls, ARRAY_LEN(by_calls));
	snprintf(line, sizeof(line), "%s: rivals", title);
	contest(line, by_library, ARRAY_LEN(by_library));
	run_program(save);
	snprintf(line, sizeof(line), "%s: whole programs", title);
	contest(line, by_program, ARRAY_LEN(by_program));
}

static void
bench_looking(void)
{
	struct err err;
	int fd;

	if (sandbox_enter(SANDBOX_OBJECTS, &err)) {
		fprintf(stderr, "bench: %s\n", err.text);
		exit(77);
	}
	fd = mkstemp(before_file);
	if (fd < 0)
		die(before_file);
	set_limit("/proc/sys/kernel/shmmni", "32768");
	set_limit("/proc/sys/kernel/sem", "32000 1024000000 500 32000");
	set_limit("/proc/sys/kernel/msgmni", "32000");
	make_objects(4096, 0, 0);
	contest_looking("4,096 segments");
	make_objects(12000 - 4096, 12000, 8000);
	contest_looking("32,000 objects");
	fd_close(&fd);
	exit(0);
}

/* The sandbox is for the bench's own objects, not for what it measures here. */
static int
in_child(void (*body)(void))
{
	pid_t pid;
	int status;

	fflush(stdout);
	pid = fork();
	if (pid == 0)
		body();
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

static void
bench_run(void)
{
	const char *const user = geteuid() ? "-Uimp" : "-imp";
	const struct contestant contestants[] = {
		{.name = geteuid() ? "unshare -Uimp --fork true"
				   : "unshare -imp --fork true",
		 .argv = {"unshare", user, "--fork", "true"}},
		{.name = "leakcheck run -- true",
		 .argv = {leakcheck, "run", "--", "true"},
		 .goal = 1.3},
		{.name = "leakcheck run --sandbox -- true",
		 .argv = {leakcheck, "run", "--sandbox", "--", "true"}},
		{.name = "leakcheck run --host -- true",
		 .argv = {leakcheck, "run", "--host", "--", "true"}},
		{.name = "true", .argv = {"true"}},
	};

	contest("a sandbox around a command", contestants,
		ARRAY_LEN(contestants));
}

int
main(int argc, char **argv)
{
	int status;

	if (argc != 2) {
		fprintf(stderr, "usage: bench LEAKCHECK\n");
		return 2;
	}
	leakcheck = argv[1];
	status = in_child(bench_looking);
	if (status == 0)
		bench_run();
	return status;
}
