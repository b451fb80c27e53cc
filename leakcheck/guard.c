/* SPDX-License-Identifier: MIT */
/* guard.c - what a process leaves behind, and whose that is. */
#include "leakcheck/guard.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/child.h"
#include "base/clock.h"
#include "base/mem.h"
#include "leakcheck/diff.h"
#include "leakcheck/inuse.h"
#include "leakcheck/isolate.h"
#include "leakcheck/procs.h"

enum {
	SETTLE_MS = 1000, /* for those who clean up a little later */
	LOOK_EVERY_MS = 10,
	GENERATIONS_MAX = 10000, /* a loop in what /proc tells must end */
	FILE_CLOCK_NS =
		10000000, /* what files' times may be behind, CONFIG_HZ */
};

enum blame { BLAME_NONE, BLAME_PERHAPS, BLAME_CERTAIN };

/* What is asked when an object has appeared: whose is it? */
struct question {
	const struct guard *guard;
	struct procs *procs;
	struct inuse *inuse;
	bool alone; /* no other process or thread of ours is alive */
};

static bool
is_alone(const struct guard *guard)
{
	/* Its descendants become ours when their parents die. */
	if (guard->child)
		return child_reap_ended();
	return !child_exists() && isolate_threads() == 1;
}

int
guard_begin(struct guard *guard, const struct guard_settings *settings,
	    struct err *err)
{
	*guard = (struct guard) {.settings = settings};
	guard->began_alone = is_alone(guard);
	guard->before = collect_snapshot(&settings->collect, err);
	return guard->before ? 0 : -1;
}

void
guard_free(struct guard *guard)
{
	snapshot_free(guard->before);
	*guard = (struct guard) {0};
}

/* What the child gets back that is changed for the parent. */
struct signals {
	sigset_t mask;
	struct sigaction child; /* of SIGCHLD */
};

/*
 * All signals are blocked: those for the child's process group are not meant
 * for us, and must not end us before it. An inherited "ignore" for SIGCHLD
 * would have the kernel reap our children: wait(2), NOTES.
 */
static void
signals_take(struct signals *had)
{
	const struct sigaction normal = {.sa_handler = SIG_DFL};
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &had->mask);
	sigaction(SIGCHLD, &normal, &had->child);
}

static void
signals_return(const struct signals *had)
{
	sigaction(SIGCHLD, &had->child, NULL);
	sigprocmask(SIG_SETMASK, &had->mask, NULL);
}

