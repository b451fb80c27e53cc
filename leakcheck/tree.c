/* SPDX-License-Identifier: MIT */
/* tree.c - the processes of a command, from fork to the last one's end. */
#include "leakcheck/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/child.h"
#include "base/clock.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/proc.h"
#include "leakcheck/caller.h"
#include "leakcheck/own_proc.h"

enum { KILL_LIMIT_MS = 10000, KILL_PAUSE_NS = 10 * 1000 * 1000 };

int
tree_enter(struct tree *tree, bool sandboxed, struct err *err)
{
	*tree = TREE_NONE;
	tree->sandboxed = sandboxed;
	tree->group = getpgrp();
	/* Before the sandbox: its own /proc does not show us. */
	tree->proc_dir = own_proc_open(err);
	if (tree->proc_dir < 0)
		return -1;
	if (sandboxed)
		return sandbox_enter(SANDBOX_PROCESSES, err) ||
				       sandbox_init_start(&tree->init, err)
			       ? -1
			       : 0;
	if (prctl(PR_SET_CHILD_SUBREAPER, 1))
		return err_set(err, errno, "becoming the subreaper");
	return sandbox_sentinel_start(&tree->init, err);
}

/* What the child has to say. It shares our memory until it executes. */
struct start {
	char *const *argv;
	const struct tree_signals *signals;
	struct witness *witness;
	int refused;   /* errno of the witness's filter */
	int not_found; /* errno of execvp(3) */
};

static void NORETURN
become_command(volatile struct start *start)
{
	if (start->witness) {
		start->refused = witness_join(start->witness);
		if (start->refused)
			_exit(1);
	}
	/* On the host nothing else would end us with the parent. */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	sigaction(SIGCHLD, &start->signals->child, NULL);
	sigprocmask(SIG_SETMASK, &start->signals->mask, NULL);
	execvp(start->argv[0], start->argv);
	start->not_found = errno;
	_exit(127);
}

/*
 * vfork(2): what we hold is not copied for a child that needs none of it, and
 * the errors come back in memory. We have no signal handlers that could run in
 * the child.
 */
static pid_t
start_child(volatile struct start *start)
{
	pid_t pid = vfork();

	if (pid == 0)
		become_command(start);
	return pid;
}

static enum tree_start
give_up(struct tree *tree, enum tree_start what)
{
	child_wait(tree->command, &tree->status, 0);
	tree->command = 0;
	return what;
}

/*
 * Now that the command is in the process group we leave it: SIGKILL to the
 * group (timeout -k, CI) must not find the keeper of apart.h. And the front
 * gets the listener, unseen: if we are killed, calls wait until it has killed
 * their processes, too, where without a listener they would fail with ENOSYS.
 */
static void
hide(const struct tree *tree, const struct witness *witness)
{
	if (tree->front < 0)
		return;
	if (witness)
		witness_lend(witness, tree->front);
	(void)setpgid(0, 0); /* refused to the leader of a session only */
}

enum tree_start
tree_start(struct tree *tree, char *const *argv,
	   const struct tree_signals *signals, struct witness *witness,
	   struct err *err)
{
	volatile struct start start = {
		.argv = argv, .signals = signals, .witness = witness};
	pid_t pid = start_child(&start);

	if (pid < 0) {
		err_set(err, errno, "starting the command");
		return TREE_FAILED;
	}
	tree->command = pid;
	if (start.refused) {
		witness_explain(start.refused, err);
		return give_up(tree, TREE_UNWITNESSED);
	}
	if (start.not_found) {
		err_set(err, start.not_found, "cannot run %s", argv[0]);
		return give_up(tree, TREE_NOT_EXECUTED);
	}
	tree->children = true;
	if (witness && witness_listen(witness, err))
		return TREE_FAILED;
	hide(tree, witness);
	return TREE_RUNS;
}

/*
 * pid 1 or the sentinel is a child without an exit signal, which a wait
 * without __WALL passes over: wait(2). So ECHILD says that nothing else is
 * left: not the command, no orphan, nothing made with CLONE_PARENT. The front
 * has neither, but may inherit the sentinel.
 */
void
tree_reap(struct tree *tree)
{
	const int which = tree->init.pid > 0 ? 0 : __WALL;
	int status;
	pid_t pid;

	while ((pid = child_wait(-1, &status, WNOHANG | which)) > 0)
		if (pid == tree->command) {
			tree->command = 0;
			tree->status = status;
		}
	tree->children = pid == 0;
}

int
tree_is_dead(struct tree *tree, struct err *err)
{
	int drained;

	if (tree->children)
		return 0;
	if (!tree->sandboxed)
		return 1;
	if (!tree->draining && sandbox_init_begin_drain(&tree->init, err))
		return -1;
	tree->draining = true;
	drained = sandbox_init_drained(&tree->init, err);
	if (drained == 1)
		tree->draining = false;
	return drained;
}

int
tree_fd(const struct tree *tree)
{
	return tree->draining ? tree->init.control : -1;
}

/* One process of the system that has not ended. */
struct relative {
	pid_t pid;
	pid_t parent;
	bool ours;
};

struct relatives {
	struct relative *items;
	size_t count;
};

static bool
read_relative(int proc_dir, pid_t pid, struct relative *relative)
{
	struct proc_stat stat;

	if (!proc_stat_read(proc_dir, pid, &stat) || proc_has_ended(&stat))
		return false;
	*relative = (struct relative) {.pid = pid, .parent = stat.parent};
	return true;
}

