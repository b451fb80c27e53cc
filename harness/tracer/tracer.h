/* SPDX-License-Identifier: MIT */
/*
 * tracer.h - run a program under ptrace(2) and stop it at chosen system calls.
 * It takes hooks and knows no faults.
 *
 *   target       stops at              the tracer                  hook
 *   ------       --------              ----------                  ----
 *   call of the filter: seccomp-stop   reads the call              enter
 *   its end: syscall-exit-stop         when enter() asked for it   leave
 *   a signal: signal-delivery-stop     may hold it back            signal
 *   fork, vfork, clone, exec           gives roles, follows        born, exec
 *   death                                                          dead
 *
 * All of a tracer's calls must come from the thread that made it: ptrace(2).
 */
#ifndef HARNESS_TRACER_TRACER_H
#define HARNESS_TRACER_TRACER_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

struct tracer;
struct tracee; /* a traced thread; dies after its dead() hook */

enum { CALL_ARGS = 6 };
struct call {
	int number; /* of this machine's own architecture */
	uint64_t args[CALL_ARGS];
	uint64_t pc; /* after the call instruction */
	uint64_t sp;
};

struct tracer_hooks {
	/*
	 * A process or thread. @parent, who made it, is NULL for the first (as
	 * it starts the target's program) and for one whose maker was killed
	 * before it could be told.
	 */
	void (*born)(void *owner, struct tracee *tracee, struct tracee *parent);
	/*
	 * About to make a call of the filter. Unless one of the orders below is
	 * given the call is made and its end is not seen.
	 */
	void (*enter)(void *owner, struct tracee *tracee,
		      const struct call *call);
	/* It is done; @result as the program will see it, -errno on failure.
	 * What interrupts a call (-ERESTARTSYS and its like, -EINTR) comes here
	 * too; a call that is restarted is entered again. */
	void (*leave)(void *owner, struct tracee *tracee,
		      const struct call *call, int64_t result);
	/*
	 * A signal is about to be delivered. Returns the signal that is, 0 for
	 * none. Group-stops are seen to by the tracer. NULL: all as they are.
	 */
	int (*signal)(void *owner, struct tracee *tracee,
		      const siginfo_t *info);
	/* tracee_step() has come to its end; @left instructions were not made
	 * because a system call, a signal's handler or death came first. */
	void (*stepped)(void *owner, struct tracee *tracee, unsigned left);
	void (*exec)(void *owner, struct tracee *tracee);
	/* The thread is gone. @status: wait(2), of a process's last thread that
	 * of the process. */
	void (*dead)(void *owner, struct tracee *tracee, int status);
	/* A call of another ABI (32-bit, x32): it cannot be followed. */
	void (*foreign)(void *owner, struct tracee *tracee);
};

/* Which system calls stop the target. */
struct tracer_filter; /* filter.h */

struct tracer_settings {
	char *const *argv;		    /* ends with NULL */
	const struct tracer_filter *filter; /* NULL: no call stops */
	int input, output, error;	    /* the target's 0, 1, 2 */
	int proc_dir;	  /* a /proc in which our own pid numbers hold */
	bool own_session; /* setsid(2), so that no terminal is its own */
	/*
	 * Do without seccomp: every call stops, twice, and @filter only says
	 * which ones the hooks see. Slow; but a program that still has the
	 * filter once its tracer has let go gets ENOSYS from the filter's
	 * calls (seccomp(2)), so it is a must before tracer_detach_stopped().
	 */
	bool detachable;
};

/*
 * A tracer with nothing to trace yet. @hooks and @owner must outlive it.
 * It blocks SIGCHLD in the calling process and reads it from a descriptor.
 */
struct tracer *
tracer_new(const struct tracer_hooks *hooks, void *owner, struct err *err);
/* Kill and reap all tracees, free. NULL is allowed. */
void tracer_free(struct tracer *tracer);

/*
 * Is there a seccomp filter above us that asks a supervisor, as container
 * managers and leakcheck have? SECCOMP_RET_USER_NOTIF wins over our own
 * filter's SECCOMP_RET_TRACE: the calls that it asks about may then not be
 * seen. seccomp(2)
 */
bool tracer_is_filtered(void);

/*
 * Start the target: default dispositions, an empty signal mask, no address
 * space randomisation (personality(2)), the filter, then execvp(3). Returns 0;
 * or -1 with *err set, err->code being the errno of execvp(3) in `exec_failed`
 * cases and *refused true when it is ptrace or seccomp that is not to be had.
 */
enum tracer_start {
	TRACER_RUNS,
	TRACER_NOT_EXECUTED, /* err->code is the errno of execvp(3) */
	TRACER_REFUSED, /* ptrace or seccomp: err says what, and what helps */
	TRACER_FAILED,
};
enum tracer_start
tracer_start(struct tracer *tracer, const struct tracer_settings *settings,
	     struct err *err);

enum tracer_end {
	TRACER_ALL_DEAD,
	TRACER_MAIN_DEAD, /* asked for by until_main: others live */
	TRACER_TIME_UP,
	TRACER_WOKEN,	/* there is input on a descriptor that was given */
	TRACER_TROUBLE, /* *err is set */
};
/*
 * Serve stops until every tracee is dead, or @deadline_ns (base/clock.h), or
 * (@until_main) the first process is dead, or one of @wake can be read.
 */
