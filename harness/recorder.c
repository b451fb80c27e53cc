/* SPDX-License-Identifier: MIT */
/* recorder.c - make a golden run. */
#include "harness/recorder.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "harness/names.h"

struct recording {
	struct golden *golden;
	struct pass pass;
	struct names names;
	struct tally tally; /* of calls, of calls in roles, of ids */
	size_t room;
	struct mark *marks;   /* of the sites, by process */
	struct tally threads; /* who has come with that key */
	int64_t started_ns;
};

/* Who it was: 0 nobody, more than one, or a number of the thread's. */
enum { SEVERAL = 1, ONE_OF_MANY = 2 };

static struct site_state *
add_site(struct recording *recording)
{
	struct golden *golden = recording->golden;

	if (golden->site_count == recording->room) {
		recording->room = recording->room ? 2 * recording->room : 32;
		golden->sites = mem_grow(golden->sites, recording->room,
					 sizeof(*golden->sites));
		recording->marks = mem_grow(recording->marks, recording->room,
					    sizeof(*recording->marks));
	}
	golden->sites[golden->site_count] = (struct site_state) {.object = -1};
	return &golden->sites[golden->site_count++];
}

static const char *
keep(struct golden *golden, const char *text)
{
	return arena_copy(&golden->arena, text, strlen(text));
}

static unsigned
count(struct recording *recording, uint64_t a, const char *b, const char *c)
{
	return ++*tally_of(
		&recording->tally,
		tally_mix_text(tally_mix_text(tally_mix(1, a), b), c));
}

enum { COUNT_CALL, COUNT_ROLE_CALL, COUNT_ID };

/* Number it and give it its id. */
static void
identify(struct recording *recording, struct site *site)
{
	CLEANUP_BUF struct buf text = {0};

	site->nth = count(recording, COUNT_CALL, site->call, "");
	site->role_nth =
		count(recording, COUNT_ROLE_CALL, site->call, site->role);
	site->n = 0;
	site_add_id(&text, site);
	site->n = count(recording, COUNT_ID, buf_text(&text), "");
	buf_clear(&text);
	site_add_id(&text, site);
	site->id = keep(recording->golden, buf_text(&text));
}

/*
 * Only where several threads of a process make the same call it takes their
 * roles to tell whose it is. Nothing else depends on which thread works.
 */
static void
note_thread(struct recording *recording, struct tracee *tracee,
	    const struct mark *mark)
{
	const unsigned thread =
		(unsigned)trial_hash(tracee_role(tracee)) | ONE_OF_MANY;
	unsigned *seen = tally_of(&recording->threads, mark->key);

	if (*seen == 0)
		*seen = thread;
	else if (*seen != thread)
		*seen = SEVERAL;
}

static void
choose_marks(struct recording *recording)
{
	for (size_t i = 0; i < recording->golden->site_count; i++) {
		const struct mark *mark = &recording->marks[i];
		struct site_state *state = &recording->golden->sites[i];

		if (tally_get(&recording->threads, mark->key) == SEVERAL)
			continue;
		state->key = mark->key;
		state->key_nth = mark->nth;
	}
}

/*
 * What concerns objects is nested for its own sake: shm_open(3). Where nothing
 * of the program is on the stack of a call that concerns none, it cannot be the
 * program that calls exit() now.
 */
static bool
is_in_library(const struct site_state *state, const struct named_stack *named)
{
	if (!state->row)
		return named->in_library || named->nested;
	return named->in_library ||
	       (state->row->role == ROLE_CONTROL && named->alone);
}

