/* SPDX-License-Identifier: MIT */
/*
 * check_tracer_crowd.c - live: the tracer with many processes and threads, made
 * in all the ways that there are, and killed at any moment.
 */
#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "harness/tracer/births.h"
#include "harness/tracer/orphans.h"
#include "tests/support/traced.h"

Suite *tracer_crowd_suite(void);

static struct traced traced;

static void
clean_up(void)
{
	traced_free(&traced);
	traced_end();
}

static void
act(const char *what, const char *count)
{
	traced.arguments[0] = "crowd";
	traced.arguments[1] = what;
	traced.arguments[2] = count;
	traced_run(&traced);
}

/*
 * @born tracees besides the first, and @getting of all make a segment. Each is
 * seen, whoever comes first.
 */
static const struct {
	const char *act;
	const char *count;
	unsigned born, getting;
	const char *shows; /* NULL: nothing else */
} crowds[] = {
	{"threads", "10", 10, 10, "0:t10 born of 0"},
	{"threads", "100", 100, 100, "0:t100 enter shmget"},
	{"leaderless", "1", 1, 1, "0:t1 enter shmget"},
	{"tree", "5", 30, 31, "0.2.2.2.2 enter shmget"},
	{"chain", "20", 19, 20, NULL},
	{"vfork", "5", 5, 5, "0.5 exec"},
	{"spawn", "5", 5, 5, "0.5 exec"},
	{"thread-exec", "5", 6, 1, "0 enter shmget"},
	{"headless-exec", "1", 1, 1, "0 exec"},
	{"daemon", "1", 2, 1, "0.1.1 enter shmget"},
	{"clone", "1", 5, 5, "0.5 born of 0"},
	{"untraced", "1", 3, 3, "0.3 born of 0"},
	{"sibling", "1", 1, 1, "0.1 enter shmget"},
	{"stop", "1", 1, 1, "0.1 signal CONT"},
	{"storm", "5", 62, 32, NULL},
};

START_TEST(follows_all)
{
	TRACED_BEGIN();
	act(crowds[_i].act, crowds[_i].count);
	CHECK_EXIT(&traced, 0);
	CHECK_COUNT(&traced, "born of", crowds[_i].born);
	CHECK_COUNT(&traced, "enter shmget", crowds[_i].getting);
	CHECK_COUNT(&traced, "enter shmctl", crowds[_i].getting);
	if (crowds[_i].shows)
		CHECK_COUNT(&traced, crowds[_i].shows, 1);
}
END_TEST

/* With the ends of calls watched, which exec and fork are. */
START_TEST(follows_all_calls)
{
	TRACED_BEGIN();
	traced.all_calls = true;
	traced.orders[0] = (struct traced_order) {"execve", 1, TRACED_WATCH, 0};
	act(crowds[_i].act, crowds[_i].count);
	CHECK_EXIT(&traced, 0);
	CHECK_COUNT(&traced, "enter shmget", crowds[_i].getting);
	CHECK_COUNT(&traced, "leave execve ok",
		    traced_count(&traced, "exec\n") > 0);
	traced.all_calls = false;
	traced.detachable = true;
	act(crowds[_i].act, crowds[_i].count);
	CHECK_EXIT(&traced, 0);
	CHECK_COUNT(&traced, "enter shmget", crowds[_i].getting);
}
END_TEST

static void
none_is_left(void)
{
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
}

static pid_t detached;

static void
note_process(void *owner, struct tracee *tracee, const struct call *call)
{
	(void)owner;
	(void)call;
	detached = tracee_process(tracee);
}

/* All are stopped, and go on together. */
START_TEST(lets_go_of_threads)
{
	int status;

	TRACED_BEGIN();
	traced.detachable = true;
	traced.enter = note_process;
	traced.orders[0] =
		(struct traced_order) {"shmget", 3, TRACED_DETACH, 0};
	act("threads", "4");
	ck_assert_int_eq(waitpid(detached, &status, WUNTRACED), detached);
	ck_assert(WIFSTOPPED(status));
	ck_assert_int_eq(kill(detached, SIGCONT), 0);
	ck_assert_int_eq(waitpid(detached, &status, 0), detached);
	ck_assert_int_eq(status, 0);
	none_is_left();
}
END_TEST

