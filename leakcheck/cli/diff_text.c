/* SPDX-License-Identifier: MIT */
/* diff_text.c - what `leakcheck diff` says, as text. */
#include "leakcheck/cli/diff_report.h"

#include <string.h>

#include "base/style.h"
#include "leakcheck/cli/commands.h"
#include "leakcheck/cli/names.h"
#include "leakcheck/cli/tell.h"

/* Longer values of semaphore sets are counted and not shown. */
enum { VALUES_SHOWN_MAX = 60 };

/* What the sections have in common while they are printed. */
struct printing {
	const struct diff_report *report;
	struct names *names;
	FILE *out;
};

static void
add_creator(struct buf *into, const struct printing *printing,
	    const struct object *object)
{
	const char *command;
	enum life life;

	if (!object_knows(object, FIELD_CPID) || object->cpid == 0)
		return;
	buf_printf(into, ", creator pid %d", object->cpid);
	if (!printing->report->after_is_now)
		return;
	life = names_process(printing->names, object->cpid, &command);
	if (life == LIFE_DEAD)
		buf_add_text(into, " (dead)");
	else if (*command)
		buf_printf(into, " (%s)", command);
}

static void
add_object(struct buf *into, const struct printing *printing,
	   const struct diff_entry *entry)
{
	const struct object *object = diff_object(entry);

	object_add_details(into, object);
	if (object_knows(object, FIELD_UID))
		buf_printf(into, ", owner %s",
			   names_user(printing->names, object->uid));
	add_creator(into, printing, object);
}

static size_t
count_differences(const struct object *a, const struct object *b)
{
	size_t count = 0;

	for (uint64_t i = 0; i < a->count && i < b->count; i++)
		count += a->values[i] != b->values[i];
	return count;
}

/* "nattch 0 -> 2" */
static void
add_change(struct buf *into, const struct diff_entry *entry, enum field field)
{
	CLEANUP_BUF struct buf before = {0};
	CLEANUP_BUF struct buf after = {0};

	object_add_field(&before, entry->before, field);
	object_add_field(&after, entry->after, field);
	buf_printf(into, "%s ", object_field_name(field));
	if (field == FIELD_VALUES &&
	    before.length + after.length > 2 * VALUES_SHOWN_MAX)
		buf_printf(into, "of %zu semaphores",
			   count_differences(entry->before, entry->after));
	else
		buf_printf(into, "%s -> %s", buf_text(&before),
			   buf_text(&after));
}

static void
add_changes(struct buf *into, const struct printing *printing,
	    const struct diff_entry *entry)
{
	const char *comma = "";

	(void)printing;
	for (int i = 0; i < FIELD_COUNT; i++) {
		if (!(entry->changes & FIELD_BIT((enum field)i)))
			continue;
		buf_add_text(into, comma);
		add_change(into, entry, (enum field)i);
		comma = ", ";
	}
}

static void
add_doubt(struct buf *into, const struct printing *printing,
	  const struct diff_entry *entry)
{
	diff_report_add_doubt(printing->report, into, entry);
}

static const struct section {
	enum diff_class class;
	const char *title;
	enum style style;
	void (*add)(struct buf *into, const struct printing *printing,
		    const struct diff_entry *entry);
} sections[] = {
	{DIFF_REMOVED, "removed", STYLE_PLAIN, add_object},
	{DIFF_CHANGED, "changed", STYLE_PLAIN, add_changes},
	{DIFF_UNSURE, "could not be compared", STYLE_WARN, add_doubt},
	{DIFF_ADDED, "added", STYLE_BAD, add_object},
};

static void
print_title(const struct printing *printing, const char *title, size_t count)
{
	bool color = printing->report->color;

	fprintf(printing->out, "%s%s%s (%zu)\n", style_on(color, STYLE_HEAD),
		title, style_off(color, STYLE_HEAD), count);
}

static void
print_entry(const struct printing *printing, const struct diff_entry *entry,
	    enum style style, const char *text)
{
	bool color = printing->report->color;
	CLEANUP_BUF struct buf name = {0};

	object_add_name(&name, diff_object(entry));
	fprintf(printing->out, "  %s%s%s  %s\n", style_on(color, style),
		buf_text(&name), style_off(color, style), text);
}

static void
print_section(const struct printing *printing, const struct section *section)
{
	const struct diff_report *report = printing->report;
	const struct diff *diff = report->diff;
	CLEANUP_BUF struct buf text = {0};

	if (report->counts[section->class] == 0)
		return;
	print_title(printing, section->title, report->counts[section->class]);
	for (size_t i = 0; i < diff->count; i++) {
		if (diff->entries[i].class != section->class ||
		    report->rules[i])
			continue;
		buf_clear(&text);
		section->add(&text, printing, &diff->entries[i]);
		print_entry(printing, &diff->entries[i], section->style,
			    buf_text(&text));
	}
}

static void
print_expected(const struct printing *printing)
{
	const struct diff_report *report = printing->report;
	CLEANUP_BUF struct buf text = {0};

	if (report->expected == 0)
		return;
	print_title(printing, "expected by an ignore rule", report->expected);
	for (size_t i = 0; i < report->diff->count; i++) {
		const struct rule *rule = report->rules[i];

		if (!rule)
			continue;
		buf_clear(&text);
		buf_printf(&text, "%s (%s)", rule->head.reason,
			   rule->head.source);
		print_entry(printing, &report->diff->entries[i], STYLE_PLAIN,
			    buf_text(&text));
	}
}

static void
print_summary(const struct diff_report *report, FILE *out)
{
	const char *comma = "";

	for (size_t i = 0; i < ARRAY_LEN(sections); i++) {
		const struct section *section = &sections[i];

		if (report->counts[section->class] == 0)
			continue;
		fprintf(out, "%s%zu %s", comma, report->counts[section->class],
			section->title);
		comma = ", ";
	}
	if (report->expected)
		fprintf(out, "%s%zu expected", comma, report->expected);
	else if (!*comma)
		fputs("no difference", out);
	if (report->before->blind_count || report->after->blind_count)
		fputs(", but not all places were looked at", out);
	fputc('\n', out);
}

void
diff_report_text(const struct diff_report *report, FILE *out)
{
	CLEANUP_NAMES struct names *names = names_new();
	const struct printing printing = {
		.report = report, .names = names, .out = out};

	print_expected(&printing);
	for (size_t i = 0; i < ARRAY_LEN(sections); i++)
		print_section(&printing, &sections[i]);
	print_summary(report, out);
}
