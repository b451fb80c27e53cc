/* SPDX-License-Identifier: MIT */
/* shot.c - one pass with a fault at one point. */
#include "harness/shot.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/text.h"
#include "base/proc.h"
#include "harness/trace.h"

static const char *
keep(struct shot *shot, const char *text)
{
	return text ? arena_copy(&shot->trial->arena, text, strlen(text))
		    : NULL;
}

static struct frame
name_address(struct shot *shot, struct tracee *tracee, uint64_t address)
{
	struct frame frame = {0};

	stack_name_address(shot->pass.stacks, tracee, address, &frame,
			   &shot->trial->arena);
	return frame;
}

/* The golden run's site of a visit, NULL when it had none. */
static const struct site_state *
site_of(const struct shot *shot, const struct visit *visit)
{
	const struct tally *sites = &shot->range->sites;
	unsigned found = tally_get(
		sites, tally_mix(visit->in_process.key, visit->in_process.nth));

	if (!found)
		found = tally_get(sites, tally_mix(visit->in_thread.key,
						   visit->in_thread.nth));

	return found ? &shot->range->golden->sites[found - 1] : NULL;
}

static const struct frame *
place_of(struct shot *shot, struct tracee *tracee, const struct visit *visit)
{
	static const struct frame unknown = {.module = ""};
	const struct site_state *state = site_of(shot, visit);
	const struct named_stack *named;

	if (state)
		return site_place(&state->site);
	named = names_of(&shot->range->names, shot->pass.stacks, tracee,
			 &visit->stack);
	return named->count ? &named->frames[named->place] : &unknown;
}

/* The id of the site that makes an object; an error path may be a new one. */
static const char *
creator_id(struct shot *shot, struct tracee *tracee, const struct visit *visit)
{
	const struct site_state *state = site_of(shot, visit);
	CLEANUP_BUF struct buf id = {0};
	const struct named_stack *named;
	struct site site;

	if (state)
		return state->site.id;
	named = names_of(&shot->range->names, shot->pass.stacks, tracee,
			 &visit->stack);
	site = (struct site) {.role = tracee_role(tracee),
			      .operation = visit_operation(visit),
			      .n = visit->in_thread.nth,
			      .frames = named->frames,
			      .frame_count = named->count,
			      .place = named->place};
	site_add_id(&id, &site);
	return keep(shot, buf_text(&id));
}

static void
note_creator(struct shot *shot, struct tracee *tracee,
	     const struct visit *visit)
{
	size_t number = (size_t)visit->number;

	if (!visit->sighting.row ||
	    visit->sighting.row->action != ACTION_ACQUIRE)
		return;
	if (number >= shot->creator_room) {
		size_t room = 2 * number + 16;

		shot->creators =
			mem_grow(shot->creators, room, sizeof(*shot->creators));
		memset(shot->creators + shot->creator_room, 0,
		       (room - shot->creator_room) * sizeof(*shot->creators));
		shot->creator_room = room;
	}
	shot->creators[number] = creator_id(shot, tracee, visit);
}

/* Where it is only its own call of sigaction(2) has told. */
static void
name_handler(struct shot *shot, struct tracee *tracee, int number)
{
	uint64_t handler = handlers_find(&shot->pass.handlers,
					 tracee_process(tracee), number);

	if (handler > (uint64_t)(uintptr_t)SIG_IGN)
		shot->trial->handler = name_address(shot, tracee, handler);
}

/* What the thread's process has said about the signal. */
static enum reaction
foresee(struct shot *shot, struct tracee *tracee, int number)
{
	struct tracee_signals signals;

	if (tracee_look_at_signals(tracee, &signals))
		return REACTION_NONE;
	if (number == SIGKILL || number == SIGSTOP)
		return REACTION_DEFAULT;
	if (sigismember(&signals.caught, number))
		name_handler(shot, tracee, number);
	if (sigismember(&signals.blocked, number))
		return REACTION_BLOCKED;
	if (sigismember(&signals.ignored, number))
		return REACTION_IGNORED;
	return sigismember(&signals.caught, number) ? REACTION_HANDLED
						    : REACTION_DEFAULT;
}

/* A fault of the processor that is not made but sent: signals_raise(). */
static bool
is_imitated(int number)
{
	return fault_is_of_processor(number) && number != SIGSEGV;
}

