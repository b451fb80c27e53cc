/* SPDX-License-Identifier: MIT */
/*
 * plan.c - which faults at which points.
 *
 *	cells   each fault at each point where something can come of it
 *	picked  those that --only and --skip leave
 *	groups  cells that are equal: of each a few are tried
 *	items   what is tried; at --max-trials a sample of that
 *
 * Two points are equal when the same call stack makes the same call while
 * objects of the same makers are alive. Of how many that are only the power of
 * two counts: a loop that makes ten thousand objects does the same all the
 * time, but may meet a limit of its own at any size.
 */
#include "harness/plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "harness/picker.h"
#include "harness/plan_faults.h"
#include "harness/sample.h"
#include "harness/tally.h"

enum { PHASES = PHASE_RETURN + 1 };

/* One fault at one point. */
struct cell {
	int site;
	enum phase phase;
	unsigned fault; /* of the draft */
	unsigned group; /* of cells that are equal to it */
	bool picked;
};

struct group {
	unsigned size; /* picked cells */
	unsigned seen; /* of them, while they are gone through */
};

/* A plan in the making. */
struct draft {
	const struct golden *golden;
	const struct plan_settings *settings;
	struct plan_faults faults;
	struct picker picker;
	struct cell *cells;
	size_t count, room;
	size_t barred;	      /* picked, but plan_fault_is_barred() */
	struct tally numbers; /* of kinds of points, from 1 */
	struct group *groups; /* by kind of point, then fault */
	size_t group_room;
};

static void
draft_free(struct draft *draft)
{
	plan_faults_free(&draft->faults);
	picker_free(&draft->picker);
	tally_free(&draft->numbers);
	free(draft->cells);
	free(draft->groups);
}
#define CLEANUP_DRAFT CLEANUP(draft_free)

/* What does not come in each run would rather not be reached in a trial. */
static bool
is_site(const struct draft *draft, const struct site_state *state)
{
	return !state->unstable &&
	       (state->row || draft->settings->points == POINTS_SYSCALLS);
}

/* 0, 1, 2, 2, 3, 3, 3, 3, ...: how many bits it has. */
static unsigned
magnitude(unsigned number)
{
	unsigned bits = 0;

	for (; number > 0; number >>= 1)
		bits++;
	return bits;
}

/* Threads that run the same code are alike, so their numbers do not count. */
static uint64_t
mix_role(uint64_t key, const char *role)
{
	for (const char *byte = role; *byte; byte++) {
		key = tally_mix(key, (unsigned char)*byte);
		if (*byte == 't')
			byte += strspn(byte + 1, "0123456789");
	}
	return key;
}

/* Equal for equal points. */
static uint64_t
point_key(const struct site_state *state, enum phase phase)
{
	uint64_t key = tally_mix(tally_mix(0, state->site.stack), phase);

	key = tally_mix_text(key, state->site.operation);
	key = tally_mix(key, state->site.action);
	key = tally_mix(key, state->result < 0);
	key = mix_role(key, state->site.role);
	key = tally_mix(key, state->live_stacks);
	key = tally_mix(key, magnitude(state->live_before));
	return tally_mix(key, magnitude(state->live_after));
}

/* The number of the first group of this kind of point. */
static unsigned
find_groups(struct draft *draft, const struct site_state *state,
	    enum phase phase)
{
	unsigned *number = tally_of(&draft->numbers, point_key(state, phase));
	size_t used = draft->numbers.used * draft->faults.count;

	if (*number == 0)
		*number = (unsigned)draft->numbers.used;
	if (used > draft->group_room) {
		size_t room = 2 * used;

		draft->groups =
			mem_grow(draft->groups, room, sizeof(*draft->groups));
		memset(draft->groups + draft->group_room, 0,
		       (room - draft->group_room) * sizeof(*draft->groups));
		draft->group_room = room;
	}
	return (*number - 1) * (unsigned)draft->faults.count;
}

static void
add_cell(struct draft *draft, const struct cell *cell)
{
	if (draft->count == draft->room) {
		draft->room = draft->room ? 2 * draft->room : 64;
		draft->cells = mem_grow(draft->cells, draft->room,
					sizeof(*draft->cells));
	}
	draft->cells[draft->count++] = *cell;
	draft->groups[cell->group].size += cell->picked;
}

/* All faults at one point. Returns true when there are any. */
static bool
draft_point(struct draft *draft, int site, enum phase phase)
{
	const struct site_state *state = &draft->golden->sites[site];
	unsigned groups = find_groups(draft, state, phase);
	size_t count = draft->count;

	for (unsigned i = 0; i < draft->faults.count; i++) {
		const struct plan_fault *item = &draft->faults.items[i];
		struct cell cell = {site, phase, i, groups + i, false};
		bool barred = plan_fault_is_barred(item, state, phase);

		if (!barred && !plan_fault_applies(item, state, phase))
			continue;
		cell.picked = picker_wants(&draft->picker, state->site.id,
					   phase, &item->fault);
		if (barred)
			draft->barred += cell.picked;
		else
			add_cell(draft, &cell);
	}
	return draft->count > count;
}

