/* SPDX-License-Identifier: MIT */
/*
 * compare.c - two logs compared.
 *
 *	for each class of the new log: is it in the old one, after which faults?
 *	for each class of the old log that the new one does not show:
 *		was it looked for?
 */
#include "reports/compare.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "reports/evidence.h"

static const char *const names[] = {
	[CHANGE_NEW] = "new",	  [CHANGE_WORSE] = "worse",
	[CHANGE_SAME] = "same",	  [CHANGE_BETTER] = "better",
	[CHANGE_FIXED] = "fixed", [CHANGE_UNSEEN] = "unseen",
};
static_assert(ARRAY_LEN(names) == CHANGE_COUNT, "a name for each");

const char *
change_name(enum change change)
{
	return names[change];
}

static const struct class_fault *
find_fault(const struct leak_class *class, const struct fault *fault)
{
	for (size_t i = 0; class && i < class->fault_count; i++)
		if (fault_equal(&class->faults[i].fault, fault))
			return &class->faults[i];
	return NULL;
}

static bool
is_left(const struct leak_class *class, const struct fault *fault)
{
	const struct class_fault *found = find_fault(class, fault);

	return found && found->first;
}

static bool
is_gating(const struct leak_class *class, const struct fault *fault)
{
	const struct class_fault *found = find_fault(class, fault);

	return found && found->gating;
}

static void
add_fault(struct faults *faults, const struct fault *fault, struct arena *arena)
{
	struct fault *items =
		arena_alloc(arena, (faults->count + 1) * sizeof(*items));

	if (faults->count)
		memcpy(items, faults->items, faults->count * sizeof(*items));
	items[faults->count++] = *fault;
	faults->items = items;
}

/* Those after which @class is left, and @other is not. */
static struct faults
more_than(const struct leak_class *class, const struct leak_class *other,
	  struct arena *arena)
{
	struct faults faults = {0};

	for (size_t i = 0; class && i < class->fault_count; i++) {
		const struct class_fault *fault = &class->faults[i];

		if (fault->first && !is_left(other, &fault->fault))
			add_fault(&faults, &fault->fault, arena);
	}
	return faults;
}

/* Does the gate fail for more lines of it, or after a new fault? */
static bool
is_worse(const struct leak_class *before, const struct leak_class *after)
{
	if (after->failing_count > before->failing_count && before->gating)
		return true;
	for (size_t i = 0; i < after->fault_count; i++)
		if (after->faults[i].gating &&
		    !is_gating(before, &after->faults[i].fault))
			return true;
	return false;
}

/* Did the gate fail for it after one of the faults that it has @lost? */
static bool
is_better(const struct leak_class *before, const struct faults *lost)
{
	for (size_t i = 0; i < lost->count; i++)
		if (is_gating(before, &lost->items[i]))
			return true;
	return false;
}

static struct difference *
add(struct comparison *comparison, enum change change,
    const struct leak_class *before, const struct leak_class *after)
{
	struct difference *item;

	comparison->items = mem_grow(comparison->items, comparison->count + 1,
				     sizeof(*comparison->items));
	item = &comparison->items[comparison->count++];
	*item = (struct difference) {
		.change = change, .before = before, .after = after};
	comparison->counts[change]++;
	return item;
}

/* After which faults of the old log is it gone, as far as the new one knows? */
static struct faults
gone_after(const struct leak_class *before, const struct leak_class *after,
	   struct evidence *evidence, struct arena *arena)
{
	struct faults missing = more_than(before, after, arena);
	struct faults gone = {0};

	evidence_turn_to(evidence, before->id);
	for (size_t i = 0; i < missing.count; i++)
		if (evidence_ask(evidence, before->id, &missing.items[i]) ==
		    FINDING_GONE)
			add_fault(&gone, &missing.items[i], arena);
	return gone;
}

static void
add_present(struct comparison *comparison, const struct leak_class *after,
	    struct evidence *evidence)
{
	const struct leak_class *before =
		classes_find(comparison->old.classes, after->id);
	enum change change = CHANGE_SAME;
	struct faults lost = {0};
	struct difference *item;

	if (before && !comparison->incomplete)
		lost = gone_after(before, after, evidence, &comparison->arena);
	if (!before || (after->gating && !before->gating))
		change = CHANGE_NEW;
	else if (is_worse(before, after))
		change = CHANGE_WORSE;
	else if (is_better(before, &lost))
		change = CHANGE_BETTER;
	item = add(comparison, change, before, after);
	item->gained = more_than(after, before, &comparison->arena);
	item->lost = lost;
}

static const char *
why_unseen(const struct comparison *comparison, bool has_place, bool is_gone)
{
	if (comparison->incomplete)
		return comparison->incomplete;
	if (!has_place)
		return "the new run does not come to its place";
	return is_gone ? NULL
		       : "not all its faults were tried at its points, or "
			 "these trials say nothing";
}

static void
add_absent(struct comparison *comparison, const struct leak_class *before,
	   struct evidence *evidence)
{
	bool has_place = evidence_turn_to(evidence, before->id);
	struct faults left = more_than(before, NULL, &comparison->arena);
	struct faults gone =
		gone_after(before, NULL, evidence, &comparison->arena);
	const char *why =
		why_unseen(comparison, has_place, gone.count == left.count);
	struct difference *item = add(
		comparison, why ? CHANGE_UNSEEN : CHANGE_FIXED, before, NULL);

	item->why = why;
	if (!why)
		item->lost = gone;
}

/* By kind of change, else as they were: qsort(3) is not stable. */
static int
compare_items(const void *left, const void *right)
{
	const struct difference *a = left;
	const struct difference *b = right;
	const struct leak_class *class_a = a->after ? a->after : a->before;
	const struct leak_class *class_b = b->after ? b->after : b->before;

	if (a->change != b->change)
		return a->change < b->change ? -1 : 1;
	if (class_a->gating != class_b->gating)
		return class_a->gating ? -1 : 1;
	return strcmp(class_a->id, class_b->id);
}

void
compare_make(struct comparison *comparison, const struct compared *old,
	     const struct compared *new)
{
	CLEANUP_EVIDENCE struct evidence evidence;

	*comparison = (struct comparison) {
		.old = *old,
		.new = *new,
		.other_target = !record_texts_equal(&old->log->campaign.target,
						    &new->log->campaign.target),
		.incomplete = evidence_why_not(new->log),
	};
	evidence_make(&evidence, new->log);
	for (size_t i = 0; i < new->classes->count; i++)
		add_present(comparison, &new->classes->items[i], &evidence);
	for (size_t i = 0; i < old->classes->count; i++)
		if (!classes_find(new->classes, old->classes->items[i].id))
			add_absent(comparison, &old->classes->items[i],
				   &evidence);
	if (comparison->count)
		qsort(comparison->items, comparison->count,
		      sizeof(*comparison->items), compare_items);
}

void
compare_free(struct comparison *comparison)
{
	free(comparison->items);
	arena_free(&comparison->arena);
	*comparison = (struct comparison) {0};
}

bool
compare_is_worse(const struct comparison *comparison)
{
	for (size_t i = 0; i < comparison->count; i++) {
		const struct difference *item = &comparison->items[i];

		if (item->change <= CHANGE_WORSE && item->after->gating)
			return true;
	}
	return false;
}