/*
 * abort(3) unblocks SIGABRT. A fault of the processor ends a process that
 * blocks or ignores its signal, whatever handler there is: signal(7). The
 * kernel does so itself with SIGSEGV, of which there is a real one; the others
 * can be imitated where there is no handler.
 *
 * Returns false: not here.
 */
static bool
prepare_signal(struct shot *shot, struct tracee *tracee)
{
	const int number = shot->planned->fault.number;
	enum reaction *reaction = &shot->trial->reaction;
	bool was_blocked;

	*reaction = foresee(shot, tracee, number);
	if (number != SIGABRT && !is_imitated(number))
		return true;
	was_blocked = *reaction == REACTION_BLOCKED;
	if (was_blocked) {
		tracee_unblock(tracee, number);
		*reaction = foresee(shot, tracee, number);
	}
	return number == SIGABRT ||
	       (*reaction != REACTION_IGNORED &&
		!(was_blocked && *reaction == REACTION_HANDLED));
}

static void
give_up(struct shot *shot, const char *why)
{
	shot->evidence.unavailable = true;
	shot->evidence.fired = false;
	shot->trial->note = why;
}

static const char no_imitation[] =
	"the program blocks or ignores the signal: a fault would end it then "
	"without a handler, and such a one cannot be made";

/*
 * A SIGABRT that is merely sent is over when its handler returns; abort(3) then
 * ends the program. 0: the signal is sent, for it is another one, or the
 * program has no abort().
 */
static uint64_t
find_abort(struct shot *shot, struct tracee *tracee)
{
	if (shot->planned->fault.number != SIGABRT)
		return 0;
	return stack_find_function(shot->pass.stacks, tracee, "abort");
}

static void
fire_signal(struct shot *shot, struct tracee *tracee)
{
	uint64_t abort_address = find_abort(shot, tracee);

	if (!prepare_signal(shot, tracee)) {
		give_up(shot, no_imitation);
		tracee_replace(tracee, SYS_exit_group, 0);
		return;
	}
	if (abort_address)
		tracee_undo_and_call(tracee, abort_address, 0);
	else
		tracee_undo_and_signal(tracee, shot->planned->fault.number);
}

static void
fire_exit(struct shot *shot, struct tracee *tracee)
{
	uint64_t address =
		stack_find_function(shot->pass.stacks, tracee, "exit");

	if (!address) {
		give_up(shot, "the program has no exit() that could be called");
		tracee_replace(tracee, SYS_exit_group, 0);
		return;
	}
	tracee_undo_and_call(tracee, address,
			     (uint64_t)shot->planned->fault.number);
}

static void
fire_exit_at_once(struct shot *shot, struct tracee *tracee)
{
	tracee_replace(tracee, SYS_exit_group,
		       (uint64_t)shot->planned->fault.number);
}

static void
fire_error(struct shot *shot, struct tracee *tracee)
{
	tracee_fail(tracee, -shot->planned->fault.number);
}

typedef void fire_function(struct shot *shot, struct tracee *tracee);
static fire_function *const fires[] = {
	[FAULT_SIGNAL] = fire_signal,
	[FAULT_EXIT] = fire_exit,
	[FAULT_EXIT_AT_ONCE] = fire_exit_at_once,
	[FAULT_ERROR] = fire_error,
};

/* That it stays is no fault of the program's. */
static void
note_spared(struct shot *shot, const struct visit *visit)
{
	CLEANUP_BUF struct buf object = {0};

	if (!visit->sighting.row ||
	    visit->sighting.row->action != ACTION_RELEASE)
		return;
	visit_add_object(&object, visit, -1);
	*tally_of(&shot->spared, judge_key(buf_text(&object))) = 1;
}

static bool
has_mark(const struct site_state *state, const struct mark *mark)
{
	return mark->key == state->key && mark->nth == state->key_nth;
}

static bool
is_point(const struct shot *shot, const struct visit *visit)
{
	return !shot->evidence.reached && !visit->again &&
	       (has_mark(shot->site, &visit->in_process) ||
		has_mark(shot->site, &visit->in_thread));
}