static void
draft_sites(struct draft *draft, struct plan *plan)
{
	for (size_t i = 0; i < draft->golden->site_count; i++) {
		if (!is_site(draft, &draft->golden->sites[i]))
			continue;
		for (int phase = 0; phase < PHASES; phase++)
			plan->points +=
				draft_point(draft, (int)i, (enum phase)phase);
	}
	plan->cells = draft->count;
	plan->in_library = draft->barred;
}

/*
 * Of a group the first ones and the last are tried; the first of all stands for
 * those that are not. Returns for how many cells the @nth (from 1) stands.
 */
static unsigned
find_share(unsigned size, unsigned nth, unsigned limit)
{
	unsigned tried = limit && limit < size ? limit : size;
	bool is_tried = nth < tried || (nth == size && tried > 1);

	if (nth == 1)
		return size - tried + 1;
	return is_tried ? 1 : 0;
}

static void
add_cell_id(struct buf *into, const struct draft *draft,
	    const struct cell *cell)
{
	trial_add_id(into, draft->golden->sites[cell->site].site.id,
		     cell->phase, &draft->faults.items[cell->fault].fault);
}

static void
add_item(struct plan *plan, const struct draft *draft, const struct cell *cell,
	 unsigned represents)
{
	const struct plan_fault *fault = &draft->faults.items[cell->fault];
	CLEANUP_BUF struct buf id = {0};

	add_cell_id(&id, draft, cell);
	plan->items[plan->count++] = (struct planned) {
		.site = cell->site,
		.phase = cell->phase,
		.fault = fault->fault,
		.policy = fault->policy,
		.represents = represents,
		.id = arena_copy(&plan->arena, id.data, id.length),
	};
}

static void
add_items(struct plan *plan, struct draft *draft)
{
	unsigned limit = draft->settings->repeat_equal;

	plan->items = mem_alloc(draft->count * sizeof(*plan->items));
	for (size_t i = 0; i < draft->count; i++) {
		const struct cell *cell = &draft->cells[i];
		struct group *group = &draft->groups[cell->group];
		unsigned share;

		if (!cell->picked) {
			plan->unpicked++;
			continue;
		}
		share = find_share(group->size, ++group->seen, limit);
		if (share > 0)
			add_item(plan, draft, cell, share);
	}
	plan->items = mem_grow(plan->items, plan->count, sizeof(*plan->items));
}

/* The id of a trial that @pattern was perhaps meant for. */
static void
find_like(const struct draft *draft, const char *pattern, struct buf *best)
{
	CLEANUP_BUF struct buf id = {0};
	size_t most = 0;

	for (size_t i = 0; i < draft->count; i++) {
		size_t likeness;

		buf_clear(&id);
		add_cell_id(&id, draft, &draft->cells[i]);
		likeness = picker_likeness(pattern, buf_text(&id));
		if (best->length && likeness <= most)
			continue;
		most = likeness;
		buf_clear(best);
		buf_add_text(best, buf_text(&id));
	}
}

/* Without trials nothing can match: that there are none says more. */
static int
check_patterns(const struct draft *draft, struct err *err)
{
	const char *pattern = picker_unmatched(&draft->picker);
	CLEANUP_BUF struct buf like = {0};
	CLEANUP_BUF struct buf shown = {0};

	if (!pattern || draft->count == 0)
		return 0;
	find_like(draft, pattern, &like);
	text_add_printable(&shown, pattern, strlen(pattern));
	return err_set(err, 0,
		       "no trial and no site is called like '%s'; the nearest "
		       "trial is '%s'",
		       buf_text(&shown), buf_text(&like));
}

int
plan_make(struct plan *plan, const struct golden *golden,
	  const struct plan_settings *settings, struct err *err)
{
	CLEANUP_DRAFT struct draft draft = {.golden = golden,
					    .settings = settings};

	*plan = (struct plan) {0};
	if (plan_faults_make(&draft.faults, settings, err))
		return -1;
	picker_init(&draft.picker, &settings->only, &settings->skip);
	draft_sites(&draft, plan);
	if (check_patterns(&draft, err)) {
		plan_free(plan);
		return -1;
	}
	add_items(plan, &draft);
	if (settings->max_trials)
		sample_plan(plan, settings->max_trials, settings->seed);
	return 0;
}

void
plan_free(struct plan *plan)
{
	free(plan->items);
	arena_free(&plan->arena);
	*plan = (struct plan) {0};
}