pid_t
guard_fork(struct guard *guard, struct err *err)
{
	pid_t parent = getpid();
	struct signals had;
	pid_t pid;

	signals_take(&had);
	/* Not inherited: prctl(2). */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	pid = fork();
	if (pid > 0) {
		guard->child = pid;
		return pid;
	}
	if (pid == 0) {
		/* Nobody would end it when a time limit has ended us. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(1);
		signals_return(&had);
		return 0;
	}
	err_set(err, errno, "starting a process");
	signals_return(&had);
	return -1;
}

/* Is it this process or one that descends from it? */
static bool
is_ours(const struct procs *procs, pid_t pid)
{
	struct proc_stat stat;

	for (int i = 0; i < GENERATIONS_MAX && pid > 0; i++) {
		if (pid == getpid())
			return true;
		pid = procs_read(procs, pid, &stat) ? stat.parent : 0;
	}
	return false;
}

/* In namespaces of ours only FIFOs and sockets can be another's. */
static bool
is_private(const struct guard *guard, const struct object *object)
{
	const unsigned shared =
		KIND_BIT(KIND_FIFO) | KIND_BIT(KIND_UNIX_SOCKET);

	if (!guard->settings->isolated)
		return false;
	return !(shared & KIND_BIT(object->kind)) ||
	       path_is_under(object->path, guard->settings->collect.shm_dir);
}

static enum blame
blame_owner(const struct object *object)
{
	uid_t owner =
		object_knows(object, FIELD_CUID) ? object->cuid : object->uid;

	return owner == geteuid() ? BLAME_PERHAPS : BLAME_NONE;
}

/*
 * The kernel keeps the number of the process that made a segment, 0 when it is
 * not of our pid namespace. One that is dead may have been of ours or not.
 */
static enum blame
blame_creator(const struct question *question, const struct object *object)
{
	const struct guard *guard = question->guard;
	pid_t creator = object->cpid;

	if (creator == (guard->child ? guard->child : getpid()))
		return BLAME_CERTAIN;
	switch (procs_life(question->procs, creator, object->ctime)) {
	case LIFE_ALIVE:
		return is_ours(question->procs, creator) ? BLAME_CERTAIN
							 : BLAME_NONE;
	case LIFE_DEAD:
		return blame_owner(object);
	case LIFE_UNKNOWN:
		break;
	}
	return BLAME_NONE;
}

static enum blame
blame(const struct question *question, const struct object *object)
{
	CLEANUP_BUF struct buf evidence = {0};
	enum blame how;

	if (is_private(question->guard, object))
		return BLAME_CERTAIN;
	how = object_knows(object, FIELD_CPID) ? blame_creator(question, object)
					       : blame_owner(object);
	/* All of ours are dead, so somebody else uses it. */
	if (how == BLAME_PERHAPS && question->guard->child && question->alone &&
	    inuse_ask(question->inuse, object, &evidence) == USE_BUSY)
		return BLAME_NONE;
	return how;
}

static void
add_leak(struct guard_result *result, const struct object *object,
	 enum blame how)
{
	result->leaks = mem_grow(result->leaks, result->count + 1,
				 sizeof(*result->leaks));
	result->leaks[result->count++] = (struct guard_leak) {
		.object = object, .certain = how == BLAME_CERTAIN};
}

/*
 * Was it made since the guard began? What was hidden by a blind spot then may
 * tell by its birth. A segment that is marked goes with its last user.
 */
static bool
is_new(const struct guard *guard, const struct diff_entry *entry)
{
	const struct object *object = entry->after;

	if (!object || object->marked)
		return false;
	if (entry->class == DIFF_ADDED)
		return true;
	return entry->class == DIFF_UNSURE &&
	       object_knows(object, FIELD_BTIME) &&
	       object->btime_ns >=
		       guard->before->origin.taken_at_ns - FILE_CLOCK_NS;
}

static int
look(const struct question *question, struct guard_result *result,
     struct err *err)
{
	const struct guard *guard = question->guard;
	struct diff diff;

	guard_result_free(result);
	result->after = collect_snapshot(&guard->settings->collect, err);
	if (!result->after ||
	    diff_make(&diff, guard->before, result->after, err))
		return -1;
	for (size_t i = 0; i < diff.count; i++) {
		const struct object *object = diff.entries[i].after;
		enum blame how = BLAME_NONE;

		if (is_new(guard, &diff.entries[i]))
			how = blame(question, object);
		if (how != BLAME_NONE)
			add_leak(result, object, how);
	}
	diff_free(&diff);
	return 0;
}

static bool
all_are_certain(const struct guard_result *result)
{
	for (size_t i = 0; i < result->count; i++)
		if (!result->leaks[i].certain)
			return false;
	return true;
}

/*
 * Is this look the last one? Who is left of the process may make something yet
 * or remove it. A child or a thread from before the guard, as one that serves
 * all tests of a program, stays: it is waited for only if there is something to
 * remove. What may be a stranger's may also be removed by a stranger.
 */
static bool
is_settled(const struct question *question, const struct guard_result *result)
{
	const struct guard *guard = question->guard;

	if (question->alone)
		return all_are_certain(result);
	return !result->count && !guard->child && !guard->began_alone;
}

/*
 * Whether anybody is left is asked before each look, so that the last look is
 * at what nobody can make or remove any more.
 */
static int
settle(struct question *question, struct guard_result *result, struct err *err)
{
	int64_t deadline_ns = clock_deadline_ns(SETTLE_MS);

	for (;;) {
		bool late = clock_left_ms(deadline_ns) == 0;

		question->alone = is_alone(question->guard);
		inuse_refresh(question->inuse);
		if (look(question, result, err))
			return -1;
		if (late || is_settled(question, result))
			return 0;
		poll(NULL, 0, LOOK_EVERY_MS);
	}
}

int
guard_finish(struct guard *guard, int *status, struct guard_result *result,
	     struct err *err)
{
	struct question question = {.guard = guard};
	pid_t pid = guard->child;
	int failed;

	if (pid > 0 && child_wait(pid, status, 0) < 0)
		return err_set(err, errno, "waiting for process %d", pid);
	question.procs = procs_open(PROCS_DEFAULT);
	question.inuse = inuse_new(PROCS_DEFAULT);
	failed = settle(&question, result, err);
	inuse_free(question.inuse);
	procs_free(question.procs);
	return failed;
}

void
guard_result_free(struct guard_result *result)
{
	snapshot_free(result->after);
	free(result->leaks);
	*result = (struct guard_result) {0};
}
