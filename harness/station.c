/* SPDX-License-Identifier: MIT */
/* station.c - the place where passes run one after another. */
#include "harness/station.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/child.h"
#include "base/clock.h"
#include "base/fd.h"
#include "base/text.h"
#include "harness/debug.h"
#include "harness/idle.h"
#include "harness/scrub.h"
#include "harness/tracer/filter.h"
#include "leakcheck/collect.h"
#include "leakcheck/look.h"
#include "leakcheck/mqueue.h"
#include "leakcheck/remove.h"

enum { OUTPUT_KEPT = 8192 };
enum { KILL_MS = 10000, MAKING_MS = 1000, LOOK_MS = 20 };

/* To start, to look at what is left and to remove it: milliseconds, usually. */
enum { REST_MS = 10000 };

static const char immortal[] = "processes do not die of SIGKILL";

/* One pass under way. */
struct running {
	struct station *station;
	struct pass *pass;
	struct tracer *tracer;
	struct buf output; /* its end */
	int pipe[2];
};

/* Who outlives the first process and works cannot do so for ever. */
enum { AWAKE_MOST_MS = 10000 };

static int64_t
longest_awake_ms(int64_t limit_ms, int64_t settle_ms)
{
	bool is_short = limit_ms >= 0 && limit_ms < AWAKE_MOST_MS;

	return settle_ms + (is_short ? limit_ms : AWAKE_MOST_MS);
}

/* The time to settle may begin twice. */
int64_t
station_longest_ms(int64_t limit_ms, int64_t settle_ms)
{
	int64_t settling_ms = settle_ms + longest_awake_ms(limit_ms, settle_ms);

	return limit_ms < 0 ? -1
			    : limit_ms + 2 * settling_ms + MAKING_MS + KILL_MS +
				      REST_MS;
}

static struct tracer_filter *
make_filter(bool every_call, struct err *err)
{
	const size_t count = call_row_count + PASS_ROW_COUNT;
	const struct call_row **rows =
		mem_alloc(count * sizeof(const struct call_row *));
	struct tracer_filter *filter;

	for (size_t i = 0; i < call_row_count; i++)
		rows[i] = &call_rows[i];
	for (size_t i = 0; i < PASS_ROW_COUNT; i++)
		rows[call_row_count + i] = &pass_rows[i];
	filter = filter_new(every_call ? NULL : rows, count, err);
	free(rows);
	return filter;
}

static ino_t
own_ipc_namespace(const struct tree *tree)
{
	struct stat status;

	if (fstatat(tree->proc_dir, "self/ns/ipc", &status, 0))
		return 0;
	return status.st_ino;
}

/*
 * FIFOs and sockets lie where the target was seen to make them. To mount
 * mqueuefs anew for each look would cost more than all the rest of it.
 */
static void
prepare_look(struct station *station)
{
	station->look = collect_defaults();
	station->look.watch_count = 0;
	station->look.no_origin = true;
	station->mqueue_dir = mqueue_open_private();
	if (station->mqueue_dir >= 0)
		station->look.mqueue_dir = &station->mqueue_dir;
}

int
station_open(struct station *station, const struct station_settings *settings,
	     struct err *err)
{
	*station = (struct station) {.settings = *settings,
				     .tree = TREE_NONE,
				     .input = -1,
				     .mqueue_dir = -1,
				     .shm_dir = -1};
	station->input = open(settings->input ? settings->input : "/dev/null",
			      O_RDONLY | O_CLOEXEC);
	if (station->input < 0)
		return err_set(err, errno, "opening %s", settings->input);
	if (tree_enter(&station->tree, settings->sandboxed, err)) {
		err->code = EPERM;
		return -1;
	}
	if (settings->sandboxed)
		station->shm_dir = scrub_open();
	station->ipc_namespace = own_ipc_namespace(&station->tree);
	prepare_look(station);
	station->stacks = stacks_new();
	station->filter = make_filter(settings->every_call, err);
	return station->filter ? 0 : -1;
}

void
station_close(struct station *station)
{
	tree_end(&station->tree);
	stacks_free(station->stacks);
	filter_free(station->filter);
	fd_close(&station->mqueue_dir);
	fd_close(&station->shm_dir);
	fd_close(&station->input);
}

enum output { OUTPUT_SOME, OUTPUT_NONE_NOW, OUTPUT_ENDED };