/* The same operation again, after an error that is to last. */
static bool
is_repeat(const struct shot *shot, const struct visit *visit)
{
	if (!shot->evidence.fired || !shot->planned->fault.persistent ||
	    visit->sighting.row != shot->site->row)
		return false;
	return shot->site->row ||
	       strcmp(visit_call(visit), shot->site->site.call) == 0;
}

static void
make_attempt_room(struct shot *shot)
{
	struct trial *trial = shot->trial;
	const struct attempt *old = trial->attempts;

	shot->attempt_room = 2 * shot->attempt_room + 4;
	trial->attempts =
		arena_alloc(&trial->arena, shot->attempt_room * sizeof(*old));
	if (old)
		memcpy(trial->attempts, old,
		       trial->attempt_count * sizeof(*old));
	shot->attempt_visits =
		mem_grow(shot->attempt_visits, shot->attempt_room,
			 sizeof(*shot->attempt_visits));
}

/* A release after the fault; it may never come back. */
static void
note_attempt(struct shot *shot, struct tracee *tracee,
	     const struct visit *visit)
{
	CLEANUP_BUF struct buf object = {0};
	struct trial *trial = shot->trial;
	struct attempt *attempt;

	if (!shot->evidence.fired || !visit->sighting.row ||
	    visit->sighting.row->action != ACTION_RELEASE)
		return;
	if (trial->attempt_count == shot->attempt_room)
		make_attempt_room(shot);
	visit_add_object(&object, visit, -1);
	shot->attempt_visits[trial->attempt_count] = visit->number;
	attempt = &trial->attempts[trial->attempt_count++];
	*attempt = (struct attempt) {
		.operation = keep(shot, visit_operation(visit)),
		.object = object.length ? keep(shot, buf_text(&object)) : NULL,
		.place = *place_of(shot, tracee, visit),
		.error = -1};
	frame_keep(&attempt->place, &trial->arena);
}

static void
settle_attempt(struct shot *shot, const struct visit *visit, int64_t result)
{
	for (size_t i = shot->trial->attempt_count; i-- > 0;)
		if (shot->attempt_visits[i] == visit->number) {
			shot->trial->attempts[i].error =
				result < 0 ? (int)-result : 0;
			return;
		}
}

/* Here the fault would be: the rest is the user's. */
static bool
let_go(struct shot *shot, struct tracee *tracee)
{
	shot->pass.let_go = tracee_process(tracee);
	shot->pass.let_go_thread = tracee_tid(tracee);
	shot->trial->note = "left to gdb";
	shot->evidence.broken = true;
	tracer_detach_stopped(shot->pass.tracer, tracee);
	return true;
}

static void
note_fault(struct shot *shot, struct tracee *tracee)
{
	shot->evidence.fired = true;
	shot->pass.faults++;
	trace_fire(shot->range->trace, tracee, shot->planned);
}

static bool
enter(void *owner, struct tracee *tracee, struct visit *visit)
{
	struct shot *shot = owner;

	trace_enter(shot->range->trace, tracee, visit,
		    shot->range->trace ? place_of(shot, tracee, visit) : NULL);
	note_creator(shot, tracee, visit);
	if (is_repeat(shot, visit)) {
		note_spared(shot, visit);
		fires[FAULT_ERROR](shot, tracee);
		return true;
	}
	note_attempt(shot, tracee, visit);
	if (!is_point(shot, visit))
		return false;
	shot->evidence.reached = true;
	shot->target = visit->number;
	if (shot->planned->phase == PHASE_RETURN)
		return false;
	if (shot->planned->fault.class == FAULT_ERROR)
		note_spared(shot, visit);
	if (shot->range->gdb)
		return let_go(shot, tracee);
	note_fault(shot, tracee);
	fires[shot->planned->fault.class](shot, tracee);
	return true;
}

/* 0: not known. proc_pid_stat(5). */
static long
thread_count(const struct shot *shot, const struct tracee *tracee)
{
	struct proc_stat stat;

	return proc_stat_read(shot->pass.proc_dir, tracee_process(tracee),
			      &stat)
		       ? stat.threads
		       : 0;
}

static void
signal_now(struct shot *shot, struct tracee *tracee)
{
	uint64_t abort_address = find_abort(shot, tracee);

	note_fault(shot, tracee);
	if (!prepare_signal(shot, tracee)) {
		give_up(shot, no_imitation);
		return;
	}
	if (abort_address)
		tracee_call(tracee, abort_address, 0);
	else
		tracee_signal(tracee, shot->planned->fault.number);
}

