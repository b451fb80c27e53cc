/* SPDX-License-Identifier: MIT */
/* block_class.c - what there is to say of a leak class. */
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "reports/block.h"
#include "reports/rules.h"
#include "reports/words.h"

enum { LIKE_MAX = 20, OTHERS_MAX = 5 };

/* What makes a kind go even after faults after which no code runs. */
static const char *
idiom_of(const struct leak_class *class)
{
	return rules_find(VERDICT_LEAKED, class->kind)->idiom;
}

void
block_add_subject(struct buf *into, const struct leak_class *class)
{
	const char *made = class->kind < KIND_COUNT ? "made" : "fault";

	if (class->kind < KIND_COUNT)
		buf_printf(into, "%s ", kind_name(class->kind));
	else
		buf_printf(into, "%s, ", verdict_tells(class->verdict));
	if (!class->created_at) {
		buf_printf(into, "%s at an unknown place", made);
	} else if (!class->site) {
		buf_printf(into, "%s at ", made);
		text_add_printable(into, class->created_at,
				   strlen(class->created_at));
	} else {
		const struct frame *frame = site_place(class->site);

		buf_printf(into, "%s %s ", made,
			   frame->function && frame->file ? "in" : "at");
		words_add_place(into, frame);
	}
}

typedef bool is_meant(const struct class_fault *fault);

static bool
gates(const struct class_fault *fault)
{
	return fault->leaks && fault->gating;
}

static bool
is_allowed(const struct class_fault *fault)
{
	return fault->leaks && !fault->gating && !fault->known;
}

static bool
is_known(const struct class_fault *fault)
{
	return fault->known;
}

static bool
is_known_leak(const struct class_fault *fault)
{
	return fault->leaks && fault->known;
}

static bool
is_clean(const struct class_fault *fault)
{
	return !fault->first && !fault->stuck;
}

static bool
is_finding(const struct class_fault *fault)
{
	return fault->first;
}

/* "SIGTERM SIGHUP", with @before where there are any. */
static void
add_faults(struct buf *into, const struct leak_class *class, is_meant *meant,
	   const char *before)
{
	for (size_t i = 0; i < class->fault_count; i++) {
		if (!meant(&class->faults[i]))
			continue;
		buf_add_text(into, before);
		fault_format(&class->faults[i].fault, into);
		before = " ";
	}
}

/* Are both told in one line? */
typedef bool is_alike(const struct leak_class *class,
		      const struct class_fault *a, const struct class_fault *b);

static bool
leak_alike(const struct leak_class *class, const struct class_fault *a,
	   const struct class_fault *b)
{
	(void)class;
	return a->gating == b->gating && a->known == b->known &&
	       a->leaks == b->leaks && a->points == b->points &&
	       a->first->phase == b->first->phase &&
	       strcmp(a->first->site, b->first->site) == 0;
}

/*
 * Name @fault and those after it that are told with it. Returns how many, 0
 * when it was told with one before it.
 */
static size_t
add_group(struct buf *into, const struct leak_class *class,
	  const struct class_fault *fault, is_meant *meant, is_alike *alike)
{
	const struct class_fault *end = class->faults + class->fault_count;
	size_t count = 0;

	for (const struct class_fault *other = class->faults; other < end;
	     other++) {
		if (!meant(other) || !alike(class, other, fault))
			continue;
		if (other < fault)
			return 0;
		buf_add_text(into, count++ ? " " : "");
		fault_format(&other->fault, into);
	}
	return count;
}

static void
add_where(struct buf *into, const struct block_source *source,
	  const struct class_fault *fault)
{
	if (fault->leaks == fault->points && fault->points > 1) {
		buf_printf(into, " at all %zu points", fault->points);
		return;
	}
	if (fault->points > 1)
		buf_printf(into, " at %zu of %zu points,", fault->leaks,
			   fault->points);
	if (fault->leaks > 1)
		buf_add_text(into, " first ");
	else
		buf_add_text(into, fault->first->phase == PHASE_BEFORE
					   ? " "
					   : " at ");
	words_add_point(into, source->log, fault->first);
}

/* A line for each group of faults for which the gate fails. */
static void
put_after(struct block *block, const struct leak_class *class,
	  const char *label, is_meant *meant)
{
	for (size_t i = 0; i < class->fault_count; i++) {
		const struct class_fault *fault = &class->faults[i];
		CLEANUP_BUF struct buf text = {0};

		if (!meant(fault) ||
		    !add_group(&text, class, fault, meant, leak_alike))
			continue;
		add_where(&text, block->source, fault);
		block_add(block, label, buf_text(&text));
		label = "";
	}
}

