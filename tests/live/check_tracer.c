/* SPDX-License-Identifier: MIT */
/*
 * check_tracer.c - live: every order and hook of the tracer, with programs of
 * one process.
 */
#include <check.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/wait.h>

#include "harness/tracer/registers.h"
#include "tests/support/traced.h"

Suite *tracer_suite(void);

/* As in tests/tracees/actor.c. */
enum { BEFORE = 100, AFTER, HOOK_RAN, TAKEN, UNEXPECTED };

static struct traced traced;

static void
clean_up(void)
{
	traced_free(&traced);
	traced_end();
}

/* Run actor with one order, nothing else changed. */
static void
act(const char *what, const char *argument, struct traced_order order)
{
	traced.arguments[0] = "actor";
	traced.arguments[1] = what;
	traced.arguments[2] = argument;
	traced.orders[0] = order;
	traced_run(&traced);
}

#define NO_ORDER	    ((struct traced_order) {0})
#define AT_GET(what, value) ((struct traced_order) {"shmget", 1, what, value})

START_TEST(sees_chosen_calls_only)
{
	TRACED_BEGIN();
	act("get", NULL, NO_ORDER);
	CHECK_LOG(&traced, "0 born\n"
			   "0 enter shmget\n"
			   "0 enter shmctl\n"
			   "0 dead exit 0\n");
}
END_TEST

START_TEST(sees_all_calls)
{
	TRACED_BEGIN();
	traced.all_calls = true;
	act("get", NULL, NO_ORDER);
	CHECK_COUNT(&traced, "0 enter shmget", 1);
	CHECK_COUNT(&traced, "0 enter mmap", traced_count(&traced, "mmap"));
	CHECK_COUNT(&traced, "0 enter exit_group", 1);
	CHECK_COUNT(&traced, "0 enter execve", 0);
	CHECK_EXIT(&traced, 0);
}
END_TEST

START_TEST(sees_the_end_of_a_call)
{
	TRACED_BEGIN();
	act("get", NULL, AT_GET(TRACED_WATCH, 0));
	CHECK_LOG(&traced, "0 born\n"
			   "0 enter shmget\n"
			   "0 leave shmget ok\n"
			   "0 enter shmctl\n"
			   "0 dead exit 0\n");
}
END_TEST

#define AT_FIND(nth)                                         \
	((struct traced_order) {"shmget", nth, TRACED_AMEND, \
				IPC_CREAT | IPC_EXCL | 0600})

START_TEST(amends_a_call)
{
	TRACED_BEGIN();
	act("find", NULL, AT_FIND(1));
	CHECK_LOG(&traced, "0 born\n"
			   "0 enter shmget\n"
			   "0 leave shmget ok\n"
			   "0 enter shmget\n"
			   "0 enter shmctl\n"
			   "0 dead exit 0\n");
}
END_TEST

/* The program never sees that it failed. */
START_TEST(has_an_amended_call_made_anew)
{
	TRACED_BEGIN();
	act("find", NULL, AT_FIND(2));
	CHECK_LOG(&traced, "0 born\n"
			   "0 enter shmget\n"
			   "0 enter shmget\n"
			   "0 enter shmget\n"
			   "0 enter shmctl\n"
			   "0 dead exit 0\n");
}
END_TEST

START_TEST(has_a_call_fail)
{
	TRACED_BEGIN();
	act("get", NULL, AT_GET(TRACED_FAIL, ENOSPC));
	CHECK_LOG(&traced, "0 born\n"
			   "0 enter shmget\n"
			   "0 leave shmget ENOSPC\n"
			   "0 dead exit 28\n");
}
END_TEST

START_TEST(has_a_call_interrupted)
{
	TRACED_BEGIN();
	act("get", NULL, AT_GET(TRACED_FAIL, EINTR));
	CHECK_EXIT(&traced, EINTR);
}
END_TEST

START_TEST(replaces_a_call)
{
	TRACED_BEGIN();
	act("get", NULL, AT_GET(TRACED_EXIT_GROUP, 7));
	CHECK_LOG(&traced, "0 born\n0 enter shmget\n0 dead exit 7\n");
}
END_TEST

START_TEST(signals_before_a_call)
{
	TRACED_BEGIN();
	act("handle", NULL, AT_GET(TRACED_SIGNAL, SIGTERM));
	CHECK_LOG(&traced, "0 born\n"
			   "0 enter shmget\n"
			   "0 signal TERM\n"
			   "0 enter shmget\n"
			   "0 enter shmctl\n"
			   "0 dead exit 100\n");
}
END_TEST

