/* SPDX-License-Identifier: MIT */
/* traced.c - running a program under the tracer, and writing it down. */
#include "tests/support/traced.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <seccomp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "harness/tracer/filter.h"
#include "tests/support/live.h"

enum { LIMIT_MS = 20000 };

static struct sandbox_init init;
static struct stacks *stacks;
static int proc_dir = -1;
static char programs[PATH_MAX]; /* ".../tests/tracees" */

/* It lies beside the program that runs the tests. */
static void
find_programs(void)
{
	ssize_t length =
		readlink("/proc/self/exe", programs, sizeof(programs) - 1);
	char *slash;

	ck_assert_int_gt(length, 0);
	programs[length] = '\0';
	slash = strrchr(programs, '/');
	strcpy(slash, "/tracees");
}

const char *
traced_program(const char *name)
{
	static char path[2 * PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", programs, name);
	return path;
}

struct stacks *
traced_stacks(void)
{
	return stacks;
}

int
traced_proc(void)
{
	return proc_dir;
}

bool
traced_begin(const char *test)
{
	struct err err;

	find_programs();
	/* LeakSanitizer does not work in what is traced. */
	setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
	init = SANDBOX_INIT_NONE;
	proc_dir = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (!live_enter(test, SANDBOX_PROCESSES))
		return false;
	ck_assert_msg(sandbox_init_start(&init, &err) == 0, "%s", err.text);
	stacks = stacks_new();
	return true;
}

void
traced_end(void)
{
	stacks_free(stacks);
	sandbox_init_stop(&init);
	fd_close(&proc_dir);
}

static void PRINTF_LIKE(3, 4) say(struct traced *traced, struct tracee *tracee,
				  const char *format, ...)
{
	char line[200];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	buf_printf(&traced->log, "%s %s\n", tracee_role(tracee), line);
}

static const char *
call_name(int number)
{
	static char *name;

	free(name);
	name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, number);
	return name ? name : "?";
}

static void
born(void *owner, struct tracee *tracee, struct tracee *parent)
{
	struct traced *traced = owner;

	ck_assert_ptr_null(tracee_owner_data(tracee));
	tracee_set_owner_data(tracee, traced);
	if (traced->born)
		traced->born(traced, tracee);
	if (parent)
		say(traced, tracee, "born of %s", tracee_role(parent));
	else
		say(traced, tracee,
		    strcmp(tracee_role(tracee), "0") ? "born orphan" : "born");
}

static void
amend_call(struct tracee *tracee, struct traced *traced, int value)
{
	(void)traced;
	tracee_amend(tracee, 2, (uint64_t)value, -EEXIST);
}

static void
fail_call(struct tracee *tracee, struct traced *traced, int value)
{
	(void)traced;
	tracee_fail(tracee, -value);
}

static void
exit_group(struct tracee *tracee, struct traced *traced, int value)
{
	(void)traced;
	tracee_replace(tracee, SYS_exit_group, (uint64_t)value);
}

static void
signal_before(struct tracee *tracee, struct traced *traced, int value)
{
	(void)traced;
	tracee_undo_and_signal(tracee, value);
}

static void
unblock(struct tracee *tracee, struct traced *traced, int value)
{
	(void)traced;
	tracee_unblock(tracee, value);
	tracee_undo_and_signal(tracee, value);
}

static void
call_exit(struct tracee *tracee, struct traced *traced, int value)
{
	const uint64_t address = stack_find_function(stacks, tracee, "exit");

	(void)traced;
	tracee_undo_and_call(tracee, address, (uint64_t)value);
}

static void
detach(struct tracee *tracee, struct traced *traced, int value)
{
	(void)value;
	tracer_detach_stopped(traced->tracer, tracee);
}

/* The others are done at the return. */
static void (*const at_entry[])(struct tracee *tracee, struct traced *traced,
				int value) = {
	[TRACED_AMEND] = amend_call,	  [TRACED_FAIL] = fail_call,
	[TRACED_EXIT_GROUP] = exit_group, [TRACED_SIGNAL] = signal_before,
	[TRACED_CALL_EXIT] = call_exit,	  [TRACED_UNBLOCK] = unblock,
	[TRACED_DETACH] = detach,
};

static void
obey(struct traced *traced, struct tracee *tracee, int index)
{
	const struct traced_order *order = &traced->orders[index];

	if (++traced->times[index] != order->nth)
		return;
	if ((size_t)order->what < ARRAY_LEN(at_entry) &&
	    at_entry[order->what]) {
		at_entry[order->what](tracee, traced, order->value);
		return;
	}
	tracee_watch(tracee);
	traced->to_do = index + 1;
}

static void
enter(void *owner, struct tracee *tracee, const struct call *call)
{
	struct traced *traced = owner;
	const char *name = call_name(call->number);

	say(traced, tracee, "enter %s", name);
	ck_assert_ptr_eq(tracee_owner_data(tracee), traced);
	if (traced->enter)
		traced->enter(traced, tracee, call);
	for (int i = 0; i < TRACED_ORDERS; i++)
		if (traced->orders[i].call &&
		    strcmp(traced->orders[i].call, name) == 0)
			obey(traced, tracee, i);
}