/* Keep the end of what the target writes. */
static enum output
take_output(struct running *running)
{
	char bytes[4096];
	ssize_t got = read(running->pipe[0], bytes, sizeof(bytes));
	struct buf *output = &running->output;

	if (got < 0)
		return errno == EAGAIN || errno == EINTR ? OUTPUT_NONE_NOW
							 : OUTPUT_ENDED;
	if (got == 0)
		return OUTPUT_ENDED;
	buf_add(output, bytes, (size_t)got);
	if (output->length > 2 * OUTPUT_KEPT) {
		size_t extra = output->length - OUTPUT_KEPT;

		memmove(output->data, output->data + extra, OUTPUT_KEPT);
		output->length = OUTPUT_KEPT;
	}
	return OUTPUT_SOME;
}

/* Serve the target until @deadline_ns, or until all or the first is dead. */
static enum tracer_end
serve(struct running *running, int64_t deadline_ns, bool until_main,
      struct err *err)
{
	for (;;) {
		struct pollfd wake[] = {
			{.fd = running->pipe[0], .events = POLLIN},
			{.fd = running->station->settings.control,
			 .events = POLLIN},
		};
		enum tracer_end end =
			tracer_run(running->tracer, deadline_ns, until_main,
				   wake, ARRAY_LEN(wake), err);

		if (end != TRACER_WOKEN)
			return end;
		if (wake[1].revents) {
			err_set(err, ECANCELED, "told to stop");
			return TRACER_TROUBLE;
		}
		if (wake[0].revents && take_output(running) == OUTPUT_ENDED)
			fd_close(&running->pipe[0]);
		/* What writes without end wakes us without end. */
		if (clock_left_ms(deadline_ns) == 0)
			return TRACER_TIME_UP;
	}
}

/*
 * The time that a run has, as it passes for the run. Waits are cut in slices,
 * and one that took far longer than it was to counts little: we may have been
 * stopped, or the container frozen, and the run with us.
 */
struct budget {
	int64_t limit_ms; /* -1: none */
	int64_t spent_ms;
};

enum { SLICE_MOST_MS = 50, LATE_TIMES = 4 };

static int64_t
cost_ms(int64_t slice_ms, int64_t start_ns)
{
	const int64_t passed_ms = (clock_now_ns() - start_ns) / NS_PER_MS;

	if (passed_ms < slice_ms)
		return slice_ms;
	return passed_ms < LATE_TIMES * slice_ms ? passed_ms
						 : LATE_TIMES * slice_ms;
}

static bool
is_spent(const struct budget *budget)
{
	return budget->limit_ms >= 0 && budget->spent_ms >= budget->limit_ms;
}

/* Until the first process is dead, for @slice_ms at most. */
static enum tracer_end
serve_slice(struct running *running, int64_t slice_ms, struct budget *budget,
	    struct err *err)
{
	const int64_t start_ns = clock_now_ns();
	const int64_t left_ms = budget->limit_ms - budget->spent_ms;
	enum tracer_end end;

	if (budget->limit_ms >= 0 && left_ms < slice_ms)
		slice_ms = left_ms;
	end = serve(running, clock_deadline_ns(slice_ms), true, err);
	budget->spent_ms += cost_ms(slice_ms, start_ns);
	return end;
}

/* Serve it until it waits for something to do; TRACER_TIME_UP then, too. */
static enum tracer_end
serve_until_idle(struct running *running, struct budget *budget, bool *idle,
		 struct err *err)
{
	const int64_t enough_ns =
		running->station->settings.idle_ms * NS_PER_MS;
	struct idle looks = {0};

	for (*idle = false; !*idle;) {
		enum tracer_end end =
			serve_slice(running, LOOK_MS, budget, err);
		uint64_t ran_ns;
		bool asleep;

		if (end != TRACER_TIME_UP || is_spent(budget))
			return end;
		asleep = tracer_sleeps(running->tracer, &ran_ns);
		*idle = idle_note(&looks, budget->spent_ms * NS_PER_MS, asleep,
				  ran_ns, enough_ns);
	}
	return TRACER_TIME_UP;
}

/* Until the first process is dead. A server is told to end when it is ready. */
static enum tracer_end
serve_main(struct running *running, int64_t limit_ms, bool *stopped,
	   struct err *err)
{
	const int stop_signal = running->station->settings.stop_signal;
	struct budget budget = {.limit_ms = limit_ms};
	enum tracer_end end;

	if (stop_signal) {
		end = serve_until_idle(running, &budget, stopped, err);
		if (!*stopped)
			return end;
		tracer_signal_main(running->tracer, stop_signal);
	}
	do
		end = serve_slice(running, SLICE_MOST_MS, &budget, err);
	while (end == TRACER_TIME_UP && !is_spent(&budget));
	return end;
}

