/* SPDX-License-Identifier: MIT */
/*
 * compare_show.c - what is told of a comparison, as text and as JSON:
 *
 *	NEW       sysv-shm made in pool_open() at src/pool.c:42, after SIGTERM
 *	fixed     posix-sem made in lock_init() at src/lock.c:7
 *	------------
 *	  Change  1 new, 1 fixed, 3 the same
 */
#include <errno.h>
#include <jansson.h>
#include <string.h>

#include "base/style.h"
#include "base/text.h"
#include "reports/block.h"
#include "reports/compare.h"
#include "reports/text_part.h"

/* Upper case fails. */
static const struct {
	const char *word;
	const char *warning; /* where the gate does not fail for it */
	const char *counted;
	enum style style;
} words[] = {
	[CHANGE_NEW] = {"NEW", "new", "new", STYLE_BAD},
	[CHANGE_WORSE] = {"WORSE", "worse", "worse", STYLE_BAD},
	[CHANGE_SAME] = {"same", "same", "the same", STYLE_PLAIN},
	[CHANGE_BETTER] = {"better", "better", "better", STYLE_GOOD},
	[CHANGE_FIXED] = {"fixed", "fixed", "fixed", STYLE_GOOD},
	[CHANGE_UNSEEN] = {"not seen", "not seen", "not seen", STYLE_WARN},
};

static const struct leak_class *
class_of(const struct difference *item)
{
	return item->after ? item->after : item->before;
}

static void
add_faults(struct buf *into, const char *before, const struct faults *faults)
{
	for (size_t i = 0; i < faults->count; i++) {
		buf_add_text(into, i ? " " : before);
		fault_format(&faults->items[i], into);
	}
}

static void
add_difference(struct buf *into, const struct difference *item)
{
	const struct leak_class *class = class_of(item);

	block_add_subject(into, class);
	if (item->after)
		add_faults(into,
			   item->before ? "; now also after " : ", after ",
			   &item->gained);
	if (item->after)
		add_faults(into, "; no longer after ", &item->lost);
	if (item->before && item->after &&
	    item->after->failing_count > item->before->failing_count)
		buf_printf(into, "; now %zu of its lines leave it, were %zu",
			   item->after->failing_count,
			   item->before->failing_count);
	if (item->why)
		buf_printf(into, ": %s", item->why);
	buf_printf(into, "  (class %s%s)", class->id,
		   class->gating ? "" : ", a warning");
}

static void
put_difference(const struct difference *item, bool color, FILE *out)
{
	bool gates = class_of(item)->gating;
	const char *word =
		gates ? words[item->change].word : words[item->change].warning;
	enum style style = gates ? words[item->change].style : STYLE_PLAIN;
	CLEANUP_BUF struct buf text = {0};
	CLEANUP_BUF struct buf lines = {0};

	add_difference(&text, item);
	text_add_wrapped(&lines, buf_text(&text), text.length, LABEL_WIDTH,
			 PAGE_WIDTH);
	fprintf(out, "%s%s%s%*s%s\n", style_on(color, style), word,
		style_off(color, style), LABEL_WIDTH - (int)strlen(word), "",
		buf_text(&lines));
}

static void
put_note(const char *text, FILE *out)
{
	CLEANUP_BUF struct buf lines = {0};

	text_add_wrapped(&lines, text, strlen(text), LABEL_WIDTH, PAGE_WIDTH);
	fprintf(out, "note:     %s\n", buf_text(&lines));
}

static void
put_notes(const struct comparison *comparison, FILE *out)
{
	CLEANUP_BUF struct buf text = {0};

	if (comparison->other_target)
		put_note("the logs are of two different commands", out);
	if (!comparison->incomplete)
		return;
	buf_printf(&text, "the new log is no reason to call anything fixed: %s",
		   comparison->incomplete);
	put_note(buf_text(&text), out);
}

static void
put_counts(const struct comparison *comparison, FILE *out)
{
	const char *before = "";

	fprintf(out, "------------\n  Change  ");
	for (int i = 0; i < CHANGE_COUNT; i++) {
		if (!comparison->counts[i])
			continue;
		fprintf(out, "%s%zu %s", before, comparison->counts[i],
			words[i].counted);
		before = ", ";
	}
	fprintf(out, "%s\n", *before ? "" : "no finding in either");
}

void
compare_text(const struct comparison *comparison,
	     const struct compare_settings *settings, FILE *out)
{
	for (size_t i = 0; i < comparison->count; i++) {
		const struct difference *item = &comparison->items[i];

		if (item->change != CHANGE_SAME || item->gained.count ||
		    item->lost.count || settings->verbose)
			put_difference(item, settings->color, out);
	}
	put_notes(comparison, out);
	put_counts(comparison, out);
}

static int
put_json(json_t *json, FILE *out, struct err *err)
{
	CLEANUP_FREE char *line = json_dumps(json, JSON_COMPACT);

	json_decref(json);
	if (fprintf(out, "%s\n", line) < 0)
		return err_set(err, errno, "cannot write");
	return 0;
}

static json_t *
faults_to_json(const struct faults *faults)
{
	json_t *list = json_array();

	for (size_t i = 0; i < faults->count; i++) {
		CLEANUP_BUF struct buf name = {0};

		fault_format(&faults->items[i], &name);
		json_array_append_new(list, json_string(buf_text(&name)));
	}
	return list;
}

static json_t *
difference_to_json(const struct difference *item)
{
	const struct leak_class *class = class_of(item);
	json_t *json = json_pack(
		"{s:s,s:s,s:s,s:s,s:b,s:o,s:o}", "type", "difference", "change",
		change_name(item->change), "class", class->id, "verdict",
		verdict_name(class->verdict), "gating", class->gating, "gained",
		faults_to_json(&item->gained), "lost",
		faults_to_json(&item->lost));

	if (class->kind < KIND_COUNT)
		json_object_set_new(json, "kind",
				    json_string(kind_name(class->kind)));
	if (class->created_at) {
		CLEANUP_BUF struct buf name = {0};

		text_add_printable(&name, class->created_at,
				   strlen(class->created_at));
		json_object_set_new(json, "created_at",
				    json_string(buf_text(&name)));
	}
	if (item->why)
		json_object_set_new(json, "why", json_string(item->why));
	return json;
}

int
compare_json(const struct comparison *comparison, FILE *out, struct err *err)
{
	json_t *counts = json_object();
	json_t *end;

	for (size_t i = 0; i < comparison->count; i++)
		if (put_json(difference_to_json(&comparison->items[i]), out,
			     err)) {
			json_decref(counts);
			return -1;
		}
	for (int i = 0; i < CHANGE_COUNT; i++)
		json_object_set_new(
			counts, change_name((enum change)i),
			json_integer((json_int_t)comparison->counts[i]));
	end = json_pack("{s:s,s:o,s:b,s:b}", "type", "comparison", "counts",
			counts, "worse", compare_is_worse(comparison),
			"other_target", comparison->other_target);
	if (comparison->incomplete)
		json_object_set_new(end, "incomplete",
				    json_string(comparison->incomplete));
	return put_json(end, out, err);
}
