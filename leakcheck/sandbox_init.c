/* SPDX-License-Identifier: MIT */
/*
 * sandbox_init.c - pid 1 of a sandbox, and how its maker talks to it.
 *
 * One datagram a request, one a reply, over a socket pair. Pid 1 never starts
 * anything; it reaps, and it ends when the socket closes.
 */
#include "leakcheck/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/child.h"
#include "base/clock.h"
#include "base/fd.h"

enum request_kind { REQUEST_DRAIN, REQUEST_KILL, REQUEST_WAS_SENT };

struct request {
	enum request_kind kind;
	int signal;
	unsigned number; /* counts up from 1 */
};

/*
 * The first reply, number 0, says that pid 1 is up. A drain that was given up
 * at its deadline is answered late: the number tells such replies apart.
 */
struct reply {
	unsigned number; /* of the request */
	int code;	 /* 0, or an errno value */
	int value;
};

static void
answer(int control, unsigned number, int code, int value)
{
	struct reply reply = {.number = number, .code = code, .value = value};

	/* A failure means that the maker is gone; poll will tell. */
	(void)send(control, &reply, sizeof(reply), MSG_NOSIGNAL);
}

static int
take_pending(int number)
{
	const struct timespec at_once = {0};
	sigset_t one;

	sigemptyset(&one);
	sigaddset(&one, number);
	return sigtimedwait(&one, NULL, &at_once) == number;
}

/* @draining: number of the drain that is to be answered, 0: none. */
static void
serve(int control, const struct request *request, unsigned *draining)
{
	int code = 0;

	switch (request->kind) {
	case REQUEST_DRAIN:
		*draining = request->number;
		break;
	case REQUEST_KILL:
		/* Outside a pid namespace -1 would be the whole host. */
		if (getpid() != 1)
			code = EPERM;
		else if (kill(-1, request->signal) && errno != ESRCH)
			code = errno;
		answer(control, request->number, code, 0);
		break;
	case REQUEST_WAS_SENT:
		answer(control, request->number, 0,
		       take_pending(request->signal));
		break;
	}
}

static void
run_init(int control, int children)
{
	struct pollfd ready[] = {{.fd = control, .events = POLLIN},
				 {.fd = children, .events = POLLIN}};
	unsigned draining = 0;

	for (;;) {
		struct signalfd_siginfo info;
		struct request request;
		bool empty;

		if (poll(ready, ARRAY_LEN(ready), -1) < 0)
			continue; /* EINTR: only stops and continues */
		if (ready[1].revents)
			(void)!read(children, &info, sizeof(info));
		empty = child_reap_ended();
		if (ready[0].revents) {
			if (recv(control, &request, sizeof(request), 0) !=
			    (ssize_t)sizeof(request))
				return; /* the maker is gone */
			serve(control, &request, &draining);
		}
		if (draining && empty) {
			answer(control, draining, 0, 0);
			draining = 0;
		}
	}
}

/*
 * Programs name files in /tmp by their pid. A new namespace would give the same
 * small ones to all sandboxes of a time, so each begins elsewhere: makers that
 * are started one after the other are spread by the golden ratio. Where the
 * kernel has no such file (CONFIG_CHECKPOINT_RESTORE) they begin at 2.
 */
static void
begin_pids(pid_t maker)
{
	const uint64_t first = 1000;
	const uint64_t count = 28000; /* of 32768, the least kernel.pid_max */
	uint32_t spread = (uint32_t)maker * UINT32_C(2654435769);
	char text[16];
	CLEANUP_FD int fd =
		open("/proc/sys/kernel/ns_last_pid", O_WRONLY | O_CLOEXEC);

	snprintf(text, sizeof(text), "%u",
		 (unsigned)(first + (spread * count >> 32)));
	if (fd >= 0)
		(void)fd_write_all(fd, text, strlen(text));
}

/* The life of pid 1. Never returns. */
static void NORETURN
be_init(int control, bool sandboxed, pid_t maker)
{
	sigset_t all;
	sigset_t child;
	int children;

	/* Everything pends: take_pending() looks, nothing interrupts. */
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, "leakcheck-init");
	/* Hold nothing of the maker's open, a pipe's reader waits for EOF. */
	if (control != 0 && (dup2(control, 0) < 0))
		_exit(1);
	close_range(1, ~0U, 0);
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	children = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
	if (children < 0 ||
	    (sandboxed && mount("proc", "/proc", "proc",
				MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL))) {
		answer(0, 0, errno, 0);
		_exit(1);
	}
	if (sandboxed)
		begin_pids(maker);
	answer(0, 0, 0, 0);
	run_init(0, children);
	_exit(0);
}

/*
 * Wait for the reply to the latest request, skipping older ones. Returns 1
 * with *reply filled, 0 at the deadline, -1 with *err set.
 */
static int
await_reply(struct sandbox_init *init, int64_t deadline_ns, struct reply *reply,
	    struct err *err)
{
	struct pollfd ready = {.fd = init->control, .events = POLLIN};

	do {
		int count = poll(&ready, 1, clock_left_ms(deadline_ns));
		ssize_t got;

		if (count == 0)
			return 0;
		if (count < 0)
			continue; /* EINTR */
		got = recv(init->control, reply, sizeof(*reply), 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got != (ssize_t)sizeof(*reply))
			return err_set(err, got < 0 ? errno : 0,
				       "the sandbox's pid 1 is gone");
		if (reply->number == init->asked)
			return 1;
	} while (true);
}

static int
ask(struct sandbox_init *init, enum request_kind kind, int number,
    struct err *err)
{
	const struct request request = {kind, number, ++init->asked};

