/* SPDX-License-Identifier: MIT */
/* signals.c - sending signals, and hiding what tracing does to them. */
#include "harness/tracer/signals.h"

#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/proc.h"
#include "harness/tracer/arch.h"
#include "harness/tracer/crash.h"
#include "harness/tracer/registers.h"
#include "harness/tracer/tracee.h"

/* The kernel's own size of a set, which glibc's is not. */
#define MASK_BYTES   sizeof(uint64_t)
#define MASK(number) (UINT64_C(1) << ((number)-1))

static bool
get_mask(const struct tracee *tracee, uint64_t *mask)
{
	return ptrace(PTRACE_GETSIGMASK, tracee->tid, MASK_BYTES, mask) == 0;
}

static void
set_mask(const struct tracee *tracee, uint64_t mask)
{
	(void)ptrace(PTRACE_SETSIGMASK, tracee->tid, MASK_BYTES, &mask);
}

void
tracee_unblock(struct tracee *tracee, int signal)
{
	uint64_t mask;

	if (get_mask(tracee, &mask) && mask & MASK(signal))
		set_mask(tracee, mask & ~MASK(signal));
}

void
signals_block(struct tracee *tracee, int signal)
{
	uint64_t mask;

	if (get_mask(tracee, &mask))
		set_mask(tracee, mask | MASK(signal));
}

void
signals_raise(struct tracee *tracee, int signal)
{
	const pid_t process = tracee->process->pid;
	uint64_t mask;

	if (!get_mask(tracee, &mask))
		return; /* it is dead */
	if (signal == SIGSEGV) {
		crash_start(tracee);
		return;
	}
	if (mask & MASK(signal)) {
		(void)kill(process, signal);
		return;
	}
	tracee->sent = signal;
	(void)syscall(SYS_tgkill, process, tracee->tid, signal);
}

/* What a fault has in its siginfo that kill(2) has not. */
static const struct {
	int signal;
	int code;
	bool at_pc; /* si_addr, else 0 */
} faults[] = {
	{SIGBUS, BUS_ADRERR, false},
	{SIGFPE, FPE_INTDIV, true},
	{SIGILL, ILL_ILLOPN, true},
};

static bool
pretend_fault(const struct tracee *tracee, siginfo_t *info)
{
	const int signal = info->si_signo;

	for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
		if (faults[i].signal != signal)
			continue;
		*info = (siginfo_t) {.si_signo = signal};
		info->si_code = faults[i].code;
		if (faults[i].at_pc)
			info->si_addr = (void *)(uintptr_t)tracee->call.pc;
		return true;
	}
	return false;
}

void
signals_pretend(struct tracee *tracee, siginfo_t *info)
{
	/* In the pid namespace of a sandbox we are process 0. */
	if (tracee->sent != info->si_signo || info->si_code != SI_TKILL ||
	    (info->si_pid != 0 && info->si_pid != getpid()))
		return;
	tracee->sent = 0;
	if (info->si_signo == SIGABRT)
		info->si_pid = proc_inner_pid(tracee->proc_dir, tracee->tid);
	else if (!pretend_fault(tracee, info))
		info->si_code = SI_USER;
	(void)ptrace(PTRACE_SETSIGINFO, tracee->tid, 0, info);
}

static bool
is_ignored_by_default(int signal)
{
	return signal == SIGCHLD || signal == SIGURG || signal == SIGWINCH ||
	       signal == SIGCONT;
}

/* Is there another signal, to be handled, that may interrupt? */
static bool
others_wait(const struct tracee_signals *signals)
{
	for (int i = 1; i < NSIG; i++)
		if (sigismember(&signals->pending, i) == 1 &&
		    sigismember(&signals->caught, i) == 1 &&
		    sigismember(&signals->blocked, i) == 0)
			return true;
	return false;
}

static bool
is_without_effect(const struct tracee_signals *signals, int signal)
{
	if (sigismember(&signals->ignored, signal) == 1)
		return true;
	return is_ignored_by_default(signal) &&
	       sigismember(&signals->caught, signal) == 0;
}

static bool
has_no_effect(const struct tracee *tracee, int signal)
{
	struct tracee_signals signals;

	if (tracee_look_at_signals(tracee, &signals) || others_wait(&signals))
		return false;
	return signal == 0 || is_without_effect(&signals, signal);
}

/* Of an injected error nothing is hidden, and of a stop: see below. */
bool
signals_will_hide(const struct tracee *tracee)
{
	struct tracee_signals signals;
	bool interrupted = false;

	if (tracee->ordered || tracee->was_stopped ||
	    tracee_look_at_signals(tracee, &signals))
		return false;
	for (int i = 1; i < NSIG; i++) {
		if (sigismember(&signals.pending, i) != 1 ||
		    sigismember(&signals.blocked, i) == 1)
			continue;
		if (!is_without_effect(&signals, i))
			return false;
		interrupted = true;
	}
	return interrupted;
}

void
signals_hide_interruption(struct tracee *tracee, const siginfo_t *info,
			  int signal)
{
	struct user_regs_struct registers;
	/* A stop interrupts such calls in any case, tracer or not. */
	const bool was_stopped =
		info->si_signo == SIGCONT && tracee->was_stopped;

	if (was_stopped) {
		tracee->was_stopped = false;
		return;
	}
	if (!registers_get(tracee->tid, &registers) ||
	    !arch_rewind_interrupted(&registers,
				     tracee->handled ? NULL : &tracee->call) ||
	    !has_no_effect(tracee, signal)) {
		tracee->handled |= signal != 0;
		return;
	}
	arch_set_call(tracee->tid, &registers, ARCH_NO_CALL);
	(void)registers_set(tracee->tid, &registers);
}
