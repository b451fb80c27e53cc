/* SPDX-License-Identifier: MIT */
/* run.c - run a command and see what it leaves behind. */
#include "leakcheck/run.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/mem.h"
#include "leakcheck/apart.h"
#include "leakcheck/look.h"

/* No namespace of ours holds these: they are in the host's directories. */
#define SHARED_KINDS (KIND_BIT(KIND_FIFO) | KIND_BIT(KIND_UNIX_SOCKET))

const int run_signals[RUN_SIGNALS] = {SIGHUP,  SIGINT,	SIGQUIT, SIGTERM,
				      SIGUSR1, SIGUSR2, SIGALRM, SIGCONT};

/*
 * Take all signals of concern through a descriptor; what the command must get
 * back goes to @kept. An inherited "ignore" for SIGCHLD would have the kernel
 * reap our children before us: wait(2), NOTES.
 */
static int
take_signals(struct tree_signals *kept, struct err *err)
{
	const struct sigaction normal = {.sa_handler = SIG_DFL};
	sigset_t ours;
	int fd;

	sigemptyset(&ours);
	sigaddset(&ours, SIGCHLD);
	for (size_t i = 0; i < RUN_SIGNALS; i++)
		sigaddset(&ours, run_signals[i]);
	sigprocmask(SIG_BLOCK, &ours, &kept->mask);
	sigaction(SIGCHLD, &normal, &kept->child);
	fd = signalfd(-1, &ours, SFD_CLOEXEC);
	if (fd < 0)
		err_set(err, errno, "signalfd");
	return fd;
}

/*
 * A signal from the terminal, or to the whole process group, has reached the
 * command already; one to us alone is meant for it. When it is gone the signal
 * says that nobody wants to wait for what is left of it.
 */
static void
pass_on(struct run *run, const struct signalfd_siginfo *info)
{
	int number = (int)info->ssi_signo;
	bool shared;

	if (!run->tree.command) {
		run->interrupted |= number != SIGCONT;
		return;
	}
	/* Asked in any case, for the answer holds for one signal only. */
	shared = tree_group_was_sent(&run->tree, number);
	if ((shared || info->ssi_code == SI_KERNEL) &&
	    getpgid(run->tree.command) == run->tree.group)
		return;
	kill(run->tree.command, number);
}

static void
take_signal(struct run *run, int signals)
{
	struct signalfd_siginfo info;

	if (read(signals, &info, sizeof(info)) != (ssize_t)sizeof(info))
		return;
	if (info.ssi_signo == SIGCHLD)
		tree_reap(&run->tree);
	else
		pass_on(run, &info);
}

static void
take_call(struct run *run, short events)
{
	if (events & POLLIN)
		witness_serve(run->witness);
	else if (events)
		witness_stop(run->witness);
}

/* Nobody sends us signals any more, nor asks how the command ended. */
static void
take_farewell(struct run *run)
{
	fd_close(&run->tree.front);
	run->abandoned = true;
}

/* Wait for one thing to happen and see to it. Returns false at the deadline. */
static bool
pump(struct run *run, int signals, int64_t deadline_ns)
{
	struct pollfd ready[] = {
		{.fd = signals, .events = POLLIN},
		{.fd = witness_fd(run->witness), .events = POLLIN},
		{.fd = tree_fd(&run->tree), .events = POLLIN},
		{.fd = run->tree.front, .events = POLLIN},
	};
	int count = poll(ready, ARRAY_LEN(ready), clock_left_ms(deadline_ns));

	if (count == 0)
		return false;
	if (count < 0)
		return true; /* EINTR: stopped and continued */
	if (ready[0].revents)
		take_signal(run, signals);
	take_call(run, ready[1].revents);
	if (ready[3].revents)
		take_farewell(run);
	return true;
}

/* 1: all processes are dead; 0: the deadline passed, or we are to stop. */
static int
await_end(struct run *run, int signals, int64_t deadline_ns, bool patient,
	  struct err *err)
{
	int dead;

	while (!(dead = tree_is_dead(&run->tree, err)))
		if (run->abandoned || (!patient && run->interrupted) ||
		    !pump(run, signals, deadline_ns))
			return 0;
	return dead;
}

/*
 * The command is dead, others of its processes may not be. Helpers end by
 * themselves a little later (Python's resource tracker), so they get some
 * time; those that stay are noted and ended, politely first.
 */