/* After these it is also left, but nobody demands more. */
static void
put_also(struct block *block, const struct leak_class *class)
{
	CLEANUP_BUF struct buf text = {0};

	add_faults(&text, class, is_allowed, "");
	if (text.length == 0)
		return;
	buf_add_text(&text, " (allowed");
	if (class->kind < KIND_COUNT)
		buf_printf(&text, "; %s prevents it", idiom_of(class));
	buf_add_text(&text, ")");
	block_add(block, "also:", buf_text(&text));
}

static bool
known_alike(const struct leak_class *class, const struct class_fault *a,
	    const struct class_fault *b)
{
	(void)class;
	return a->known == b->known;
}

/* What excuses it, after which faults. */
static void
put_known(struct block *block, const struct leak_class *class)
{
	const char *label = "known:";

	for (size_t i = 0; i < class->fault_count; i++) {
		const struct class_fault *fault = &class->faults[i];
		CLEANUP_BUF struct buf text = {0};

		if (!is_known(fault) ||
		    !add_group(&text, class, fault, is_known, known_alike))
			continue;
		buf_add_text(&text, " ");
		known_add_text(&text, fault->known);
		block_add(block, label, buf_text(&text));
		label = "";
	}
}

static void
put_clean(struct block *block, const struct leak_class *class)
{
	CLEANUP_BUF struct buf text = {0};

	add_faults(&text, class, is_clean, "");
	if (text.length)
		block_add(block, "clean:", buf_text(&text));
}

/* From what makes the object to what removes it. */
static void
put_window(struct block *block, const struct leak_class *class)
{
	const struct campaign_object *object = class->object;
	const struct site *released = NULL;
	CLEANUP_BUF struct buf text = {0};

	if (!object || !class->site)
		return;
	if (object->released_at)
		released = log_site(block->source->log, object->released_at);
	words_add_name(&text, class->site->operation);
	buf_add_text(&text, " ");
	words_add_source(&text, site_place(class->site));
	buf_add_text(&text, " ... ");
	if (released) {
		words_add_name(&text, released->operation);
		buf_add_text(&text, " ");
		words_add_source(&text, site_place(released));
	} else {
		buf_add_text(&text, "never removed");
	}
	buf_add_text(&text, ", ");
	text_add_count(&text, class->points, "point");
	block_add(block, "window:", buf_text(&text));
}

static bool
has_gap(const struct class_fault *fault)
{
	return fault->windows > 0;
}

/* The first trial that found the class left for some instructions only. */
static const struct trial *
gap_of(const struct leak_class *class, const struct class_fault *fault)
{
	for (size_t i = 0; i < class->trial_count; i++)
		if (class->trials[i]->verdict == VERDICT_WINDOW &&
		    fault_equal(&class->trials[i]->fault, &fault->fault))
			return class->trials[i];
	return NULL;
}

static bool
is_same_source(const struct frame *a, const struct frame *b)
{
	CLEANUP_BUF struct buf text_a = {0};
	CLEANUP_BUF struct buf text_b = {0};

	site_add_source(&text_a, a);
	site_add_source(&text_b, b);
	return strcmp(buf_text(&text_a), buf_text(&text_b)) == 0;
}

static bool
gaps_alike(const struct leak_class *class, const struct class_fault *a,
	   const struct class_fault *b)
{
	const struct trial *gap_a = gap_of(class, a);
	const struct trial *gap_b = gap_of(class, b);

	return gap_a && gap_b && gap_a->phase == gap_b->phase &&
	       strcmp(gap_a->site, gap_b->site) == 0 &&
	       gap_a->window_instructions == gap_b->window_instructions &&
	       is_same_source(&gap_a->window_closes, &gap_b->window_closes);
}

/* "SIGINT SIGTERM leak for 4 instructions after the return of shmget a.c:4,
 * until a.c:5". False when it was told with a fault before @fault. */
static bool
add_gap(struct buf *into, const struct block_source *source,
	const struct leak_class *class, const struct class_fault *fault)
{
	const struct trial *gap = gap_of(class, fault);
	size_t count =
		gap ? add_group(into, class, fault, has_gap, gaps_alike) : 0;

	if (!count)
		return false;
	buf_add_text(into, count == 1 ? " leaks for " : " leak for ");
	text_add_count(into, gap->window_instructions, "instruction");
	buf_add_text(into, " after the ");
	words_add_point(into, source->log, gap);
	if (gap->window_closes.file || gap->window_closes.module) {
		buf_add_text(into, ", until ");
		words_add_source(into, &gap->window_closes);
	}
	return true;
}

/* What is left for some instructions only. */
static void
put_gaps(struct block *block, const struct leak_class *class)
{
	const char *label = "gap:";

	for (size_t i = 0; i < class->fault_count; i++) {
		CLEANUP_BUF struct buf text = {0};

		if (!add_gap(&text, block->source, class, &class->faults[i]))
			continue;
		block_add(block, label, buf_text(&text));
		label = "";
	}
}

