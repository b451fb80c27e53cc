/* SPDX-License-Identifier: MIT */
/*
 * stops.c - what a tracee has stopped for, or died of, and what is done then.
 * Any ptrace request may fail with ESRCH, for SIGKILL gets a tracee out of any
 * stop: its death is reported next, so nothing is done about that.
 */
#include <errno.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "base/attr.h"
#include "harness/tracer/arch.h"
#include "harness/tracer/births.h"
#include "harness/tracer/crash.h"
#include "harness/tracer/filter.h"
#include "harness/tracer/orders.h"
#include "harness/tracer/questions.h"
#include "harness/tracer/registers.h"
#include "harness/tracer/signals.h"
#include "harness/tracer/state.h"
#include "harness/tracer/untraced.h"

enum { SYSCALL_STOP = SIGTRAP | 0x80 }; /* PTRACE_O_TRACESYSGOOD */

static void
resume(const struct tracer *tracer, struct tracee *tracee, int signal)
{
	enum __ptrace_request request = PTRACE_CONT;

	if (tracee->stepping)
		request = PTRACE_SINGLESTEP;
	else if (tracee->watched || tracee->untraced || tracer->without_seccomp)
		request = PTRACE_SYSCALL;
	tracee->moment = AT_NOTHING;
	(void)ptrace(request, tracee->tid, 0, (long)signal);
}

/* Returns false when it was killed, or the kernel has no such request. */
static bool
ask(struct tracer *tracer, struct tracee *tracee,
    struct __ptrace_syscall_info *info)
{
	if (ptrace(PTRACE_GET_SYSCALL_INFO, tracee->tid, sizeof(*info), info) >=
	    0)
		return true;
	if (errno != ESRCH)
		err_set(&tracer->trouble, errno,
			"asking for a system call (PTRACE_GET_SYSCALL_INFO)");
	return false;
}

static void
tell_foreign(struct tracer *tracer, struct tracee *tracee)
{
	if (!tracee->process->foreign_told && tracer->hooks->foreign)
		tracer->hooks->foreign(tracer->owner, tracee);
	tracee->process->foreign_told = true;
}

static void
note_call(struct call *call, const struct __ptrace_syscall_info *info)
{
	call->number = (int)info->seccomp.nr;
	for (int i = 0; i < CALL_ARGS; i++)
		call->args[i] = info->seccomp.args[i];
	call->pc = info->instruction_pointer;
	call->sp = info->stack_pointer;
}

static void
tell_call(struct tracer *tracer, struct tracee *tracee)
{
	tracee->moment = AT_ENTER;
	if (tracer->hooks->enter)
		tracer->hooks->enter(tracer->owner, tracee, &tracee->call);
}

/* ENTRY and SECCOMP have the number and arguments in the same place. */
static void
on_call(struct tracer *tracer, struct tracee *tracee,
	const struct __ptrace_syscall_info *info)
{
	if (!tracee->process->executed)
		return;
	if (arch_is_foreign(info->arch, info->seccomp.nr)) {
		tell_foreign(tracer, tracee);
		return;
	}
	note_call(&tracee->call, info);
	tracee->handled = false;
	tracee->ordered = false;
	if (tracer->filter &&
	    filter_matches(tracer->filter, tracee->call.number,
			   tracee->call.args))
		tell_call(tracer, tracee);
	if (!tracee->ordered)
		untraced_hide(tracee);
}

/*
 * It has stopped for a filter of the program's own, which was asked first.
 * Without a tracer such calls fail with ENOSYS. seccomp(2), SECCOMP_RET_TRACE
 */
static void
refuse_call(struct tracee *tracee)
{
	const bool watched = tracee->watched;

	tracee->moment = AT_ENTER;
	tracee_fail(tracee, -ENOSYS);
	tracee->watched = watched;
}

static void
on_seccomp(struct tracer *tracer, struct tracee *tracee, int signal)
{
	struct __ptrace_syscall_info info;

	(void)signal;
	if (ask(tracer, tracee, &info)) {
		if (info.seccomp.ret_data == FILTER_MARK)
			on_call(tracer, tracee, &info);
		else
			refuse_call(tracee);
	}
	resume(tracer, tracee, 0);
}

/* The instruction that comes next. */
static bool
is_before_call(const struct tracee *tracee)
{
	struct user_regs_struct registers;
	unsigned char code[ARCH_CALL_BYTES];

	return registers_get(tracee->tid, &registers) &&
	       tracee_read(tracee, arch_pc(&registers), code, sizeof(code)) ==
		       sizeof(code) &&
	       arch_is_call(code);
}

static void
end_steps(struct tracer *tracer, struct tracee *tracee)
{
	const unsigned left = tracee->steps_left;

	tracee->stepping = false;
	tracee->steps_left = 0;
	tracee->moment = AT_LEAVE;
	if (tracer->hooks->stepped)
		tracer->hooks->stepped(tracer->owner, tracee, left);
}

/* Before a call it is over: the kernel would act. */
static void
step_on(struct tracer *tracer, struct tracee *tracee)
{
	while (tracee->stepping &&
	       (tracee->steps_left == 0 || is_before_call(tracee)))
		end_steps(tracer, tracee);
	resume(tracer, tracee, 0);
}

/* Of a call that we have made again: as if the kernel said so. */
enum { ERESTARTSYS = 512 }; /* linux/errno.h */

static int64_t
result_of(const struct tracee *tracee, const struct __ptrace_syscall_info *info)
{
	if (info->exit.rval == -EINTR && signals_will_hide(tracee))
		return -ERESTARTSYS;
	return info->exit.rval;
}