static void
list_survivors(const struct running *running, struct trial *trial)
{
	struct survivors survivors = {0};

	tree_list(&running->station->tree, &survivors);
	trial->survivors = arena_alloc(
		&trial->arena, survivors.count * sizeof(*trial->survivors));
	for (size_t i = 0; i < survivors.count; i++) {
		const char *command = survivors.items[i].command;

		trial->survivors[i].pid = survivors.items[i].pid;
		trial->survivors[i].command =
			arena_copy(&trial->arena, command, strlen(command));
	}
	trial->survivor_count = survivors.count;
	survivors_free(&survivors);
}

/*
 * All that was traced is dead. What could not be (CLONE_UNTRACED in a call of
 * another ABI) is an orphan now: pid 1 knows of it, or it is a child of ours.
 * Returns whether there is none before @deadline_ns, on the host now; -1 with
 * *err set.
 */
static int
await_strays(struct running *running, int64_t deadline_ns, struct err *err)
{
	struct tree *tree = &running->station->tree;

	if (!running->pass->strays || running->pass->let_go)
		return 1;
	if (tree->sandboxed)
		return sandbox_init_drain(&tree->init, deadline_ns, err);
	tree_reap(tree);
	return !tree->children;
}

static int
end_strays(struct running *running, int64_t deadline_ns, struct err *err)
{
	struct tree *tree = &running->station->tree;
	int gone;

	if (!running->pass->strays)
		return 0;
	if (tree_signal_all(tree, SIGKILL, err))
		return -1;
	if (tree->sandboxed) {
		gone = sandbox_init_drain(&tree->init, deadline_ns, err);
		return gone == 0 ? err_set(err, 0, "%s", immortal) : gone - 1;
	}
	while (child_wait(-1, NULL, 0) > 0)
		;
	return 0;
}

/*
 * On the host what is being made when its maker is killed has no known id, and
 * would stay. Such calls do not wait for anything, so let them end.
 */
static void
finish_making(struct running *running)
{
	struct pass *pass = running->pass;
	int64_t deadline = clock_deadline_ns(MAKING_MS);
	struct err ignored;

	pass->closing = true;
	while (pass->making && clock_left_ms(deadline) > 0 &&
	       serve(running, clock_deadline_ns(1), false, &ignored) ==
		       TRACER_TIME_UP)
		;
}

static int
end_all(struct running *running, struct err *err)
{
	int64_t deadline = clock_deadline_ns(KILL_MS);

	finish_making(running);
	tracer_kill_all(running->tracer);
	if (serve(running, deadline, false, err) != TRACER_ALL_DEAD)
		return err_set(err, 0, "%s", immortal);
	return end_strays(running, deadline, err);
}

/* What is left of the time to settle, in milliseconds. */
struct patience {
	int64_t asleep_ms; /* in which everybody sleeps */
	int64_t awake_ms;  /* in which somebody runs */
};

static struct patience
new_patience(const struct running *running, int64_t limit_ms)
{
	int64_t settle_ms = running->station->settings.settle_ms;

	return (struct patience) {
		.asleep_ms = settle_ms,
		.awake_ms = longest_awake_ms(limit_ms, settle_ms)};
}

/*
 * Of a slice only as much as it was to be is taken from those that sleep: when
 * we were late, so may they have been. Returns whether they have more time.
 */
static bool
spend(struct patience *patience, const struct running *running,
      int64_t slice_ms, int64_t start_ns)
{
	uint64_t ignored;

	if (tracer_sleeps(running->tracer, &ignored)) {
		patience->asleep_ms -= slice_ms;
		return patience->asleep_ms > 0;
	}
	patience->awake_ms -= cost_ms(slice_ms, start_ns);
	return patience->awake_ms > 0;
}

enum { SLICES = 8 };

/*
 * Returns whether all are dead before the settle time is over, or -1. How much
 * else this machine has to do must not decide that. So it is the time in which
 * the processes wait for something and do nothing, and it begins anew with the
 * fault, if that comes later. Those that run are given more.
 */
static int
settle(struct running *running, int64_t limit_ms, struct err *err)
{
	struct patience patience = new_patience(running, limit_ms);
	const int64_t part_ms = patience.asleep_ms / SLICES + 1;
	const int64_t slice_ms =
		part_ms < SLICE_MOST_MS ? part_ms : SLICE_MOST_MS;
	enum tracer_end end;
	int64_t start_ns;

	do {
		unsigned faults = running->pass->faults;

		start_ns = clock_now_ns();
		end = serve(running, clock_deadline_ns(slice_ms), false, err);
		if (faults != running->pass->faults)
			patience = new_patience(running, limit_ms);
	} while (end == TRACER_TIME_UP &&
		 spend(&patience, running, slice_ms, start_ns));
	if (end == TRACER_ALL_DEAD)
		return await_strays(running,
				    clock_deadline_ns(patience.asleep_ms), err);
	return end == TRACER_TIME_UP ? 0 : -1;
}

