/* SPDX-License-Identifier: MIT */
/* debug.c - leave a stopped target to gdb(1) on the terminal. */
#include "harness/debug.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/child.h"
#include "base/proc.h"
#include "base/mem.h"

/* The innermost pid namespace is the one of the sandbox's /proc. */
static pid_t
inner_pid(const struct tree *tree, pid_t pid)
{
	const pid_t inner = proc_inner_pid(tree->proc_dir, pid);

	return inner ? inner : pid;
}

/* What makes the fault: of an error return no command of gdb does. */
static void
add_command(struct buf *into, const struct fault *fault)
{
	if (fault->class == FAULT_SIGNAL)
		buf_printf(into, "signal %s", fault_signal_name(fault->number));
	else if (fault->class == FAULT_EXIT)
		buf_printf(into, "call (void)exit(%d)", fault->number);
	else if (fault->class == FAULT_EXIT_AT_ONCE)
		buf_printf(into, "call (void)_exit(%d)", fault->number);
}

/* A command of gdb that says where this is, and how to go on. */
static void
add_hint(struct buf *into, const struct trial *trial)
{
	CLEANUP_BUF struct buf command = {0};

	buf_printf(into, "echo \\n%s\\n", trial->id);
	add_command(&command, &trial->fault);
	if (command.length)
		buf_printf(into, "The fault is yours to make: %s\\n",
			   buf_text(&command));
}

/* Who is not of the terminal's group may not change that, unless it blocks
 * SIGTTOU: tcsetpgrp(3). */
static void
give_terminal(pid_t group)
{
	sigset_t output;
	sigset_t kept;

	sigemptyset(&output);
	sigaddset(&output, SIGTTOU);
	sigprocmask(SIG_BLOCK, &output, &kept);
	(void)tcsetpgrp(STDIN_FILENO, group);
	sigprocmask(SIG_SETMASK, &kept, NULL);
}

/*
 * In a group of its own, as a shell does it: Ctrl-C is for gdb, which stops the
 * target by it, and would end ipcrash.
 */
static void
take_terminal(void)
{
	setpgid(0, 0);
	give_terminal(getpid());
}

static bool
has_terminal(void)
{
	return tcgetpgrp(STDIN_FILENO) == getpgrp();
}

/*
 * gdb finds the target in a stop of job control, from where it cannot be sent
 * on with a signal: ptrace(2), "Injecting and suppressing signals". So one more
 * SIGSTOP is to arrive, before the thread executes anything and with the others
 * held. What is left of such signals is ours and no business of the target's.
 */
static void NORETURN
become_gdb(pid_t pid, pid_t tid, const struct trial *trial, bool terminal)
{
	CLEANUP_FREE char *number = mem_printf("%d", pid);
	CLEANUP_FREE char *stop = mem_printf("shell kill -STOP %d", pid);
	CLEANUP_FREE char *thread =
		mem_printf("python [t.switch() for t in "
			   "gdb.selected_inferior().threads() "
			   "if t.ptid[1] == %d]",
			   tid);
	CLEANUP_BUF struct buf hint = {0};
	sigset_t none;

	if (terminal)
		take_terminal();
	add_hint(&hint, trial);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execlp("gdb", "gdb", "-q", "-p", number, "-ex", thread, "-ex",
	       "set scheduler-locking on", "-ex", stop, "-ex", "continue",
	       "-ex", "set scheduler-locking replay", "-ex",
	       "handle SIGSTOP nostop noprint nopass", "-ex", buf_text(&hint),
	       (char *)NULL);
	_exit(127);
}

/* Ctrl-Z would stop gdb alone, and leave nobody at the terminal. */
static void
reap(pid_t pid, int *status)
{
	while (child_wait(pid, status, WUNTRACED) > 0 && WIFSTOPPED(*status))
		kill(pid, SIGCONT);
}

int
debug_run(struct tree *tree, pid_t pid, pid_t tid, const struct trial *trial,
	  struct err *err)
{
	const bool terminal = has_terminal();
	pid_t target = inner_pid(tree, pid);
	pid_t thread = inner_pid(tree, tid);
	pid_t gdb = fork();
	int status = 0;
	int ignored;

	if (gdb == 0)
		become_gdb(target, thread, trial, terminal);
	if (gdb > 0)
		reap(gdb, &status);
	if (terminal)
		give_terminal(getpgrp());
	kill(pid, SIGKILL);
	if (tree->sandboxed && sandbox_init_kill(&tree->init, SIGKILL, err))
		return -1;
	reap(pid, &ignored);
	if (gdb < 0)
		return err_set(err, errno, "starting gdb");
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		return err_set(err, 0, "there is no gdb (remedy: install gdb)");
	return 0;
}