static void
on_call_end(struct tracer *tracer, struct tracee *tracee,
	    const struct __ptrace_syscall_info *info)
{
	untraced_restore(tracee);
	if (!tracee->watched)
		return;
	tracee->watched = false;
	if (orders_settle(tracee, info->exit.rval))
		return;
	tracee->moment = AT_LEAVE;
	if (tracer->hooks->leave)
		tracer->hooks->leave(tracer->owner, tracee, &tracee->call,
				     result_of(tracee, info));
}

static void
on_syscall(struct tracer *tracer, struct tracee *tracee)
{
	struct __ptrace_syscall_info info;

	if (ask(tracer, tracee, &info)) {
		if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
			on_call(tracer, tracee, &info);
		else
			on_call_end(tracer, tracee, &info);
	}
	step_on(tracer, tracee);
}

static void
deliver(struct tracer *tracer, struct tracee *tracee, siginfo_t *info)
{
	int signal = info->si_signo;

	if (crash_comes_back(tracee, info)) {
		resume(tracer, tracee, 0);
		return;
	}
	signals_pretend(tracee, info);
	if (tracer->hooks->signal)
		signal = tracer->hooks->signal(tracer->owner, tracee, info);
	signals_hide_interruption(tracee, info, signal);
	resume(tracer, tracee, signal);
}

static void
on_signal(struct tracer *tracer, struct tracee *tracee, int signal)
{
	siginfo_t info;

	if (signal == SYSCALL_STOP) {
		on_syscall(tracer, tracee);
		return;
	}
	if (ptrace(PTRACE_GETSIGINFO, tracee->tid, 0, &info))
		return; /* killed */
	if (tracee->stepping && signal == SIGTRAP &&
	    info.si_code == TRAP_TRACE) {
		tracee->steps_left--;
		step_on(tracer, tracee);
		return;
	}
	if (tracee->stepping)
		end_steps(tracer, tracee);
	deliver(tracer, tracee, &info);
}

/*
 * Another thread's first stop, the end of a group-stop, or a group-stop: in
 * that it stays, but PTRACE_LISTEN lets SIGCONT through.
 */
static void
on_stop(struct tracer *tracer, struct tracee *tracee, int signal)
{
	(void)tracer;
	if (signal == SIGTRAP) {
		resume(tracer, tracee, 0);
		return;
	}
	tracee->in_stop = tracee->was_stopped = true;
	(void)ptrace(PTRACE_LISTEN, tracee->tid, 0, 0);
}

static bool
get_message(const struct tracee *tracee, pid_t *tid)
{
	unsigned long message;

	if (ptrace(PTRACE_GETEVENTMSG, tracee->tid, 0, &message))
		return false;
	*tid = (pid_t)message;
	return true;
}

/* Its process may be in a group-stop. */
void
stops_begin(struct tracer *tracer, struct tracee *tracee)
{
	untraced_restore(tracee);
	on_stop(tracer, tracee, tracee->first_stop);
}

static void
announce(struct tracer *tracer, struct tracee *creator, bool may_be_thread)
{
	struct tracee *made;
	pid_t tid;

	if (!get_message(creator, &tid))
		return;
	made = births_announce(tracer, creator->process, creator, tid,
			       may_be_thread &&
				       questions_has_thread(creator, tid));
	untraced_restore(creator);
	if (made)
		stops_begin(tracer, made);
	resume(tracer, creator, 0);
}

static void
on_fork(struct tracer *tracer, struct tracee *tracee, int signal)
{
	(void)signal;
	announce(tracer, tracee, false);
}

/* Also of processes whose end is told by another signal than SIGCHLD. */
static void
on_clone(struct tracer *tracer, struct tracee *tracee, int signal)
{
	(void)signal;
	announce(tracer, tracee, true);
}

static void
on_exec(struct tracer *tracer, struct tracee *tracee, int signal)
{
	pid_t former;

	(void)signal;
	if (get_message(tracee, &former))
		births_exec(tracer, tracee, former);
	resume(tracer, tracee, 0);
}

typedef void
serve_stop(struct tracer *tracer, struct tracee *tracee, int signal);
static serve_stop *const servers[] = {
	[0] = on_signal,
	[PTRACE_EVENT_FORK] = on_fork,
	[PTRACE_EVENT_VFORK] = on_fork,
	[PTRACE_EVENT_CLONE] = on_clone,
	[PTRACE_EVENT_EXEC] = on_exec,
	[PTRACE_EVENT_SECCOMP] = on_seccomp,
	[PTRACE_EVENT_STOP] = on_stop,
};

static void
serve_stopped(struct tracer *tracer, pid_t tid, int status)
{
	struct tracee *tracee = tracees_find(&tracer->tracees, tid);
	const unsigned event = (unsigned)status >> EVENT_SHIFT;

	if (!tracee) {
		births_keep(tracer, tid, WSTOPSIG(status));
		return;
	}
	tracee->in_stop = false;
	if (tracee->life == TRACEE_EXPECTED) {
		tracee->life = TRACEE_RUNNING;
		untraced_restore(tracee);
	}
	if (event < ARRAY_LEN(servers) && servers[event])
		servers[event](tracer, tracee, WSTOPSIG(status));
	else
		resume(tracer, tracee, 0);
}

void
stops_serve(struct tracer *tracer, pid_t tid, int status)
{
	struct tracee *tracee;

	if (WIFSTOPPED(status)) {
		serve_stopped(tracer, tid, status);
		return;
	}
	tracee = tracees_find(&tracer->tracees, tid);
	if (tracee)
		births_end(tracer, tracee, status);
	else
		tracees_note_gone(&tracer->tracees, tid, status);
}