/* Wait for the first process, then for the others. */
static int
follow(struct running *running, int64_t limit_ms, struct outcome *outcome,
       struct err *err)
{
	int64_t start = clock_now_ns();
	int dead = 0;

	switch (serve_main(running, limit_ms, &outcome->stopped, err)) {
	case TRACER_ALL_DEAD:
	case TRACER_MAIN_DEAD:
		dead = settle(running, limit_ms, err);
		break;
	case TRACER_TIME_UP:
		outcome->hung = true;
		break;
	case TRACER_WOKEN:
	case TRACER_TROUBLE:
		dead = -1;
	}
	if (dead < 0)
		return -1;
	outcome->duration_ns = clock_now_ns() - start;
	if (!dead && !outcome->hung)
		list_survivors(running, outcome->trial);
	if (!dead && end_all(running, err))
		return -1;
	tracer_main_status(running->tracer, &outcome->status);
	if (!sandbox_init_lives(&running->station->tree.init))
		return err_set(err, 0, "the sandbox's pid 1 was killed");
	return 0;
}

/* FIFOs, sockets and queues that the target made lie where it made them. */
static void
look_at_places(struct snapshot *snapshot, const struct pass *pass)
{
	const struct ledger *ledger = &pass->ledger;
	struct trail_entry entry;
	size_t cursor = 0;

	while (trail_next(pass->trail, &cursor, &entry))
		if (entry.kind == KIND_FIFO || entry.kind == KIND_UNIX_SOCKET)
			look_at_path(snapshot, entry.path);
	for (size_t i = 0; i < ledger->count; i++)
		if (ledger->entries[i].kind == KIND_POSIX_MQ)
			look_at_queue(snapshot, ledger->entries[i].path);
	object_list_sort(&snapshot->objects);
	object_list_unique(&snapshot->objects);
}

/* What may be left, and why that is not known: the first of it. */
static void
note_unsure(struct pass *pass, const struct object *object, const char *why)
{
	if (pass->unsure.length)
		return;
	object_add_name(&pass->unsure, object);
	buf_add_text(&pass->unsure, why);
}

/*
 * The program may have closed a directory behind it, or the kernel not tell of
 * System V objects. Of a queue its name tells, wherever mqueuefs is.
 */
static void
note_hidden(struct pass *pass, const struct snapshot *snapshot)
{
	for (size_t i = 0; i < pass->ledger.count; i++) {
		const struct entry *entry = &pass->ledger.entries[i];
		const bool by_id = kind_identity(entry->kind) == BY_ID;
		const struct object object = {
			.kind = entry->kind,
			.known = FIELD_BIT(by_id ? FIELD_ID : FIELD_PATH),
			.id = entry->id,
			.path = entry->path};
		const struct blind_spot *spot = NULL;
		CLEANUP_BUF struct buf why = {0};

		if (entry->alive && entry->kind != KIND_POSIX_MQ)
			spot = snapshot_hides(snapshot, &object);
		if (!spot)
			continue;
		buf_printf(&why, " may be left: %s", spot->why);
		note_unsure(pass, &object, buf_text(&why));
	}
}

/*
 * In a sandbox nobody else makes objects. Where others do only those count that
 * the target was seen to make, and of which it is known that they still are
 * those. A segment that is marked goes by itself.
 */
static bool
is_left(struct running *running, const struct object *object)
{
	enum whose whose = WHOSE_TARGET;

	if (object->marked)
		return false;
	if (pass_is_shared(running->pass, object->kind))
		whose = ledger_whose(&running->pass->ledger, object);
	if (whose == WHOSE_UNSURE)
		note_unsure(running->pass, object,
			    " is there: it cannot be told whether the program "
			    "has made it or another");
	return whose == WHOSE_TARGET;
}

/* A copy whose texts live as long as the trial. */
static struct object
keep_object(struct trial *trial, const struct object *object)
{
	struct object copy = *object;

	if (kind_identity(object->kind) == BY_PATH)
		copy.path = arena_copy(&trial->arena, object->path,
				       strlen(object->path));
	else if (object_knows(object, FIELD_VALUES))
		copy.values = memcpy(
			arena_alloc(&trial->arena,
				    object->count * sizeof(uint16_t)),
			object->values, object->count * sizeof(uint16_t));
	return copy;
}

