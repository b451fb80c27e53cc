/* SPDX-License-Identifier: MIT */
/* clean.c - what to remove and what to keep. */
#include "leakcheck/clean.h"

#include <inttypes.h>

enum { MS_PER_S = 1000 };

int64_t
clean_age_ms(const struct object *object, int64_t now_ms)
{
	int64_t touched = object->ctime;
	int64_t age;

	if (object->used_at > touched)
		touched = object->used_at;
	if (object->left_at > touched)
		touched = object->left_at;
	if (touched == 0)
		return -1;
	/* Whoever owns a file sets its times, to any 64-bit number. */
	if (touched >= now_ms / MS_PER_S)
		return 0;
	if (touched < 0)
		touched = 0;
	/* It was some time within that second. */
	age = now_ms - (touched * MS_PER_S + MS_PER_S - 1);
	return age > 0 ? age : 0;
}

bool
clean_matches(const struct clean_criteria *criteria,
	      const struct object *object, int64_t now_ms)
{
	int64_t age = clean_age_ms(object, now_ms);

	if (!(criteria->kinds & KIND_BIT(object->kind)))
		return false;
	if (criteria->by_owner && (!object_knows(object, FIELD_UID) ||
				   object->uid != criteria->owner))
		return false;
	return age < 0 || age >= criteria->older_than_ms;
}

/* "3 days", in the largest unit of which there is one. */
static void
add_period(struct buf *into, int64_t ms)
{
	static const struct {
		const char *name;
		int64_t ms;
	} units[] = {{"day", 24 * 60 * 60 * 1000},
		     {"hour", 60 * 60 * 1000},
		     {"minute", 60 * 1000},
		     {"second", 1000}};

	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		int64_t count = ms / units[i].ms;

		if (count == 0)
			continue;
		buf_printf(into, "%" PRId64 " %s%s", count, units[i].name,
			   count == 1 ? "" : "s");
		return;
	}
	buf_add_text(into, "less than a second");
}

/* Does the kernel count who has one of these attached, open or bound? */
static bool
can_be_attached(enum kind kind)
{
	return kind != KIND_SYSV_SEM && kind != KIND_SYSV_MSG;
}

/*
 * Is its creator dead? Where the kernel keeps no creator: is nothing alive
 * known to use it, and was it used at all? Else its creator may be about to.
 * Sets and queues are never free while they are there, see inuse.h: an age is
 * asked for besides.
 */
static bool
has_dead_creator(const struct object *object,
		 const struct clean_evidence *evidence)
{
	if (object->kind == KIND_SYSV_SHM)
		return evidence->creator == LIFE_DEAD;
	if (!can_be_attached(object->kind) && evidence->use == USE_IDLE)
		return object->used_at != 0 || object->left_at != 0;
	return evidence->use == USE_FREE;
}

/* Why it must stay: a prefix for the evidence, NULL when it may go. */
static const char *
reason_to_keep(const struct clean_criteria *criteria,
	       const struct object *object,
	       const struct clean_evidence *evidence)
{
	if (evidence->use == USE_BUSY)
		return "in use: ";
	if (evidence->use == USE_UNKNOWN)
		return "may be in use: ";
	if (criteria->dead_creator && !has_dead_creator(object, evidence))
		return "its creator may be alive: ";
	if (evidence->use == USE_IDLE && criteria->older_than_ms < 0)
		return "may be about to be used, --older-than would tell: ";
	if (criteria->unattached && !can_be_attached(object->kind))
		return "not of a kind that is ever attached: ";
	return NULL;
}

bool
clean_removes(const struct clean_criteria *criteria,
	      const struct object *object,
	      const struct clean_evidence *evidence, int64_t now_ms,
	      struct buf *why)
{
	const char *keep = reason_to_keep(criteria, object, evidence);
	int64_t age = clean_age_ms(object, now_ms);

	if (!keep && criteria->older_than_ms >= 0 && age < 0)
		keep = "when it was last used is not known: ";
	if (keep) {
		buf_printf(why, "%s%s", keep, evidence->use_why);
		return false;
	}
	if (evidence->creator == LIFE_DEAD && *evidence->creator_why)
		buf_printf(why, "%s, ", evidence->creator_why);
	buf_add_text(why, evidence->use_why);
	if (age >= 0) {
		buf_add_text(why, ", untouched for ");
		add_period(why, age);
	}
	return true;
}