static void
leave(void *owner, struct tracee *tracee, const struct visit *visit,
      int64_t result)
{
	struct shot *shot = owner;

	trace_leave(shot->range->trace, tracee, visit, result);
	settle_attempt(shot, visit, result);
	if (!shot->evidence.reached || shot->evidence.fired ||
	    visit->number != shot->target)
		return;
	shot->threads = thread_count(shot, tracee);
	if (shot->range->gdb)
		let_go(shot, tracee);
	else if (shot->steps)
		tracee_step(tracee, shot->steps);
	else
		signal_now(shot, tracee);
}

static void
stepped(void *owner, struct tracee *tracee, unsigned left)
{
	struct shot *shot = owner;

	shot->steps_left = left;
	shot->stopped = name_address(shot, tracee, tracee_pc(tracee));
	signal_now(shot, tracee);
}

static const struct pass_hooks hooks = {
	.enter = enter, .leave = leave, .stepped = stepped};

/* Whose is what is left? */
static void
attribute(struct shot *shot)
{
	const struct ledger *ledger = &shot->pass.ledger;

	for (size_t i = 0; i < shot->trial->left_count; i++) {
		struct leftover *left = &shot->trial->left[i];
		int entry = ledger_find_object(ledger, &left->object);
		size_t creator;

		if (entry < 0)
			continue;
		creator = (size_t)ledger->entries[entry].creator;
		if (creator < shot->creator_room)
			left->created_at = shot->creators[creator];
		left->held = holds_find(&shot->pass.holds, entry, &left->object,
					left->created_at, &shot->range->locks);
	}
}

static void
fill_plan(struct shot *shot)
{
	struct trial *trial = shot->trial;
	char id[TRIAL_SHORT_ID + 1];

	trial_short_id(shot->planned->id, id);
	trial->id = keep(shot, shot->planned->id);
	trial->short_id = keep(shot, id);
	trial->site = keep(shot, shot->site->site.id);
	trial->phase = shot->planned->phase;
	trial->fault = shot->planned->fault;
	trial->policy = shot->planned->policy;
	trial->represents = shot->planned->represents;
}

/* Objects that may be the target's or another's. Returns why, NULL: none. */
static const char *
find_unsure(struct shot *shot)
{
	const struct buf *unsure = &shot->pass.unsure;

	if (unsure->length)
		return keep(shot, buf_text(unsure));
	/* On the host what a killed thread was making may be anybody's. */
	if (!shot->range->station->settings.sandboxed &&
	    lost_is_unsure(&shot->pass.lost))
		return "a thread was killed while it made a set or queue "
		       "without a key: if that is there, it cannot be told "
		       "from those of others; a sandbox can tell";
	return NULL;
}

static void
note_unsure(struct shot *shot)
{
	const char *why = find_unsure(shot);

	if (!why)
		return;
	shot->evidence.unsure = true;
	shot->trial->note = why;
}

/* Whatever the verdict is: that is gone now. */
static void
note_taken(struct shot *shot)
{
	CLEANUP_FREE char *text = NULL;

	if (!shot->pass.taken.length || shot->trial->note)
		return;
	text = mem_printf("the program removed %s, which it had not made",
			  buf_text(&shot->pass.taken));
	shot->trial->note = keep(shot, text);
}

int
shot_run(struct shot *shot, struct err *err)
{
	struct outcome outcome = {.trial = shot->trial};
	struct range *range = shot->range;

	shot->site = &range->golden->sites[shot->planned->site];
	shot->pass.hooks = &hooks;
	shot->pass.owner = shot;
	fill_plan(shot);
	if (station_run(range->station, &shot->pass, range->limit_ms, &outcome,
			err))
		return -1;
	if (outcome.started != TRACER_RUNS) {
		shot->evidence.broken = true;
		shot->trial->note = keep(shot, err->text);
	}
	shot->evidence.hung = outcome.hung;
	shot->evidence.spared = &shot->spared;
	attribute(shot);
	note_unsure(shot);
	note_taken(shot);
	return 0;
}

void
shot_free(struct shot *shot)
{
	pass_free(&shot->pass);
	free(shot->creators);
	free(shot->attempt_visits);
	tally_free(&shot->spared);
}