static void
leave(void *owner, struct tracee *tracee, const struct call *call,
      int64_t result)
{
	struct traced *traced = owner;
	const struct traced_order *order;

	say(traced, tracee, "leave %s %s", call_name(call->number),
	    result >= 0	     ? "ok"
	    : result <= -512 ? "restart"
			     : strerrorname_np((int)-result));
	if (traced->to_do == 0)
		return;
	order = &traced->orders[traced->to_do - 1];
	if (order->what == TRACED_SIGNAL_AFTER)
		tracee_signal(tracee, order->value);
	else if (order->what == TRACED_ABORT_AFTER)
		tracee_call(tracee,
			    stack_find_function(stacks, tracee, "abort"), 0);
	else if (order->what == TRACED_STEP_SIGNAL)
		tracee_step(tracee, (unsigned)order->value);
	traced->to_do = 0;
}

static int
take_signal(void *owner, struct tracee *tracee, const siginfo_t *info)
{
	struct traced *traced = owner;

	say(traced, tracee, "signal %s", sigabbrev_np(info->si_signo));
	return traced->signal ? traced->signal(traced, tracee, info)
			      : info->si_signo;
}

static void
stepped(void *owner, struct tracee *tracee, unsigned left)
{
	say(owner, tracee, "stepped, %u left", left);
	tracee_signal(tracee, SIGTERM);
}

static void
executed(void *owner, struct tracee *tracee)
{
	say(owner, tracee, "exec");
}

static void
dead(void *owner, struct tracee *tracee, int status)
{
	if (WIFSIGNALED(status))
		say(owner, tracee, "dead of %s",
		    sigabbrev_np(WTERMSIG(status)));
	else
		say(owner, tracee, "dead exit %d", WEXITSTATUS(status));
}

static void
foreign(void *owner, struct tracee *tracee)
{
	say(owner, tracee, "foreign");
}

static const struct tracer_hooks hooks = {
	.born = born,
	.enter = enter,
	.leave = leave,
	.signal = take_signal,
	.stepped = stepped,
	.exec = executed,
	.dead = dead,
	.foreign = foreign,
};

static struct tracer_filter *
make_filter(const struct traced *traced, struct err *err)
{
	const struct call_row *rows[] = {call_find(SYS_shmget),
					 call_find(SYS_shmctl)};

	return filter_new(traced->all_calls ? NULL : rows, ARRAY_LEN(rows),
			  err);
}

static void
start(struct traced *traced, const struct tracer_filter *filter,
      struct err *err)
{
	CLEANUP_FD int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	char *argv[TRACED_ARGUMENTS + 1] = {NULL};
	enum tracer_start started;
	const struct tracer_settings settings = {.argv = argv,
						 .filter = filter,
						 .input = null,
						 .output = 1,
						 .error = 2,
						 .proc_dir = proc_dir,
						 .detachable =
							 traced->detachable};

	for (int i = 0; i < TRACED_ARGUMENTS; i++)
		argv[i] = (char *)traced->arguments[i];
	if (argv[0][0] != '/')
		argv[0] = (char *)traced_program(argv[0]);
	started = tracer_start(traced->tracer, &settings, err);
	ck_assert_msg(started == TRACER_RUNS || (traced->may_not_start &&
						 started == TRACER_FAILED),
		      "%s", err->text);
}

void
traced_run(struct traced *traced)
{
	const int64_t limit_ms = traced->limit_ms ? traced->limit_ms : LIMIT_MS;
	struct err err = {0};
	CLEANUP_FILTER struct tracer_filter *filter = make_filter(traced, &err);

	ck_assert_msg(filter != NULL, "%s", err.text);
	buf_clear(&traced->log);
	memset(traced->times, 0, sizeof(traced->times));
	traced->to_do = 0;
	traced->tracer = tracer_new(&hooks, traced, &err);
	ck_assert_msg(traced->tracer != NULL, "%s", err.text);
	start(traced, filter, &err);
	traced->end = tracer_run(traced->tracer, clock_deadline_ns(limit_ms),
				 traced->until_main, NULL, 0, &err);
	ck_assert_msg(traced->end != TRACER_TROUBLE, "%s", err.text);
	if (!traced->limit_ms && !traced->until_main)
		ck_assert_msg(traced->end == TRACER_ALL_DEAD, "%s",
			      buf_text(&traced->log));
	if (traced->end == TRACER_ALL_DEAD && !traced->detachable)
		CHECK_COUNT(traced, " dead", traced_count(traced, " born"));
	if (!tracer_main_status(traced->tracer, &traced->status))
		traced->status = -1;
	tracer_free(traced->tracer);
	traced->tracer = NULL;
}

void
traced_free(struct traced *traced)
{
	buf_free(&traced->log);
}

unsigned
traced_count(const struct traced *traced, const char *text)
{
	const char *at = buf_text(&traced->log);
	unsigned count = 0;

	while ((at = strstr(at, text))) {
		count++;
		at += strcspn(at, "\n");
	}
	return count;
}