START_TEST(kills_before_a_call)
{
	TRACED_BEGIN();
	act("get", NULL, AT_GET(TRACED_SIGNAL, SIGKILL));
	CHECK_LOG(&traced, "0 born\n0 enter shmget\n0 dead of KILL\n");
	act("get", NULL, AT_GET(TRACED_SIGNAL, SIGTERM));
	CHECK_LOG(&traced, "0 born\n"
			   "0 enter shmget\n"
			   "0 signal TERM\n"
			   "0 dead of TERM\n");
}
END_TEST

START_TEST(an_ignored_signal_changes_nothing)
{
	TRACED_BEGIN();
	act("ignore", NULL, AT_GET(TRACED_SIGNAL, SIGTERM));
	CHECK_LOG(&traced, "0 born\n"
			   "0 enter shmget\n"
			   "0 signal TERM\n"
			   "0 enter shmget\n"
			   "0 enter shmctl\n"
			   "0 dead exit 0\n");
}
END_TEST

/* The kernel has made the segment, the program does not know it. */
START_TEST(signals_at_the_return)
{
	TRACED_BEGIN();
	act("handle", NULL, AT_GET(TRACED_SIGNAL_AFTER, SIGTERM));
	CHECK_LOG(&traced, "0 born\n"
			   "0 enter shmget\n"
			   "0 leave shmget ok\n"
			   "0 signal TERM\n"
			   "0 enter shmctl\n"
			   "0 dead exit 100\n");
}
END_TEST

/* The gap between the kernel's return and the program's store ends once. */
START_TEST(steps_until_the_program_knows)
{
	int steps = 0;

	TRACED_BEGIN();
	for (; steps < 100; steps++) {
		act("handle", NULL, AT_GET(TRACED_STEP_SIGNAL, steps));
		CHECK_COUNT(&traced, "0 stepped, 0 left", 1);
		if (traced.status == AFTER << 8)
			break;
		CHECK_EXIT(&traced, BEFORE);
	}
	ck_assert_int_gt(steps, 2);
	ck_assert_int_lt(steps, 100);
}
END_TEST

START_TEST(steps_end_before_the_next_call)
{
	TRACED_BEGIN();
	act("handle", NULL, AT_GET(TRACED_STEP_SIGNAL, 1000000));
	CHECK_EXIT(&traced, AFTER);
	CHECK_COUNT(&traced, "0 stepped, 0 left", 0);
	ck_assert(strstr(buf_text(&traced.log), "stepped") <
		  strstr(buf_text(&traced.log), "enter shmctl"));
}
END_TEST

START_TEST(calls_exit)
{
	TRACED_BEGIN();
	act("at-exit", NULL, AT_GET(TRACED_CALL_EXIT, 3));
	CHECK_LOG(&traced, "0 born\n0 enter shmget\n0 dead exit 102\n");
	act("get", NULL, AT_GET(TRACED_CALL_EXIT, 3));
	CHECK_EXIT(&traced, 3);
}
END_TEST

START_TEST(finds_who_waits_for_a_signal)
{
	TRACED_BEGIN();
	act("sigwait", NULL, AT_GET(TRACED_SIGNAL, SIGTERM));
	CHECK_EXIT(&traced, TAKEN);
	act("sigwait", NULL, AT_GET(TRACED_SIGNAL_AFTER, SIGTERM));
	CHECK_EXIT(&traced, TAKEN);
}
END_TEST

START_TEST(a_blocked_signal_pends)
{
	TRACED_BEGIN();
	act("block", "15", AT_GET(TRACED_SIGNAL, SIGTERM));
	CHECK_EXIT(&traced, 0);
	CHECK_COUNT(&traced, "signal", 0);
	act("block", "11", AT_GET(TRACED_UNBLOCK, SIGSEGV));
	ck_assert_int_eq(WTERMSIG(traced.status), SIGSEGV);
}
END_TEST

