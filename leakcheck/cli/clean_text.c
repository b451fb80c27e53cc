/* SPDX-License-Identifier: MIT */
/* clean_text.c - what `leakcheck clean` says, as text. */
#include "leakcheck/cli/clean_report.h"

#include <assert.h>
#include <string.h>

#include "base/style.h"
#include "base/text.h"
#include "leakcheck/cli/names.h"
#include "leakcheck/cli/tell.h"

static const struct section {
	const char *title;
	enum style style;
} sections[] = {
	[CLEAN_KEPT] = {"kept", STYLE_PLAIN},
	[CLEAN_WOULD_GO] = {"would be removed", STYLE_WARN},
	[CLEAN_GONE] = {"gone already", STYLE_PLAIN},
	[CLEAN_REMOVED] = {"removed", STYLE_GOOD},
	[CLEAN_FAILED] = {"could not be removed", STYLE_BAD},
};
static_assert(ARRAY_LEN(sections) == CLEAN_OUTCOME_COUNT, "a row for each");

static void
print_entry(const struct clean_entry *entry, struct names *names, bool color,
	    FILE *out)
{
	const struct object *object = entry->object;
	enum style style = sections[entry->outcome].style;
	CLEANUP_BUF struct buf text = {0};

	buf_printf(&text, "  %s", style_on(color, style));
	object_add_name(&text, object);
	buf_printf(&text, "%s  ", style_off(color, style));
	object_add_details(&text, object);
	if (object_knows(object, FIELD_UID))
		buf_printf(&text, ", owner %s", names_user(names, object->uid));
	fprintf(out, "%s\n    %s\n", buf_text(&text), entry->why);
	if (entry->error)
		fprintf(out, "    %s\n", entry->error);
}

static void
print_section(const struct clean_report *report, enum clean_outcome outcome,
	      struct names *names, FILE *out)
{
	bool color = report->color;

	if (report->counts[outcome] == 0)
		return;
	fprintf(out, "%s%s%s (%zu)\n", style_on(color, STYLE_HEAD),
		sections[outcome].title, style_off(color, STYLE_HEAD),
		report->counts[outcome]);
	for (size_t i = 0; i < report->count; i++)
		if (report->entries[i].outcome == outcome)
			print_entry(&report->entries[i], names, color, out);
}

static void
print_summary(const struct clean_report *report, FILE *out)
{
	const char *comma = "";

	for (size_t i = 0; i < ARRAY_LEN(sections); i++) {
		if (report->counts[i] == 0)
			continue;
		fprintf(out, "%s%zu %s", comma, report->counts[i],
			sections[i].title);
		comma = ", ";
	}
	if (report->count == 0)
		fputs("nothing to do: no object matches", out);
	else if (report->counts[CLEAN_WOULD_GO] > 0)
		fputs("; nothing was changed, --yes removes", out);
	if (report->snapshot->blind_count > 0)
		fputs(", but not all places were looked at", out);
	fputc('\n', out);
}

void
clean_report_text(const struct clean_report *report, FILE *out)
{
	CLEANUP_NAMES struct names *names = names_new();

	for (int i = 0; i < CLEAN_OUTCOME_COUNT; i++)
		print_section(report, (enum clean_outcome)i, names, out);
	print_summary(report, out);
}
