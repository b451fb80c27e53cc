/* SPDX-License-Identifier: MIT */
/* suppress_rule.c - a suppression that covers a class, for pasting. */
#include <string.h>

#include "reports/classes.h"
#include "reports/suppress.h"

/* A pattern that matches @text: one word, and safe to show. */
static void
add_literal(struct buf *into, const char *text)
{
	for (; *text; text++) {
		unsigned char byte = (unsigned char)*text;

		if (byte < ' ' || byte >= 0x7f) {
			buf_add_text(into, "?");
			continue;
		}
		if (strchr(" *?[\\", byte))
			buf_add_text(into, "\\");
		buf_add(into, text, 1);
	}
}

static void
add_condition(struct buf *into, const char *name, const char *text)
{
	if (!text || !*text)
		return;
	buf_printf(into, " %s", name);
	add_literal(into, text);
}

/* False: more is needed to tell the place from others. */
static bool
add_place(struct buf *into, const struct site *site)
{
	const struct frame *frame = site ? site_place(site) : NULL;

	if (!frame)
		return false;
	add_condition(into, "file=", frame->file);
	add_condition(into, "func=", frame->function);
	add_condition(into, "call=", site->operation);
	return frame->file && frame->function;
}

static void
add_faults(struct buf *into, const struct leak_class *class)
{
	const char *before = " fault=";

	for (size_t i = 0; i < class->fault_count; i++) {
		if (!class->faults[i].gating)
			continue;
		buf_add_text(into, before);
		fault_format(&class->faults[i].fault, into);
		before = ",";
	}
}

void
suppress_add_rule(struct buf *into, const struct leak_class *class)
{
	bool is_window = class->verdict == VERDICT_WINDOW;

	if (class->kind < KIND_COUNT)
		buf_printf(into, "%s:%s", is_window ? "window" : "leak",
			   kind_name(class->kind));
	else
		buf_add_text(into, verdict_name(class->verdict));
	if (!add_place(into, class->site))
		buf_printf(into, " class=%s", class->id);
	add_faults(into, class);
	buf_add_text(into, "  # " RULE_TODO);
}