START_TEST(can_end_with_the_first)
{
	TRACED_BEGIN();
	traced.until_main = true;
	act("daemon", "1");
	CHECK_EXIT(&traced, 0);
	none_is_left();
}
END_TEST

/* Who is killed after fork(2) has made a process, and before it is told. */
START_TEST(follows_orphans)
{
	TRACED_BEGIN();
	for (int i = 0; i < 100; i++) {
		act("mortal", "2");
		ck_assert_int_eq(WTERMSIG(traced.status), SIGKILL);
		CHECK_COUNT(&traced, " born\n", 1);
	}
	none_is_left();
}
END_TEST

/* The same where what is left falls to a process that is traced, and waits. */
START_TEST(follows_inherited_orphans)
{
	TRACED_BEGIN();
	for (int i = 0; i < 100; i++) {
		act(i % 2 ? "heir" : "fertile-exec", "2");
		CHECK_EXIT(&traced, 0);
	}
	none_is_left();
}
END_TEST

/* That of one who died before anybody told of it, and of one who lives. */
START_TEST(a_number_is_given_again)
{
	enum { MAKER = 1000, MADE = 1001 };
	static const struct tracer_hooks none;
	struct tracer tracer = {.hooks = &none, .proc_dir = -1};
	struct tracee *maker = tracees_add(&tracer.tracees, MAKER);
	struct tracee *made;

	tracee_be_first(maker);
	maker->life = TRACEE_RUNNING;
	tracees_note_gone(&tracer.tracees, MADE, SIGKILL);
	births_keep(&tracer, MADE, SIGTRAP);
	made = births_announce(&tracer, maker->process, maker, MADE, false);
	ck_assert_ptr_nonnull(made);
	tracees_remove(&tracer.tracees, made);
	tracees_remove(&tracer.tracees, maker);
}
END_TEST

/* Stopped as a job is, by who traces it. Returns wait(2)'s status. */
static int
seize_stopped(pid_t pid)
{
	const unsigned group_stop = SIGSTOP | PTRACE_EVENT_STOP << 8;
	int status;

	ck_assert_int_eq(ptrace(PTRACE_SEIZE, pid, 0, PTRACE_O_EXITKILL), 0);
	ck_assert_int_eq(kill(pid, SIGSTOP), 0);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid); /* the signal comes */
	ck_assert_int_eq(ptrace(PTRACE_CONT, pid, 0, (long)SIGSTOP), 0);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid); /* it is stopped */
	ck_assert_uint_eq((unsigned)status >> 8, group_stop);
	return status;
}

/* Born into a process that is stopped: it must not run, until SIGCONT. */
START_TEST(who_is_born_stopped_stays_so)
{
	static const struct tracer_hooks none;
	CLEANUP_FD int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct tracer tracer = {.hooks = &none, .proc_dir = proc};
	struct tracee *other = tracees_add(&tracer.tracees, 1);
	const pid_t pid = fork();
	CLEANUP_BUF struct buf text = {0};
	char name[32];
	int status;

	if (pid == 0)
		for (;;)
			pause();
	snprintf(name, sizeof(name), "%d/status", pid);
	tracee_be_first(other);
	tracees_keep_process(&tracer.tracees, other->process);
	tracees_remove(&tracer.tracees, other);
	stops_serve(&tracer, pid, seize_stopped(pid));
	orphans_adopt(&tracer);
	ck_assert_uint_eq(tracer.tracees.early, 0);
	ck_assert_int_eq(fd_read_file(proc, name, &text), 0);
	ck_assert_ptr_nonnull(strstr(buf_text(&text), "\nState:\tt"));
	kill(pid, SIGKILL);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	stops_serve(&tracer, pid, status);
	tracees_keep_process(&tracer.tracees, NULL);
}
END_TEST

