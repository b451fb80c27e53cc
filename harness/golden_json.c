/* SPDX-License-Identifier: MIT */
/* golden_json.c - a golden run on its way from the scout to the campaign. */
#include "harness/golden_json.h"

#include <stdbool.h>
#include <string.h>

#include "model/object_json.h"
#include "model/site_json.h"
#include "model/trial_json.h"

/* -1 is none. */
static bool
is_index(int index, size_t count)
{
	return index >= -1 && (index < 0 || (size_t)index < count);
}

/* 64 bits that jansson's signed integers hold as they are. */
static json_int_t
signed_bits(uint64_t bits)
{
	return (json_int_t)bits;
}

static json_t *
state_to_json(const struct site_state *state)
{
	json_t *json = site_to_json(&state->site);

	json_object_set_new(
		json, "state",
		json_pack("[i,I,i,I,b,i,i,I,b,b,b,i,b,I]",
			  state->row ? (int)(state->row - call_rows) : -1,
			  signed_bits(state->key), (int)state->key_nth,
			  (json_int_t)state->result, state->returned,
			  (int)state->live_before, (int)state->live_after,
			  signed_bits(state->live_stacks), state->exiting,
			  state->unstable, state->in_library, state->object,
			  state->there, (json_int_t)state->at_ns));
	return json;
}

static int
state_from_json(struct golden *golden, struct site_state *state,
		const json_t *json, struct err *err)
{
	int row, key_nth, returned, before, after, exiting, unstable, library,
		there;
	json_int_t key, result, stacks, at_ns;

	if (site_from_json(&state->site, json, &golden->arena, err))
		return -1;
	if (json_unpack((json_t *)json_object_get(json, "state"),
			"[i,I,i,I,b,i,i,I,b,b,b,i,b,I]", &row, &key, &key_nth,
			&result, &returned, &before, &after, &stacks, &exiting,
			&unstable, &library, &state->object, &there, &at_ns) ||
	    !is_index(row, call_row_count) ||
	    !is_index(state->object, golden->lifetime_count))
		return err_set(err, 0, "a golden run with a site of no state");
	state->row = row < 0 ? NULL : &call_rows[row];
	state->key = (uint64_t)key;
	state->key_nth = (unsigned)key_nth;
	state->result = result;
	state->returned = returned;
	state->live_before = (unsigned)before;
	state->live_after = (unsigned)after;
	state->live_stacks = (uint64_t)stacks;
	state->exiting = exiting;
	state->unstable = unstable;
	state->in_library = library;
	state->there = there;
	state->at_ns = at_ns;
	return 0;
}

static json_t *
lifetime_to_json(const struct lifetime *lifetime)
{
	json_t *json =
		json_pack("{s:i,s:i,s:i,s:i}", "kind", (int)lifetime->kind,
			  "id", lifetime->id, "created", lifetime->created,
			  "released", lifetime->released);

	if (lifetime->path)
		object_json_set_bytes(json, "path", lifetime->path);
	return json;
}

/* A lifetime begins at a site; its end may be none. */
static int
lifetime_from_json(struct golden *golden, struct lifetime *lifetime,
		   const json_t *json, struct err *err)
{
	CLEANUP_BUF struct buf path = {0};
	int kind;

	if (json_unpack((json_t *)json, "{s:i,s:i,s:i,s:i}", "kind", &kind,
			"id", &lifetime->id, "created", &lifetime->created,
			"released", &lifetime->released) ||
	    kind < 0 || kind >= KIND_COUNT || lifetime->created < 0 ||
	    !is_index(lifetime->created, golden->site_count) ||
	    !is_index(lifetime->released, golden->site_count))
		return err_set(err, 0, "a golden run with half a lifetime");
	lifetime->kind = (enum kind)kind;
	if (!json_object_get(json, "path"))
		return 0;
	if (object_json_get_bytes(json, "path", &path, err))
		return -1;
	lifetime->path =
		arena_copy(&golden->arena, buf_text(&path), path.length);
	return 0;
}

static json_t *
locks_to_json(const struct golden *golden)
{
	json_t *locks = json_array();

	for (size_t i = 0; i < golden->lock_count; i++)
		json_array_append_new(locks,
				      json_pack("[i,i]", golden->locks[i].set,
						(int)golden->locks[i].number));
	return locks;
}

static int
locks_from_json(struct golden *golden, const json_t *locks, struct err *err)
{
	golden->lock_count = json_array_size(locks);
	golden->locks =
		mem_zalloc((golden->lock_count + 1) * sizeof(*golden->locks));
	for (size_t i = 0; i < golden->lock_count; i++) {
		struct hold_lock *lock = &golden->locks[i];
		int number;

		if (json_unpack(json_array_get(locks, i), "[i,i]", &lock->set,
				&number) ||
		    lock->set < 0 ||
		    !is_index(lock->set, golden->lifetime_count))
			return err_set(err, 0,
				       "a golden run with a lock of no set");
		lock->number = (unsigned)number;
	}
	return 0;
}

json_t *
golden_to_json(const struct golden *golden)
{
	json_t *sites = json_array();
	json_t *lifetimes = json_array();

	for (size_t i = 0; i < golden->site_count; i++)
		json_array_append_new(sites, state_to_json(&golden->sites[i]));
	for (size_t i = 0; i < golden->lifetime_count; i++)
		json_array_append_new(lifetimes,
				      lifetime_to_json(&golden->lifetimes[i]));
	return json_pack("{s:o,s:o,s:o,s:i,s:I,s:b,s:i,s:i,s:o}", "sites",
			 sites, "lifetimes", lifetimes, "locks",
			 locks_to_json(golden), "status", golden->status, "ns",
			 (json_int_t)golden->duration_ns, "hung", golden->hung,
			 "stopped_by", golden->stopped_by, "cautions",
			 (int)golden->cautions, "end",
			 trial_to_json(&golden->end));
}

static int
fill(struct golden *golden, const json_t *sites, const json_t *lifetimes,
     struct err *err)
{
	golden->site_count = json_array_size(sites);
	golden->sites =
		mem_zalloc((golden->site_count + 1) * sizeof(*golden->sites));
	golden->lifetime_count = json_array_size(lifetimes);
	golden->lifetimes = mem_zalloc((golden->lifetime_count + 1) *
				       sizeof(*golden->lifetimes));
	for (size_t i = 0; i < golden->site_count; i++)
		if (state_from_json(golden, &golden->sites[i],
				    json_array_get(sites, i), err))
			return -1;
	for (size_t i = 0; i < golden->lifetime_count; i++)
		if (lifetime_from_json(golden, &golden->lifetimes[i],
				       json_array_get(lifetimes, i), err))
			return -1;
	return 0;
}

int
golden_from_json(struct golden *golden, const json_t *json, struct err *err)
{
	json_t *sites, *lifetimes, *locks, *end;
	json_int_t ns;
	int hung, cautions;

	*golden = (struct golden) {0};
	if (json_unpack((json_t *)json, "{s:o,s:o,s:o,s:i,s:I,s:b,s:i,s:i,s:o}",
			"sites", &sites, "lifetimes", &lifetimes, "locks",
			&locks, "status", &golden->status, "ns", &ns, "hung",
			&hung, "stopped_by", &golden->stopped_by, "cautions",
			&cautions, "end", &end))
		return err_set(err, 0, "this is no golden run");
	golden->duration_ns = ns;
	golden->hung = hung;
	golden->cautions = (unsigned)cautions;
	if (fill(golden, sites, lifetimes, err) ||
	    locks_from_json(golden, locks, err))
		return -1;
	return trial_from_json(&golden->end, end, &golden->end.arena, err);
}