/* A crash is real: who blocks, ignores or survives it would be a lie. */
START_TEST(a_crash_comes_back)
{
	const enum traced_what orders[] = {TRACED_SIGNAL, TRACED_SIGNAL_AFTER};

	TRACED_BEGIN();
	for (size_t i = 0; i < ARRAY_LEN(orders); i++) {
		act("return", "11", AT_GET(orders[i], SIGSEGV));
		ck_assert_int_eq(WTERMSIG(traced.status), SIGSEGV);
		act("block", "11", AT_GET(orders[i], SIGSEGV));
		ck_assert_int_eq(WTERMSIG(traced.status), SIGSEGV);
		act("escape", "11", AT_GET(orders[i], SIGSEGV));
		CHECK_EXIT(&traced, TAKEN);
	}
	act("return", "6", AT_GET(TRACED_ABORT_AFTER, 0));
	ck_assert_int_eq(WTERMSIG(traced.status), SIGABRT);
	act("tell-code", "6", AT_GET(TRACED_ABORT_AFTER, 0));
	CHECK_EXIT(&traced, SI_TKILL & 0xff);
}
END_TEST

static const struct {
	int signal;
	int code;
} codes[] = {
	{SIGTERM, SI_USER},	{SIGINT, SI_USER},    {SIGHUP, SI_USER},
	{SIGSEGV, SEGV_MAPERR}, {SIGBUS, BUS_ADRERR}, {SIGFPE, FPE_INTDIV},
	{SIGILL, ILL_ILLOPN},	{SIGABRT, SI_TKILL},
};

START_TEST(signals_look_real)
{
	const enum traced_what orders[] = {TRACED_SIGNAL, TRACED_SIGNAL_AFTER};
	char number[16];

	TRACED_BEGIN();
	snprintf(number, sizeof(number), "%d", codes[_i].signal);
	for (size_t i = 0; i < ARRAY_LEN(orders); i++) {
		act("tell-code", number, AT_GET(orders[i], codes[_i].signal));
		CHECK_EXIT(&traced, codes[_i].code & 0xff);
	}
}
END_TEST

static int
hold_back(void *owner, struct tracee *tracee, const siginfo_t *info)
{
	(void)owner;
	(void)tracee;
	(void)info;
	return 0;
}

START_TEST(holds_a_signal_back)
{
	TRACED_BEGIN();
	traced.signal = hold_back;
	act("get", NULL, AT_GET(TRACED_SIGNAL, SIGTERM));
	CHECK_EXIT(&traced, 0);
}
END_TEST

START_TEST(ignored_signals_interrupt_nothing)
{
	TRACED_BEGIN();
	act("be-woken", NULL, NO_ORDER);
	CHECK_EXIT(&traced, 0);
	act("be-woken", "10", NO_ORDER); /* SIGUSR1 */
	CHECK_EXIT(&traced, 0);
	traced.all_calls = true;
	act("be-woken", NULL, NO_ORDER);
	CHECK_EXIT(&traced, 0);
}
END_TEST

/* Of numbers below and above SIGCHLD, which comes at the same time. */
START_TEST(handled_signals_interrupt)
{
	TRACED_BEGIN();
	act("be-interrupted", "10", NO_ORDER);
	CHECK_EXIT(&traced, BEFORE);
	act("be-interrupted", "40", NO_ORDER);
	CHECK_EXIT(&traced, BEFORE);
	traced.all_calls = true;
	act("be-interrupted", "40", NO_ORDER);
	CHECK_EXIT(&traced, BEFORE);
}
END_TEST

START_TEST(own_filter_and_ptrace)
{
	TRACED_BEGIN();
	act("filter", NULL, NO_ORDER);
	CHECK_LOG(&traced, "0 born\n0 dead exit 1\n"); /* EPERM */
	act("ptrace", NULL, NO_ORDER);
	CHECK_EXIT(&traced, EPERM);
}
END_TEST

/* It must not meet us as the tracer that it wants. */
START_TEST(own_filter_that_wants_a_tracer)
{
	TRACED_BEGIN();
	act("want-tracer", NULL, NO_ORDER);
	CHECK_LOG(&traced, "0 born\n0 dead exit 38\n"); /* ENOSYS */
	traced.all_calls = true;
	act("want-tracer", NULL, NO_ORDER);
	CHECK_EXIT(&traced, ENOSYS);
	traced.detachable = true;
	act("want-tracer", NULL, AT_GET(TRACED_WATCH, 0));
	CHECK_EXIT(&traced, ENOSYS);
	CHECK_COUNT(&traced, "leave shmget ENOSYS", 1);
}
END_TEST

#ifdef __x86_64__
START_TEST(tells_of_other_abis)
{
	TRACED_BEGIN();
	act("i386", NULL, NO_ORDER);
	CHECK_LOG(&traced, "0 born\n"
			   "0 foreign\n"
			   "0 enter shmget\n"
			   "0 enter shmctl\n"
			   "0 dead exit 0\n");
	act("x32", NULL, NO_ORDER);
	CHECK_COUNT(&traced, "foreign", 1);
	traced.detachable = true;
	act("i386", NULL, NO_ORDER);
	CHECK_COUNT(&traced, "foreign", 1);
}
END_TEST