static bool
enter(void *owner, struct tracee *tracee, struct visit *visit)
{
	struct recording *recording = owner;
	const struct named_stack *named;
	struct site_state *state;

	if (visit->again)
		return false;
	named = names_of(&recording->names, recording->pass.stacks, tracee,
			 &visit->stack);
	state = add_site(recording);
	state->at_ns = clock_now_ns() - recording->started_ns;
	state->row = visit->sighting.row;
	state->key = visit->in_thread.key;
	state->key_nth = visit->in_thread.nth;
	recording->marks[visit->number] = visit->in_process;
	note_thread(recording, tracee, &visit->in_process);
	state->live_before = (unsigned)recording->pass.ledger.alive;
	state->live_after = state->live_before;
	state->live_stacks = recording->pass.ledger.alive_stacks;
	state->there = visit->sighting.there;
	state->exiting = named->exiting;
	state->in_library = is_in_library(state, named);
	state->site = (struct site) {
		.role = keep(recording->golden, tracee_role(tracee)),
		.operation = keep(recording->golden, visit_operation(visit)),
		.call = keep(recording->golden, visit_call(visit)),
		.kind = visit->sighting.kind,
		.action = state->row ? state->row->action : ACTION_OTHER,
		.frames = named->frames,
		.frame_count = named->count,
		.place = named->place,
		.stack = visit->stack.hash};
	identify(recording, &state->site);
	return false;
}

static void
leave(void *owner, struct tracee *tracee, const struct visit *visit,
      int64_t result)
{
	struct recording *recording = owner;
	struct site_state *state = &recording->golden->sites[visit->number];

	(void)tracee;
	state->returned = true;
	state->result = result;
	state->live_after = (unsigned)recording->pass.ledger.alive;
	state->object = visit->entry;
}

static const struct pass_hooks hooks = {.enter = enter, .leave = leave};

static void
keep_lifetimes(struct golden *golden, const struct ledger *ledger)
{
	golden->lifetimes =
		mem_zalloc((ledger->count + 1) * sizeof(*golden->lifetimes));
	golden->lifetime_count = ledger->count;
	for (size_t i = 0; i < ledger->count; i++) {
		const struct entry *entry = &ledger->entries[i];

		golden->lifetimes[i] = (struct lifetime) {
			.kind = entry->kind,
			.id = entry->id,
			.path = entry->path ? keep(golden, entry->path) : NULL,
			.created = entry->creator,
			.released = entry->alive ? NO_SITE : entry->releaser};
	}
}

static void
keep_locks(struct golden *golden, const struct holds *holds)
{
	size_t bytes = holds->lock_count * sizeof(*golden->locks);

	golden->locks = mem_alloc(bytes);
	golden->lock_count = holds->lock_count;
	if (bytes)
		memcpy(golden->locks, holds->locks, bytes);
}

/* Whose is what is left? */
static void
attribute(struct golden *golden, const struct pass *pass)
{
	const struct ledger *ledger = &pass->ledger;

	for (size_t i = 0; i < golden->end.left_count; i++) {
		struct leftover *left = &golden->end.left[i];
		int entry = ledger_find_object(ledger, &left->object);

		if (entry < 0)
			continue;
		left->created_at =
			golden->sites[ledger->entries[entry].creator].site.id;
		left->held = holds_find(&pass->holds, entry, &left->object,
					left->created_at, NULL);
	}
}

int
recorder_run(struct station *station, int64_t limit_ms, struct golden *golden,
	     enum tracer_start *started, struct err *err)
{
	struct recording recording = {.golden = golden,
				      .started_ns = clock_now_ns()};
	struct outcome outcome = {.trial = &golden->end};
	int failed;

	*golden = (struct golden) {0};
	recording.pass.hooks = &hooks;
	recording.pass.owner = &recording;
	failed = station_run(station, &recording.pass, limit_ms, &outcome, err);
	*started = outcome.started;
	golden->status = outcome.status;
	golden->duration_ns = outcome.duration_ns;
	golden->hung = outcome.hung;
	golden->stopped_by =
		outcome.stopped ? station->settings.stop_signal : 0;
	golden->cautions = recording.pass.cautions;
	choose_marks(&recording);
	if (recording.pass.unsure.length)
		golden->cautions |= CAUTION_BIT(CAUTION_UNSURE);
	if (recording.pass.taken.length)
		golden->cautions |= CAUTION_BIT(CAUTION_TAKES);
	keep_lifetimes(golden, &recording.pass.ledger);
	keep_locks(golden, &recording.pass.holds);
	attribute(golden, &recording.pass);
	golden->arena_frames = recording.names.arena;
	recording.names.arena = (struct arena) {0};
	names_free(&recording.names);
	tally_free(&recording.tally);
	tally_free(&recording.threads);
	free(recording.marks);
	pass_free(&recording.pass);
	return failed || outcome.started != TRACER_RUNS ? -1 : 0;
}