static int
note_left(struct running *running, struct snapshot *snapshot,
	  struct trial *trial, struct err *err)
{
	const struct object_list *objects = &snapshot->objects;

	trial->left = arena_alloc(&trial->arena,
				  objects->count * sizeof(*trial->left));
	for (size_t i = 0; i < objects->count; i++) {
		const struct object *object = &objects->items[i];

		pass_claim(running->pass, object);
		if (!is_left(running, object))
			continue;
		trial->left[trial->left_count++] = (struct leftover) {
			.object = keep_object(trial, object)};
		if (remove_object(object, err))
			return err_wrap(err, "cleaning up after a trial");
	}
	return 0;
}

static int
look_at_what_is_left(struct running *running, struct trial *trial,
		     struct err *err)
{
	const int shm_dir = running->station->shm_dir;
	CLEANUP_SNAPSHOT struct snapshot *snapshot = NULL;

	if (scrub_check(shm_dir, err))
		return -1;
	snapshot = collect_snapshot(&running->station->look, err);
	if (!snapshot)
		return -1;
	look_at_places(snapshot, running->pass);
	note_hidden(running->pass, snapshot);
	return note_left(running, snapshot, trial, err) ||
			       scrub_run(shm_dir, err)
		       ? -1
		       : 0;
}

static enum tracer_start
start(struct running *running, struct err *err)
{
	const struct station *station = running->station;
	const struct tracer_settings settings = {
		.argv = station->settings.argv,
		.filter = station->filter,
		.input = station->input,
		.output = running->pipe[1],
		.error = running->pipe[1],
		.proc_dir = station->tree.proc_dir,
		.own_session = !station->settings.debug,
		.detachable = station->settings.debug,
	};
	enum tracer_start started;

	lseek(station->input, 0, SEEK_SET);
	started = tracer_start(running->tracer, &settings, err);
	fd_close(&running->pipe[1]);
	return started;
}

static void
keep_output(struct running *running, struct trial *trial)
{
	while (running->pipe[0] >= 0 && take_output(running) == OUTPUT_SOME)
		;
	if (running->output.length)
		trial->output =
			arena_copy(&trial->arena, buf_text(&running->output),
				   running->output.length);
}

static int
run(struct running *running, int64_t limit_ms, struct outcome *outcome,
    struct err *err)
{
	running->tracer = tracer_new(&pass_tracer_hooks, running->pass, err);
	running->pass->tracer = running->tracer;
	if (!running->tracer || pipe2(running->pipe, O_CLOEXEC | O_NONBLOCK))
		return running->tracer ? err_set(err, errno, "making a pipe")
				       : -1;
	/* Only our end is not to block. */
	fcntl(running->pipe[1], F_SETFL, 0);
	outcome->started = start(running, err);
	if (outcome->started != TRACER_RUNS)
		return outcome->started == TRACER_FAILED ? -1 : 0;
	if (follow(running, limit_ms, outcome, err))
		return -1;
	if (running->pass->trail_lost)
		return err_set(err, 0,
			       "the program makes more objects than can be "
			       "noted");
	if (running->pass->let_go &&
	    debug_run(&running->station->tree, running->pass->let_go,
		      running->pass->let_go_thread, outcome->trial, err))
		return -1;
	keep_output(running, outcome->trial);
	return look_at_what_is_left(running, outcome->trial, err);
}

/* Whatever went wrong, nothing of the target may stay. */
static void
abandon(struct running *running)
{
	struct err ignored;

	running->station->settings.control = -1; /* it has been heard */
	if (running->tracer)
		end_all(running, &ignored);
	/* From inside: what a sandbox covers is seen. */
	trail_sweep(running->pass->trail, false);
}

int
station_run(struct station *station, struct pass *pass, int64_t limit_ms,
	    struct outcome *outcome, struct err *err)
{
	struct running running = {
		.station = station, .pass = pass, .pipe = {-1, -1}};
	int failed;

	pass_clear(pass);
	pass->stacks = station->stacks;
	pass->proc_dir = station->tree.proc_dir;
	pass->every_call = station->settings.every_call;
	pass->sandboxed = station->settings.sandboxed;
	pass->ipc_namespace = station->ipc_namespace;
	pass->trail = station->settings.trail;
	failed = run(&running, limit_ms, outcome, err);
	if (failed)
		abandon(&running);
	trail_clear(pass->trail);
	outcome->trial->status = outcome->status;
	outcome->trial->duration_ns = outcome->duration_ns;
	tracer_free(running.tracer);
	fd_close(&running.pipe[0]);
	fd_close(&running.pipe[1]);
	buf_free(&running.output);
	return failed;
}
