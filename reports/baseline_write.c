/* SPDX-License-Identifier: MIT */
/* baseline_write.c - making baselines, and taking out of them what is gone. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "reports/baseline_part.h"
#include "reports/class_id.h"
#include "reports/classes.h"
#include "reports/evidence.h"

static const char head[] =
	"# Findings of ipcrash that are known and do not fail the gate: a "
	"class "
	"a line,\n"
	"# the faults after which it is known, and what it is. "
	"`ipcrash run --baseline` takes\n"
	"# out what is gone, `ipcrash baseline` makes the file anew. See "
	"ipcrash(1).\n";

void
baseline_add_line(struct buf *into, const struct baseline_entry *entry)
{
	buf_add_text(into, entry->class);
	if (entry->lines > 1)
		buf_printf(into, " " BASELINE_LINES "%zu", entry->lines);
	for (size_t i = 0; i < entry->fault_count; i++) {
		buf_add_text(into, " ");
		if (entry->faults[i].window)
			buf_add_text(into, BASELINE_WINDOW);
		fault_format(&entry->faults[i].fault, into);
	}
	if (entry->comment)
		buf_printf(into, "  #%s", entry->comment);
}

static struct baseline_entry *
find_entry(struct baseline *baseline, const char *class)
{
	for (size_t i = 0; i < baseline->count; i++)
		if (strcmp(baseline->items[i].class, class) == 0)
			return &baseline->items[i];
	return NULL;
}

/* " src/pool.c:pool_open:shmget sysv-shm" */
static const char *
comment_of(struct baseline *baseline, const struct leak_class *class)
{
	const struct class_name name = {.kind = class->kind,
					.verdict = class->verdict,
					.created_at = class->created_at};
	CLEANUP_BUF struct buf text = {0};
	CLEANUP_BUF struct buf shown = {0};

	class_id_add_name(&text, &name);
	buf_add_text(&shown, " ");
	text_add_printable(&shown, buf_text(&text), text.length);
	return arena_copy(&baseline->arena, buf_text(&shown), shown.length);
}

/* Known once: as what is left for good, if any trial left it so. */
static void
add_fault(struct baseline *baseline, struct baseline_entry *entry,
	  const struct class_fault *fault)
{
	size_t count = entry->fault_count;
	struct baseline_fault *faults;

	for (size_t i = 0; i < count; i++) {
		if (!fault_equal(&entry->faults[i].fault, &fault->fault))
			continue;
		entry->faults[i].window &= !fault->leaks;
		return;
	}
	faults = arena_alloc(&baseline->arena, (count + 1) * sizeof(*faults));
	if (count)
		memcpy(faults, entry->faults, count * sizeof(*faults));
	faults[count] = (struct baseline_fault) {fault->fault, !fault->leaks};
	entry->faults = faults;
	entry->fault_count++;
}

static void
add_class(struct baseline *baseline, const struct leak_class *class)
{
	struct baseline_entry *entry = find_entry(baseline, class->id);

	if (!entry) {
		baseline->items = mem_grow(baseline->items, baseline->count + 1,
					   sizeof(*baseline->items));
		entry = &baseline->items[baseline->count++];
		*entry = (struct baseline_entry) {
			.comment = comment_of(baseline, class)};
		memcpy(entry->class, class->id, sizeof(entry->class));
	}
	if (entry->lines < class->failing_count)
		entry->lines = class->failing_count;
	for (size_t i = 0; i < class->fault_count; i++)
		if (class->faults[i].gating)
			add_fault(baseline, entry, &class->faults[i]);
}

void
baseline_add(struct baseline *baseline, const struct log *log,
	     const struct classes *classes)
{
	const struct baseline_plan plan = baseline_plan_of(log);

	baseline_widen(baseline, &plan);
	for (size_t i = 0; i < classes->count; i++)
		if (classes->items[i].gating)
			add_class(baseline, &classes->items[i]);
}