static void
read_relatives(int proc_dir, struct relatives *all)
{
	CLEANUP_DIRECTORY DIR *directory = fd_open_directory(proc_dir, ".");
	struct relative relative;
	pid_t pid;

	while (directory && (pid = proc_next(directory))) {
		if (!read_relative(proc_dir, pid, &relative))
			continue;
		all->items = mem_grow(all->items, all->count + 1,
				      sizeof(*all->items));
		all->items[all->count++] = relative;
	}
}

static bool
is_ours(const struct relatives *all, const struct tree *tree, pid_t pid)
{
	if (pid == getpid() || (tree->sandboxed && pid == tree->init.pid))
		return true;
	for (size_t i = 0; i < all->count; i++)
		if (all->items[i].pid == pid)
			return all->items[i].ours;
	return false;
}

/* All that descend from us, which pid 1's children do. */
static void
mark_ours(struct relatives *all, const struct tree *tree)
{
	bool more;

	do {
		more = false;
		for (size_t i = 0; i < all->count; i++) {
			struct relative *one = &all->items[i];

			if (one->ours || one->pid == tree->init.pid ||
			    !is_ours(all, tree, one->parent))
				continue;
			one->ours = true;
			more = true;
		}
	} while (more);
}

static void
find_ours(const struct tree *tree, struct relatives *all)
{
	*all = (struct relatives) {0};
	read_relatives(tree->proc_dir, all);
	mark_ours(all, tree);
}

void
tree_list(const struct tree *tree, struct survivors *survivors)
{
	struct relatives all;

	*survivors = (struct survivors) {0};
	find_ours(tree, &all);
	for (size_t i = 0; i < all.count; i++) {
		const struct caller caller = {tree->proc_dir, all.items[i].pid};
		struct buf command = {0};

		if (!all.items[i].ours)
			continue;
		caller_add_command(&caller, &command);
		buf_add(&command, "", 0);
		survivors->items =
			mem_grow(survivors->items, survivors->count + 1,
				 sizeof(*survivors->items));
		survivors->items[survivors->count++] = (struct survivor) {
			.pid = all.items[i].pid, .command = command.data};
	}
	free(all.items);
}

/*
 * On the host there is no pid namespace to signal as one. The pidfd keeps the
 * signal from a stranger who got the pid after we looked.
 */
static void
signal_one(const struct tree *tree, const struct relative *one, int number)
{
	struct relative again;
	CLEANUP_FD int pidfd = (int)syscall(SYS_pidfd_open, one->pid, 0);

	if (pidfd >= 0 && read_relative(tree->proc_dir, one->pid, &again) &&
	    again.parent == one->parent)
		(void)syscall(SYS_pidfd_send_signal, pidfd, number, NULL, 0);
}

int
tree_signal_all(struct tree *tree, int number, struct err *err)
{
	struct relatives all;

	if (tree->sandboxed) {
		/* Its reply must not be taken for that to a drain. */
		tree->draining = false;
		return sandbox_init_kill(&tree->init, number, err);
	}
	find_ours(tree, &all);
	for (size_t i = 0; i < all.count; i++)
		if (all.items[i].ours)
			signal_one(tree, &all.items[i], number);
	free(all.items);
	return 0;
}

bool
tree_group_was_sent(struct tree *tree, int number)
{
	tree->draining = false;
	return sandbox_init_was_sent(&tree->init, number);
}

/*
 * Not for ever: a process may wait for a disk or a server that is gone. A call
 * that waits for the witness does not keep its process from dying.
 */
int
tree_kill(struct tree *tree, struct err *err)
{
	const struct timespec pause = {.tv_nsec = KILL_PAUSE_NS};
	int64_t deadline_ns = clock_deadline_ns(KILL_LIMIT_MS);
	sigset_t ended;
	int dead;

	sigemptyset(&ended);
	sigaddset(&ended, SIGCHLD);
	while (!(dead = tree_is_dead(tree, err)) &&
	       clock_now_ns() < deadline_ns) {
		if (tree_signal_all(tree, SIGKILL, err))
			return -1;
		sigtimedwait(&ended, NULL, &pause);
		tree_reap(tree);
	}
	if (!dead)
		return err_set(err, 0,
			       "processes of the command do not die even of "
			       "SIGKILL");
	return dead < 0 ? -1 : 0;
}

void
tree_end(struct tree *tree)
{
	struct err ignored;

	if (tree->sandboxed)
		sandbox_init_doom(&tree->init);
	else
		tree_kill(tree, &ignored);
	while (tree->sandboxed && tree->children && child_wait(-1, NULL, 0) > 0)
		;
	sandbox_init_stop(&tree->init);
	fd_close(&tree->front);
	fd_close(&tree->proc_dir);
	*tree = TREE_NONE;
}

void
tree_end_orphans(void)
{
	struct tree tree = TREE_NONE;
	struct err ignored;

	tree.proc_dir = own_proc_open(&ignored);
	tree.children = true;
	tree_end(&tree);
}

void
survivors_free(struct survivors *survivors)
{
	for (size_t i = 0; i < survivors->count; i++)
		free(survivors->items[i].command);
	free(survivors->items);
	*survivors = (struct survivors) {0};
}