/* Those of a 32-bit program are others, and fewer. */
static int
have_no_registers(void *owner, struct tracee *tracee, const siginfo_t *info)
{
	struct user_regs_struct registers;

	(void)owner;
	ck_assert(!registers_get(tracee_tid(tracee), &registers));
	return info->si_signo;
}

START_TEST(reads_no_registers_of_other_abis)
{
	TRACED_BEGIN();
	traced.signal = have_no_registers;
	act("be-i386", NULL, NO_ORDER);
	CHECK_LOG(&traced, "0 born\n"
			   "0 foreign\n"
			   "0 signal URG\n"
			   "0 dead exit 0\n");
}
END_TEST
#endif

/* All orders again, without seccomp. */
START_TEST(works_without_a_filter)
{
	TRACED_BEGIN();
	traced.detachable = true;
	act("get", NULL, AT_GET(TRACED_WATCH, 0));
	CHECK_LOG(&traced, "0 born\n"
			   "0 enter shmget\n"
			   "0 leave shmget ok\n"
			   "0 enter shmctl\n"
			   "0 dead exit 0\n");
	act("get", NULL, AT_GET(TRACED_FAIL, ENOSPC));
	CHECK_EXIT(&traced, ENOSPC);
	act("get", NULL, AT_GET(TRACED_EXIT_GROUP, 7));
	CHECK_EXIT(&traced, 7);
	act("handle", NULL, AT_GET(TRACED_SIGNAL, SIGTERM));
	CHECK_EXIT(&traced, BEFORE);
	CHECK_COUNT(&traced, "enter shmget", 2);
	act("at-exit", NULL, AT_GET(TRACED_CALL_EXIT, 3));
	CHECK_EXIT(&traced, HOOK_RAN);
	act("handle", NULL, AT_GET(TRACED_STEP_SIGNAL, 1000000));
	CHECK_EXIT(&traced, AFTER);
}
END_TEST

static pid_t detached;

static void
note_pid(void *owner, struct tracee *tracee, const struct call *call)
{
	(void)owner;
	(void)call;
	detached = tracee_tid(tracee);
}

/* It is stopped before the call, and makes it when it is continued. */
START_TEST(lets_go)
{
	int status;

	TRACED_BEGIN();
	traced.detachable = true;
	traced.enter = note_pid;
	act("get", NULL, AT_GET(TRACED_DETACH, 0));
	ck_assert_int_eq(waitpid(detached, &status, WUNTRACED), detached);
	ck_assert(WIFSTOPPED(status));
	ck_assert_int_eq(kill(detached, SIGCONT), 0);
	ck_assert_int_eq(waitpid(detached, &status, 0), detached);
	ck_assert_int_eq(status, 0);
}
END_TEST

Suite *
tracer_suite(void)
{
	const TTest *const tests[] = {
		sees_chosen_calls_only,
		sees_all_calls,
		sees_the_end_of_a_call,
		amends_a_call,
		has_an_amended_call_made_anew,
		has_a_call_fail,
		has_a_call_interrupted,
		replaces_a_call,
		signals_before_a_call,
		kills_before_a_call,
		an_ignored_signal_changes_nothing,
		signals_at_the_return,
		steps_until_the_program_knows,
		steps_end_before_the_next_call,
		calls_exit,
		finds_who_waits_for_a_signal,
		a_blocked_signal_pends,
		a_crash_comes_back,
		holds_a_signal_back,
		ignored_signals_interrupt_nothing,
		handled_signals_interrupt,
		own_filter_and_ptrace,
		own_filter_that_wants_a_tracer,
		works_without_a_filter,
		lets_go,
#ifdef __x86_64__
		tells_of_other_abis,
		reads_no_registers_of_other_abis,
#endif
	};
	Suite *suite = suite_create("tracer");
	TCase *tcase = tcase_create("orders and hooks");

	tcase_add_checked_fixture(tcase, NULL, clean_up);
	for (size_t i = 0; i < ARRAY_LEN(tests); i++)
		tcase_add_test(tcase, tests[i]);
	tcase_add_loop_test(tcase, signals_look_real, 0, ARRAY_LEN(codes));
	suite_add_tcase(suite, tcase);
	return suite;
}