	if (send(init->control, &request, sizeof(request), MSG_NOSIGNAL) ==
	    (ssize_t)sizeof(request))
		return 0;
	return err_set(err, errno, "asking the sandbox's pid 1");
}

/*
 * fork(2) but for the exit signal, which is none: the maker's waits for its
 * other children pass over this one. wait(2), "__WCLONE".
 */
static pid_t
fork_quietly(void)
{
	return (pid_t)syscall(SYS_clone, 0, NULL, NULL, NULL, NULL);
}

/* -1: it was refused; PID_1_DIED: nobody refused, it was killed. */
enum { PID_1_DIED = -2 };

static int
start(struct sandbox_init *init, bool sandboxed, struct err *err)
{
	const pid_t maker = getpid();
	struct reply reply;
	int result = -1;
	int pair[2];

	*init = SANDBOX_INIT_NONE;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return err_set(err, errno, "making a socket pair");
	init->control = pair[0];
	init->pid = fork_quietly();
	if (init->pid == 0)
		be_init(pair[1], sandboxed, maker);
	close(pair[1]);
	if (init->pid < 0) {
		init->pid = 0;
		err_set(err, errno, "starting the sandbox's pid 1");
		goto fail;
	}
	if (await_reply(init, INT64_MAX, &reply, err) < 0) {
		result = PID_1_DIED;
		goto fail;
	}
	if (reply.code) {
		err_set(err, reply.code, "mounting the sandbox's /proc");
		goto fail;
	}
	return 0;
fail:
	sandbox_init_stop(init);
	return result;
}

int
sandbox_init_start(struct sandbox_init *init, struct err *err)
{
	return start(init, true, err) ? -1 : 0;
}

/* The error, if any, goes through the pipe as it is: both ends are ours. */
static void NORETURN
probe(int result)
{
	struct sandbox_init init = SANDBOX_INIT_NONE;
	struct err err = {0};
	int refused = sandbox_enter(SANDBOX_PROCESSES, &err);

	if (!refused)
		refused = start(&init, true, &err);
	sandbox_init_stop(&init);
	if (refused == -1)
		(void)fd_write_all(result, &err, sizeof(err));
	_exit(refused == PID_1_DIED);
}

/* Returns 1 when there is an answer: *told, whose text is empty for yes. */
static int
probe_once(struct err *told, struct err *err)
{
	int status = 0;
	int pair[2];
	pid_t pid;
	ssize_t got;

	*told = (struct err) {0};
	if (pipe2(pair, O_CLOEXEC))
		return err_set(err, errno, "making a pipe");
	pid = fork();
	if (pid == 0)
		probe(pair[1]);
	close(pair[1]);
	do {
		got = pid < 0 ? -1 : read(pair[0], told, sizeof(*told));
	} while (got < 0 && pid > 0 && errno == EINTR);
	if (got < 0)
		err_set(err, errno, "trying a sandbox");
	close(pair[0]);
	if (pid > 0)
		child_wait(pid, &status, 0);
	if (got < 0)
		return -1;
	return got > 0 || status == 0;
}

/*
 * That somebody, be it the kernel for want of memory, killed it says nothing
 * about sandboxes: it must not send a run to the host.
 */
int
sandbox_probe(struct err *err)
{
	const unsigned tries = 3;
	struct err told;
	int answer = 0;

	for (unsigned i = 0; i < tries && answer == 0; i++)
		answer = probe_once(&told, err);
	if (answer < 0)
		return -1;
	if (answer == 0)
		return err_set(err, 0,
			       "trying a sandbox: %u in a row were killed",
			       tries);
	if (!*told.text)
		return 0;
	*err = told;
	return -1;
}

int
sandbox_sentinel_start(struct sandbox_init *init, struct err *err)
{
	return start(init, false, err) ? -1 : 0;
}

int
sandbox_init_begin_drain(struct sandbox_init *init, struct err *err)
{
	return ask(init, REQUEST_DRAIN, 0, err);
}

int
sandbox_init_drained(struct sandbox_init *init, struct err *err)
{
	struct reply reply;

	return await_reply(init, clock_now_ns(), &reply, err);
}

int
sandbox_init_drain(struct sandbox_init *init, int64_t deadline_ns,
		   struct err *err)
{
	struct reply reply;

	if (ask(init, REQUEST_DRAIN, 0, err))
		return -1;
	return await_reply(init, deadline_ns, &reply, err);
}

/* It closes its end of the socket before the others are killed. */
bool
sandbox_init_lives(const struct sandbox_init *init)
{
	struct pollfd end = {.fd = init->control};

	return poll(&end, 1, 0) >= 0 && !(end.revents & (POLLHUP | POLLERR));
}

int
sandbox_init_kill(struct sandbox_init *init, int number, struct err *err)
{
	struct reply reply;

	if (ask(init, REQUEST_KILL, number, err) ||
	    await_reply(init, INT64_MAX, &reply, err) < 0)
		return -1;
	if (reply.code)
		return err_set(err, reply.code, "ending the processes");
	return 0;
}

bool
sandbox_init_was_sent(struct sandbox_init *init, int number)
{
	struct reply reply;
	struct err ignored;

	return !ask(init, REQUEST_WAS_SENT, number, &ignored) &&
	       await_reply(init, INT64_MAX, &reply, &ignored) == 1 &&
	       reply.value;
}

void
sandbox_init_doom(struct sandbox_init *init)
{
	if (init->pid > 0)
		kill(init->pid, SIGKILL);
}

void
sandbox_init_stop(struct sandbox_init *init)
{
	sandbox_init_doom(init);
	if (init->control >= 0)
		close(init->control);
	if (init->pid > 0)
		child_wait(init->pid, NULL, __WALL);
	*init = SANDBOX_INIT_NONE;
}
