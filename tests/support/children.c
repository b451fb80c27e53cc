/* SPDX-License-Identifier: MIT */
/* children.c - processes that make and hold objects for live tests. */
#include "tests/support/children.h"

#include <check.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/proc.h"

enum { CALL_DEADLINE_MS = 10000 };

/* In the child: do it, say so, and live on. */
static void
work_and_tell(child_work *work, void *argument, int ready)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	work(argument);
	if (write(ready, "", 1) != 1)
		_exit(1);
	for (;;)
		pause();
}

void
child_does(child_work *work, void *argument)
{
	int status;
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		work(argument);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
}

pid_t
child_holds(child_work *work, void *argument)
{
	int pair[2];
	char byte;
	pid_t pid;

	ck_assert_int_eq(pipe(pair), 0);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0)
		work_and_tell(work, argument, pair[1]);
	close(pair[1]);
	ck_assert_msg(read(pair[0], &byte, 1) == 1, "the child has failed");
	close(pair[0]);
	return pid;
}

static long
call_of(pid_t pid)
{
	CLEANUP_BUF struct buf text = {0};
	CLEANUP_FREE char *name = mem_printf("/proc/%d/syscall", pid);
	struct proc_call call;

	ck_assert_int_eq(fd_read_file(-1, name, &text), 0);
	return proc_call_parse(buf_text(&text), &call) ? call.number : -1;
}

void
wait_for_call(pid_t pid, long number)
{
	int64_t deadline_ns = clock_deadline_ns(CALL_DEADLINE_MS);

	while (call_of(pid) != number) {
		ck_assert_msg(clock_left_ms(deadline_ns) > 0,
			      "the child does not wait in its call");
		sched_yield();
	}
}

pid_t
child_waits(child_work *work, void *argument, long number)
{
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		work(argument);
		_exit(1);
	}
	wait_for_call(pid, number);
	return pid;
}

void
child_end(pid_t pid)
{
	kill(pid, SIGKILL);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
}