static int
compare_faults(const void *left, const void *right)
{
	const struct baseline_fault *a = left;
	const struct baseline_fault *b = right;

	return log_compare_faults(&a->fault, &b->fault);
}

/* By what they are about: a file that is made again changes little. */
static int
compare_entries(const void *left, const void *right)
{
	const struct baseline_entry *a = left;
	const struct baseline_entry *b = right;
	int order = strcmp(a->comment ? a->comment : "",
			   b->comment ? b->comment : "");

	return order ? order : strcmp(a->class, b->class);
}

void
baseline_write(struct buf *into, struct baseline *baseline)
{
	buf_add_text(into, head);
	if (baseline->has_plan)
		buf_printf(into, "plan points=%s equal=%lld\n",
			   points_name(baseline->plan.points),
			   (long long)baseline->plan.equal);
	if (baseline->count)
		qsort(baseline->items, baseline->count,
		      sizeof(*baseline->items), compare_entries);
	for (size_t i = 0; i < baseline->count; i++) {
		struct baseline_entry *entry = &baseline->items[i];

		qsort(entry->faults, entry->fault_count, sizeof(*entry->faults),
		      compare_faults);
		baseline_add_line(into, entry);
		buf_add_text(into, "\n");
	}
}

/* Go over the faults of @entry; *kept has those that remain. */
static void
sift(const struct baseline_entry *entry, const struct evidence *evidence,
     struct baseline_entry *kept, size_t *unseen, size_t *changed)
{
	for (size_t i = 0; i < entry->fault_count; i++) {
		struct baseline_fault fault = entry->faults[i];
		enum finding_state state =
			evidence_ask(evidence, entry->class, &fault.fault);

		*unseen += state == FINDING_UNSEEN;
		if (state == FINDING_GONE) {
			++*changed;
			continue;
		}
		if (state == FINDING_WINDOW && !fault.window) {
			++*changed;
			fault.window = true;
		}
		kept->faults[kept->fault_count++] = fault;
	}
}

/* Append what remains of the line @text with @entry in it. */
static void
tighten_line(const struct baseline_entry *entry, struct evidence *evidence,
	     struct baseline_review *review, const char *text, size_t length,
	     struct buf *into)
{
	CLEANUP_FREE struct baseline_fault *faults =
		mem_alloc(entry->fault_count * sizeof(*faults));
	struct baseline_entry kept = *entry;
	size_t unseen = 0;
	size_t changed = 0;

	kept.faults = faults;
	kept.fault_count = 0;
	evidence_turn_to(evidence, entry->class);
	sift(entry, evidence, &kept, &unseen, &changed);
	review->fixed += kept.fault_count == 0;
	review->better += kept.fault_count && changed;
	review->unseen += unseen > 0;
	if (changed && kept.fault_count) {
		baseline_add_line(into, &kept);
		buf_add_text(into, "\n");
	} else if (!changed) {
		buf_add(into, text, length);
	}
}

void
baseline_tighten(const struct baseline *baseline, const char *text,
		 size_t length, struct evidence *evidence,
		 struct baseline_review *review, struct buf *into)
{
	const char *end = text + length;
	size_t next = 0;

	*review = (struct baseline_review) {
		.why_not = evidence_why_not(evidence->survey.log)};
	if (!review->why_not &&
	    !baseline_is_as_wide(baseline, evidence->survey.log))
		review->why_not = "the baseline was made with --points or "
				  "--equal that try more";
	for (unsigned long number = 1; text < end; number++) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		size_t bytes = newline ? (size_t)(newline - text) + 1
				       : (size_t)(end - text);

		if (review->why_not || next == baseline->count ||
		    baseline->items[next].line != number)
			buf_add(into, text, bytes);
		else
			tighten_line(&baseline->items[next++], evidence, review,
				     text, bytes, into);
		text += bytes;
	}
}
