/* SPDX-License-Identifier: MIT */
/* check_child.c - live: waiting for children. */
#include <check.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/child.h"

Suite *child_suite(void);

enum { SIGNALS = 5, STATUS = 7 };

static int told[2]; /* a byte for each signal that was handled */

static void
tell(int number)
{
	(void)number;
	if (write(told[1], "", 1) != 1)
		_exit(1);
}

static void
end_after_signals(void)
{
	char byte;

	for (int i = 0; i < SIGNALS; i++)
		if (read(told[0], &byte, 1) != 1)
			_exit(1);
	_exit(STATUS);
}

/* Without SA_RESTART each of them would end the waiting: signal(7). */
START_TEST(no_signal_ends_the_waiting)
{
	const struct sigaction action = {.sa_handler = tell};
	const struct itimerval often = {{.tv_usec = 1000}, {.tv_usec = 1000}};
	const struct itimerval never = {0};
	pid_t pid;
	int status;

	ck_assert_int_eq(pipe(told), 0);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0)
		end_after_signals();
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	ck_assert_int_eq(child_wait(pid, &status, 0), pid);
	setitimer(ITIMER_REAL, &never, NULL);
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == STATUS);
	ck_assert_int_eq(child_wait(pid, &status, 0), -1);
	ck_assert_int_eq(errno, ECHILD);
}
END_TEST

/* As fork(2), but no signal tells of its end, and waitpid(2) passes it over. */
static pid_t
fork_silently(void)
{
	return (pid_t)syscall(SYS_clone, 0, NULL, NULL, NULL, NULL);
}

START_TEST(all_that_have_ended_are_reaped)
{
	int hold[2];
	pid_t silent;

	ck_assert(!child_exists());
	ck_assert(child_reap_ended());
	ck_assert_int_eq(pipe(hold), 0);
	silent = fork_silently();
	ck_assert_int_ge(silent, 0);
	if (silent == 0)
		_exit(read(hold[0], hold, 1) == 1);
	ck_assert(child_exists());
	ck_assert(!child_reap_ended());
	ck_assert_int_eq(write(hold[1], "", 1), 1);
	while (!child_reap_ended())
		sched_yield();
	ck_assert(!child_exists());
}
END_TEST

Suite *
child_suite(void)
{
	Suite *suite = suite_create("child");
	TCase *tests = tcase_create("child");

	tcase_add_test(tests, no_signal_ends_the_waiting);
	tcase_add_test(tests, all_that_have_ended_are_reaped);
	suite_add_tcase(suite, tests);
	return suite;
}