const struct trial *
block_example(const struct leak_class *class)
{
	for (size_t i = 0; i < class->fault_count; i++)
		if (class->faults[i].gating)
			return class->faults[i].first;
	return class->trials[0];
}

/* Are both about runs that hang, or stay, after the same faults? */
static bool
is_like(const struct leak_class *a, const struct leak_class *b)
{
	CLEANUP_BUF struct buf faults_a = {0};
	CLEANUP_BUF struct buf faults_b = {0};

	if (a->kind < KIND_COUNT || a->verdict != b->verdict ||
	    a->gating != b->gating || a->known != b->known)
		return false;
	add_faults(&faults_a, a, is_finding, "");
	add_faults(&faults_b, b, is_finding, "");
	return strcmp(buf_text(&faults_a), buf_text(&faults_b)) == 0;
}

/*
 * Of what hangs or stays: at which other sites the same faults do the same. Of
 * a thousand such sites each would tell the others.
 */
static void
put_like(struct block *block, const struct leak_class *class)
{
	const struct classes *classes = block->source->classes;
	CLEANUP_BUF struct buf text = {0};
	size_t room = block_limit(block, LIKE_MAX);
	size_t count = 0;

	for (const struct leak_class *other = class + 1;
	     other < classes->items + classes->count; other++) {
		if (!is_like(class, other) || count++ >= room)
			continue;
		buf_add_text(&text, text.length ? ", " : "");
		words_add_point(&text, block->source->log,
				block_example(other));
	}
	if (count > room)
		buf_printf(&text, ", and %zu more", count - room);
	if (count)
		block_add(block, "like:", buf_text(&text));
}

/* Other lines of the function whose objects are left, too. */
static void
put_others(struct block *block, const struct leak_class *class)
{
	for (size_t i = 0; i < class->other_count; i++) {
		const struct frame *place = site_place(class->others[i]);
		CLEANUP_BUF struct buf text = {0};

		if (i == block_limit(block, OTHERS_MAX)) {
			buf_printf(&text, "and at %zu more of its lines",
				   class->other_count - i);
			block_add(block, "", buf_text(&text));
			return;
		}
		buf_add_text(&text, "also at ");
		words_add_source(&text, place);
		block_add(block, i ? "" : "made:", buf_text(&text));
		block_add_quote(block, place);
	}
}

/* How to say that this is as it should be. */
static void
put_allow(struct block *block, const struct leak_class *class)
{
	CLEANUP_BUF struct buf rule = {0};

	if (!class->gating)
		return;
	suppress_add_rule(&rule, class);
	block_add(block,
		  "allow:", "with a reason, in a file for --suppressions:");
	block_add_whole(block, "", buf_text(&rule));
}

bool
block_is_told(const struct classes *classes, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (is_like(&classes->items[i], &classes->items[index]))
			return true;
	return false;
}

void
block_add_class(struct block *block, const struct leak_class *class)
{
	const struct trial *example = block_example(class);

	if (class->site)
		block_add_quote(block, site_place(class->site));
	put_others(block, class);
	put_after(block, class, "after:",
		  class->gating	 ? gates
		  : class->known ? is_known_leak
				 : is_allowed);
	if (class->gating || class->known)
		put_also(block, class);
	put_known(block, class);
	put_like(block, class);
	put_gaps(block, class);
	put_clean(block, class);
	put_window(block, class);
	block_add_reasons(block, class);
	block_add_details(block, example, classes_leftover(class, example));
	put_allow(block, class);
}

static size_t
count_like(const struct classes *classes, const struct leak_class *class)
{
	size_t count = 0;

	for (const struct leak_class *other = class + 1;
	     other < classes->items + classes->count; other++)
		count += is_like(class, other);
	return count;
}

static bool
is_left_for_good(const struct class_fault *fault)
{
	return fault->leaks > 0;
}

void
block_add_outcome(struct buf *into, const struct block_source *source,
		  const struct leak_class *class)
{
	const struct trial *trial = block_example(class);
	size_t like = count_like(source->classes, class);
	size_t told = into->length;

	add_faults(into, class, class->known ? is_known : is_left_for_good,
		   ", after ");
	if (like)
		buf_printf(into, "; the same at %zu other%s", like,
			   like == 1 ? "" : "s");
	if (class->gating) {
		buf_add_text(into, "; ");
		words_add_rerun(into, source->folder);
		buf_add_text(into, trial->short_id);
	} else if (class->known) {
		buf_add_text(into, "; ");
		known_add_text(into, class->known);
	} else if (class->verdict == VERDICT_LEAKED) {
		buf_printf(into, " (%s prevents it)", idiom_of(class));
	}
	for (size_t i = 0; i < class->fault_count; i++) {
		CLEANUP_BUF struct buf gap = {0};

		if (add_gap(&gap, source, class, &class->faults[i]))
			buf_printf(into, "%s %s",
				   into->length > told ? ";" : ":",
				   buf_text(&gap));
	}
}