START_TEST(ends_a_storm)
{
	TRACED_BEGIN();
	traced.limit_ms = 100;
	act("storm", "1000000");
	ck_assert_int_eq(traced.end, TRACER_TIME_UP);
	none_is_left();
}
END_TEST

/* Killed while it is stopped: every request of every order fails. */
static unsigned calls_left;

static void
kill_one(void *owner, struct tracee *tracee, const struct call *call)
{
	struct stack stack;

	(void)owner;
	(void)call;
	if (--calls_left > 0)
		return;
	kill(tracee_process(tracee), SIGKILL);
	stack_take(traced_stacks(), tracee, &stack);
	ck_assert_uint_ge(stack.depth, 1);
}

START_TEST(one_is_killed_at_an_order)
{
	const enum traced_what orders[] = {TRACED_NOTHING, TRACED_FAIL,
					   TRACED_EXIT_GROUP, TRACED_SIGNAL,
					   TRACED_CALL_EXIT};

	TRACED_BEGIN();
	traced.enter = kill_one;
	for (unsigned call = 1; call < 16; call++)
		for (size_t i = 0; i < ARRAY_LEN(orders); i++) {
			calls_left = call;
			traced.orders[0] = (struct traced_order) {
				"shmget", call, orders[i], SIGTERM};
			act(call % 2 ? "tree" : "threads", "8");
		}
	none_is_left();
}
END_TEST

/*
 * In the sandbox, whose pids count up: the last one is in /proc/loadavg. It has
 * no exit signal, so that no wait of ours meets it.
 */
static void NORETURN
kill_often(void)
{
	unsigned random = 1;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		CLEANUP_BUF struct buf text = {0};
		pid_t last;

		ck_assert_int_eq(fd_read_file(-1, "/proc/loadavg", &text), 0);
		last = atoi(strrchr(buf_text(&text), ' '));
		random = random * 1103515245 + 12345;
		last -= (pid_t)(random >> 16) % 8;
		if (last > getpid())
			kill(last, SIGKILL);
	}
}

static pid_t
start_killer(void)
{
	const pid_t pid = (pid_t)syscall(SYS_clone, 0, NULL, NULL, NULL, NULL);

	ck_assert_int_ge(pid, 0);
	if (pid == 0)
		kill_often();
	return pid;
}

START_TEST(some_are_killed_at_any_moment)
{
	const char *const acts[] = {"tree",   "threads",     "vfork",
				    "spawn",  "thread-exec", "storm",
				    "daemon", "clone"};
	pid_t killer;

	TRACED_BEGIN();
	killer = start_killer();
	traced.may_not_start = true;
	for (int i = 0; i < 200; i++)
		act(acts[(size_t)i % ARRAY_LEN(acts)], "4");
	none_is_left();
	kill(killer, SIGKILL);
	ck_assert_int_eq(waitpid(killer, NULL, __WALL), killer);
}
END_TEST

Suite *
tracer_crowd_suite(void)
{
	Suite *suite = suite_create("tracer_crowd");
	TCase *tcase = tcase_create("crowds");
	TCase *no_fixture = tcase_create("numbers");

	tcase_add_checked_fixture(tcase, NULL, clean_up);
	tcase_add_loop_test(tcase, follows_all, 0, ARRAY_LEN(crowds));
	tcase_add_loop_test(tcase, follows_all_calls, 0, ARRAY_LEN(crowds));
	tcase_add_test(tcase, lets_go_of_threads);
	tcase_add_test(tcase, can_end_with_the_first);
	tcase_add_test(tcase, follows_orphans);
	tcase_add_test(tcase, follows_inherited_orphans);
	tcase_add_test(tcase, ends_a_storm);
	tcase_add_test(no_fixture, a_number_is_given_again);
	tcase_add_test(no_fixture, who_is_born_stopped_stays_so);
	tcase_add_test(tcase, one_is_killed_at_an_order);
	tcase_add_test(tcase, some_are_killed_at_any_moment);
	suite_add_tcase(suite, tcase);
	suite_add_tcase(suite, no_fixture);
	return suite;
}