static int
end_survivors(struct run *run, const struct run_settings *settings, int signals,
	      struct err *err)
{
	int dead =
		await_end(run, signals, clock_deadline_ns(settings->settle_ms),
			  false, err);

	if (!dead && !run->abandoned) {
		tree_list(&run->tree, &run->survivors);
		if (tree_signal_all(&run->tree, SIGTERM, err))
			return -1;
		dead = await_end(run, signals,
				 clock_deadline_ns(settings->grace_ms), true,
				 err);
	}
	if (!dead)
		return tree_kill(&run->tree, err);
	return dead < 0 ? -1 : 0;
}

static int
enter(struct run *run, bool sandboxed, struct err *err)
{
	run->sandboxed = sandboxed;
	if (!tree_enter(&run->tree, sandboxed, err))
		return 0;
	err->code = EPERM;
	return -1;
}

/* In two processes: there is no sandbox that would go with only one. */
static int
enter_host(struct run *run, struct err *err)
{
	int front;
	int parted = apart_keep(run_signals, RUN_SIGNALS, &front,
				&run->front_status, err);

	if (parted)
		return parted;
	if (enter(run, false, err)) {
		close(front);
		return -1;
	}
	run->tree.front = front;
	return 0;
}

/*
 * A sandbox may be refused half-way, and the host must then be seen as if
 * nothing had been tried: root goes back, others try in a child first.
 */
static int
enter_anywhere(struct run *run, struct err *err)
{
	CLEANUP_SANDBOX_HOME struct sandbox_home home;
	bool reversible = sandbox_home_save(&home);

	if (!reversible && sandbox_probe(&run->refused))
		return enter_host(run, err);
	if (!enter(run, true, reversible ? &run->refused : err))
		return 0;
	tree_end(&run->tree);
	if (!reversible || sandbox_home_return(&home, err))
		return -1;
	return enter_host(run, err);
}

/* 0: there we are; 1: in the front, when all is over; -1 with *err set. */
static int
choose_place(struct run *run, const struct run_settings *settings,
	     struct err *err)
{
	if (settings->place == RUN_ANYWHERE)
		return enter_anywhere(run, err);
	return settings->place == RUN_SANDBOX ? enter(run, true, err)
					      : enter_host(run, err);
}

/*
 * In a sandbox nothing can come from others but FIFOs and sockets, and a
 * witness knows where the command made those.
 */
static struct collect_settings
what_to_collect(const struct run *run, const struct run_settings *settings)
{
	struct collect_settings collect = settings->collect;

	collect.no_origin = true;
	if (run->witness && !settings->watch_given)
		collect.watch_count = 0;
	return collect;
}

/* What is private to a new sandbox is not there yet. */
static struct snapshot *
look_before(const struct run *run, const struct collect_settings *collect,
	    struct err *err)
{
	struct collect_settings where = *collect;
	struct snapshot *before;

	if (run->sandboxed)
		where.kinds &= collect->watch_count ? SHARED_KINDS : 0;
	before = collect_snapshot(&where, err);
	if (before)
		before->kinds = collect->kinds;
	return before;
}

static enum tree_start
look_and_start(struct run *run, const struct run_settings *settings,
	       const struct tree_signals *signals, struct err *err)
{
	run->collect = what_to_collect(run, settings);
	snapshot_free(run->before);
	run->before = look_before(run, &run->collect, err);
	if (!run->before)
		return TREE_FAILED;
	return tree_start(&run->tree, settings->argv, signals, run->witness,
			  err);
}

/* Failure to witness is no failure of the run, but must be told. */
static int
start(struct run *run, const struct run_settings *settings,
      const struct tree_signals *signals, struct err *err)
{
	enum tree_start started;

	if (settings->witness)
		run->witness = witness_new(run->tree.proc_dir, !run->sandboxed,
					   &run->unwitnessed);
	started = look_and_start(run, settings, signals, err);
	if (started == TREE_UNWITNESSED) {
		run->unwitnessed = *err;
		err->text[0] = '\0';
		witness_free(run->witness);
		run->witness = NULL;
		started = look_and_start(run, settings, signals, err);
	}
	if (started == TREE_NOT_EXECUTED) {
		run->exec_error = err->code;
		run->status = run->tree.status;
	}
	return started == TREE_RUNS || started == TREE_NOT_EXECUTED ? 0 : -1;
}

