/* SPDX-License-Identifier: MIT */
/* run_text.c - what `leakcheck run` says, as text. */
#include <stdint.h>
#include <string.h>

#include "base/style.h"
#include "base/text.h"
#include "leakcheck/cli/commands.h"
#include "leakcheck/cli/run_report.h"
#include "leakcheck/cli/run_words.h"
#include "leakcheck/cli/tell.h"
#include "model/end.h"

/* More than a screen of objects helps nobody; --verbose and --json show all. */
enum { SHOWN = 20, COMMAND_COLUMNS = 200 };

static size_t
shown_columns(const struct run_report *report)
{
	return report->verbose ? SIZE_MAX : COMMAND_COLUMNS;
}

static void
say_maker(const struct run_report *report, const struct run_finding *finding,
	  FILE *out)
{
	const struct maker *maker = &finding->leak->maker;
	CLEANUP_BUF struct buf text = {0};

	if (!maker->command)
		return;
	run_words_add_maker(&text, maker, shown_columns(report));
	fprintf(out, "    made by %s\n", buf_text(&text));
}

static void
say_removal(const struct run_finding *finding, FILE *out)
{
	if (finding->removal == REMOVAL_DONE)
		fprintf(out, "    removed\n");
	if (finding->removal == REMOVAL_FAILED)
		fprintf(out, "    not removed: %s\n", finding->why);
}

static void
say_finding(const struct run_report *report, const struct run_finding *finding,
	    struct names *names, FILE *out)
{
	const struct object *object = finding->leak->object;
	enum style style =
		finding->class == FINDING_LEAK ? STYLE_BAD : STYLE_PLAIN;
	CLEANUP_BUF struct buf text = {0};

	buf_printf(&text, "  %s", style_on(report->color, style));
	object_add_name(&text, object);
	buf_printf(&text, "%s  ", style_off(report->color, style));
	run_words_add_details(&text, object, names);
	fprintf(out, "%s\n", buf_text(&text));
	say_maker(report, finding, out);
	if (finding->rule)
		fprintf(out, "    expected: %s (%s)\n",
			finding->rule->head.reason, finding->rule->head.source);
	say_removal(finding, out);
}

static void
say_class(const struct run_report *report, enum finding_class class, FILE *out)
{
	CLEANUP_NAMES struct names *names = names_new();
	CLEANUP_BUF struct buf count = {0};
	size_t shown = 0;

	if (report->counts[class] == 0)
		return;
	text_add_count(&count, report->counts[class], "object");
	fprintf(out, PROGRAM ": %s %s\n", buf_text(&count),
		run_words_class(class));
	for (size_t i = 0; i < report->count; i++) {
		if (report->findings[i].class != class)
			continue;
		if (shown++ < SHOWN || report->verbose)
			say_finding(report, &report->findings[i], names, out);
	}
	if (shown > SHOWN && !report->verbose)
		fprintf(out, "  ... and %zu more (--verbose shows all)\n",
			shown - SHOWN);
}

static void
say_survivors(const struct run_report *report, FILE *out)
{
	const struct survivors *survivors = &report->run->survivors;
	CLEANUP_BUF struct buf text = {0};

	if (survivors->count == 0)
		return;
	buf_printf(&text, "%zu process%s ", survivors->count,
		   survivors->count == 1 ? "" : "es");
	run_words_add_survival(&text, report);
	fprintf(out, PROGRAM ": %s\n", buf_text(&text));
	for (size_t i = 0; i < survivors->count && i < SHOWN; i++) {
		buf_clear(&text);
		run_words_add_command(&text, survivors->items[i].command,
				      shown_columns(report));
		fprintf(out, "  pid %d: %s\n", survivors->items[i].pid,
			buf_text(&text));
	}
	if (survivors->count > SHOWN)
		fprintf(out, "  ... and %zu more\n", survivors->count - SHOWN);
}

static void
say_limits(const struct run_report *report, FILE *out)
{
	CLEANUP_BUF struct buf text = {0};

	run_words_add_limits(&text, report);
	tell_lines(buf_text(&text), out);
}

/* What follows "the command exited with 0". */
static void
add_verdict(struct buf *into, const struct run_report *report)
{
	size_t leaks = report->counts[FINDING_LEAK];

	if (leaks)
		buf_printf(into, "; exit status %d for the leak%s",
			   report->exit_status, leaks == 1 ? "" : "s");
	else if (report->overruled)
		buf_printf(into, "; exit status %d for --strict",
			   report->exit_status);
	else
		buf_printf(into, " and left nothing %sbehind (%s)",
			   report->counts[FINDING_IGNORED]   ? "unexpected "
			   : report->counts[FINDING_FOREIGN] ? "of its own "
							     : "",
			   report->run->sandboxed ? "in a sandbox"
						  : "on the host");
}

static void
say_summary(const struct run_report *report, FILE *out)
{
	CLEANUP_BUF struct buf text = {0};

	/* That it could not be executed is told as an error. */
	if (report->run->exec_error || (!report->counts[FINDING_LEAK] &&
					!report->overruled && !report->verbose))
		return;
	end_add_text(&text, report->run->status);
	add_verdict(&text, report);
	fprintf(out, PROGRAM ": the command %s\n", buf_text(&text));
}

void
run_report_text(const struct run_report *report, FILE *out)
{
	static const enum finding_class order[] = {
		FINDING_LEAK, FINDING_FOREIGN, FINDING_IGNORED};

	say_limits(report, out);
	say_survivors(report, out);
	for (size_t i = 0; i < ARRAY_LEN(order); i++)
		if (order[i] != FINDING_IGNORED || report->verbose)
			say_class(report, order[i], out);
	say_summary(report, out);
}