struct pollfd;
enum tracer_end
tracer_run(struct tracer *tracer, int64_t deadline_ns, bool until_main,
	   struct pollfd *wake, size_t count, struct err *err);

/*
 * Do all threads wait for something, as far as can be seen now? Else one of
 * them runs, or would if the machine or the tracer came round to it. *@ran_ns
 * is how long those that live have been on a processor. proc(5)
 */
bool tracer_sleeps(const struct tracer *tracer, uint64_t *ran_ns);
/* Send the first process a signal, as kill(1) does. Nothing, if it is dead. */
void tracer_signal_main(const struct tracer *tracer, int signal);
/* SIGKILL to every tracee; tracer_run() then sees them die. */
void tracer_kill_all(struct tracer *tracer);
/*
 * Let go of all tracees but keep them stopped, by SIGSTOP: gdb(1) can attach
 * then. Inside a hook of @tracee; in enter() the call is undone. No tracee is
 * left afterwards, no hook is called, none is killed by tracer_free().
 */
void tracer_detach_stopped(struct tracer *tracer, struct tracee *tracee);
size_t tracer_alive(const struct tracer *tracer); /* threads */
/* Status of the first process once it is dead, wait(2). */
bool tracer_main_status(const struct tracer *tracer, int *status);

/* Orders, inside enter(). One only. */

/* See the end of the call: leave() comes. */
void tracee_watch(struct tracee *tracee);
/*
 * The call is made with @value as its argument @index, which is not the first;
 * the program sees its own again. leave() comes; but if the result is @retry,
 * the call is made anew as the program wants it, and enter() comes again.
 */
void tracee_amend(struct tracee *tracee, unsigned index, uint64_t value,
		  int64_t retry);
/* The call is not made and returns @result (-ENOSPC); leave() comes. */
void tracee_fail(struct tracee *tracee, int64_t result);
/* Make another call instead (exit_group); its end is not seen. */
void tracee_replace(struct tracee *tracee, int number, uint64_t argument);
/*
 * As if the call instruction had not been reached: then @signal arrives, and
 * once its handler has returned the call is made anew (enter() comes again).
 * SIGSEGV is a real fault: blocked or ignored it kills, and who returns from
 * its handler has it once more and dies.
 */
void tracee_undo_and_signal(struct tracee *tracee, int signal);
/*
 * As if it had not been reached, and the thread called the function at
 * @address with @argument there. It must not return.
 */
void tracee_undo_and_call(struct tracee *tracee, uint64_t address,
			  uint64_t argument);

/* Orders, inside leave(). */

/*
 * @signal arrives before the program sees the result of the call. SIGSEGV: as
 * above.
 */
void tracee_signal(struct tracee *tracee, int signal);
/*
 * As if the thread called the function at @address with @argument now: abort(3)
 * is what dies of SIGABRT even if its handler returns. It must not return.
 */
void tracee_call(struct tracee *tracee, uint64_t address, uint64_t argument);
/* Make @instructions more, then stepped(). In that tracee_signal() may be
 * ordered. */
void tracee_step(struct tracee *tracee, unsigned instructions);

/* Questions; of a tracee that is stopped, that is inside hooks. */

const char *tracee_role(const struct tracee *tracee); /* "0.1", "0:t1" */
/* Of its process: "0" for "0:t1". */
const char *tracee_process_role(const struct tracee *tracee);
pid_t tracee_tid(const struct tracee *tracee);	   /* in our pid namespace */
pid_t tracee_process(const struct tracee *tracee); /* its thread group */
/*
 * As whom it makes System V objects, and files: its effective and its file
 * system user id, credentials(7). (uid_t)-1 when that cannot be read.
 */
struct tracee_users {
	uid_t effective, files;
};
struct tracee_users tracee_users(const struct tracee *tracee);
/* Number of the program image: changes with exec, same in a fork's child. */
uint64_t tracee_image(const struct tracee *tracee);
/* Where it stands: address of its next instruction. */
uint64_t tracee_pc(const struct tracee *tracee);
/* A pointer of the owner's, NULL at birth. */
void *tracee_owner_data(const struct tracee *tracee);
void tracee_set_owner_data(struct tracee *tracee, void *data);
/* Bytes read, less than @length at the end of a mapping. process_vm_readv(2) */
size_t tracee_read(const struct tracee *tracee, uint64_t address, void *into,
		   size_t length);
/* Is it closed to us, so that nothing of it can be read? prctl(2),
 * PR_SET_DUMPABLE */
bool tracee_is_closed(const struct tracee *tracee);

/* What a signal would do to it now, /proc/TID/status. */
struct tracee_signals {
	sigset_t blocked, ignored, caught, pending;
};
int tracee_look_at_signals(const struct tracee *tracee,
			   struct tracee_signals *signals);
/* PTRACE_SETSIGMASK */
void tracee_unblock(struct tracee *tracee, int signal);

#endif