static int
run_to_end(struct run *run, const struct run_settings *settings, int signals,
	   struct err *err)
{
	if (run->exec_error)
		return 0;
	while (run->tree.command && !run->abandoned)
		pump(run, signals, INT64_MAX);
	if (end_survivors(run, settings, signals, err))
		return -1;
	run->status = run->tree.status;
	return 0;
}

/*
 * Look where the command is known to have been. That covers its queues, too,
 * where mqueuefs is not to be had.
 */
static void
look_at_places(struct run *run, const struct run_settings *settings)
{
	const char *name;
	size_t cursor = 0;

	if (!run->witness)
		return;
	while ((name = witness_next_place(run->witness, &cursor)))
		look_at_path(run->after, name);
	cursor = 0;
	while ((name = witness_next_queue(run->witness, &cursor)))
		look_at_queue(run->after, name);
	if (!witness_missed(run->witness, KIND_ALL) && !settings->strict)
		snapshot_drop_blind(run->after, KIND_BIT(KIND_POSIX_MQ));
	object_list_sort(&run->after->objects);
	object_list_unique(&run->after->objects);
}

/* Only the command can have made it: a private namespace holds it. */
static bool
is_private(const struct run *run, const struct object *object)
{
	return run->sandboxed && !(SHARED_KINDS & KIND_BIT(object->kind));
}

static void
add_leak(struct run *run, const struct object *object)
{
	struct leak leak = {.object = object, .class = LEAK_OWN};
	bool seen = run->witness &&
		    witness_maker(run->witness, object, &leak.maker);

	/* On a shared host a guess is not enough to blame, let alone remove. */
	if (!is_private(run, object) &&
	    (!seen || (!run->sandboxed && !leak.maker.certain)))
		leak.class = LEAK_FOREIGN;
	run->leaks =
		mem_grow(run->leaks, run->leak_count + 1, sizeof(*run->leaks));
	run->leaks[run->leak_count++] = leak;
}

/*
 * A segment that is marked goes with its last user, who is not the command's.
 * What was there before may be seen only now, for the command gave cause to
 * look at its place.
 */
static bool
is_spared(const struct run *run, const struct object *object)
{
	return object->marked ||
	       (run->witness && witness_was_there(run->witness, object));
}

/* DIFF_UNSURE, too: what the witness saw being made was not there before. */
static int
find_leaks(struct run *run, struct err *err)
{
	struct diff diff;

	if (diff_make(&diff, run->before, run->after, err))
		return -1;
	for (size_t i = 0; i < diff.count; i++)
		if (!diff.entries[i].before &&
		    !is_spared(run, diff.entries[i].after))
			add_leak(run, diff.entries[i].after);
	diff_free(&diff);
	return 0;
}

static int
follow(struct run *run, const struct run_settings *settings, int signals,
       const struct tree_signals *kept, struct err *err)
{
	if (start(run, settings, kept, err) ||
	    run_to_end(run, settings, signals, err))
		return -1;
	/* Nobody is left for pid 1 to reap: it ends while we look. */
	sandbox_init_doom(&run->tree.init);
	if (run->witness) {
		witness_finish(run->witness);
		run->missed = witness_missed(run->witness,
					     run->collect.kinds & SHARED_KINDS);
	}
	run->after = collect_snapshot(&run->collect, err);
	if (!run->after)
		return -1;
	look_at_places(run, settings);
	return find_leaks(run, err);
}

int
run_command(struct run *run, const struct run_settings *settings,
	    struct err *err)
{
	struct tree_signals kept;
	CLEANUP_FD int signals = -1;
	int entered;

	*run = (struct run) {.tree = TREE_NONE};
	signals = take_signals(&kept, err);
	entered = signals < 0 ? -1 : choose_place(run, settings, err);
	if (entered)
		return entered;
	return follow(run, settings, signals, &kept, err);
}

void
run_free(struct run *run)
{
	tree_end(&run->tree);
	witness_free(run->witness);
	snapshot_free(run->before);
	snapshot_free(run->after);
	survivors_free(&run->survivors);
	free(run->leaks);
	*run = (struct run) {.tree = TREE_NONE};
}
