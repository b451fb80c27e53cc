/* SPDX-License-Identifier: MIT */
/* run_text.c - what `leakcheck run` says, as text. */
#include <stdint.h>
#include <string.h>

#include "base/style.h"
#include "base/text.h"
#include "leakcheck/cli/commands.h"
#include "leakcheck/cli/names.h"
#include "leakcheck/cli/run_report.h"
#include "leakcheck/cli/tell.h"
#include "model/end.h"

/* More than a screen of objects helps nobody; --verbose and --json show all. */
enum { SHOWN = 20, COMMAND_COLUMNS = 200 };

static const char *const headings[] = {
	[FINDING_LEAK] = "left behind",
	[FINDING_FOREIGN] = "that appeared meanwhile, creator unknown",
	[FINDING_IGNORED] = "expected by an ignore rule",
};

/* The begin of a command line says what it is; a script in it goes on long. */
static void
say_command(const struct run_report *report, const char *command, FILE *out)
{
	size_t shown = report->verbose ? SIZE_MAX : COMMAND_COLUMNS;

	if (strlen(command) > shown)
		fprintf(out, "%.*s ...\n", (int)shown, command);
	else
		fprintf(out, "%s\n", command);
}

static void
say_maker(const struct run_report *report, const struct finding *finding,
	  FILE *out)
{
	const struct maker *maker = &finding->leak->maker;

	if (!maker->command)
		return;
	if (maker->pid)
		fprintf(out, "    made by pid %d: ", maker->pid);
	else
		fprintf(out, "    made by one of several processes, such as: ");
	say_command(report, maker->command, out);
}

static void
say_removal(const struct finding *finding, FILE *out)
{
	if (finding->removal == REMOVAL_DONE)
		fprintf(out, "    removed\n");
	if (finding->removal == REMOVAL_FAILED)
		fprintf(out, "    not removed: %s\n", finding->why);
}

static void
say_finding(const struct run_report *report, const struct finding *finding,
	    struct names *names, FILE *out)
{
	const struct object *object = finding->leak->object;
	enum style style =
		finding->class == FINDING_LEAK ? STYLE_BAD : STYLE_PLAIN;
	CLEANUP_BUF struct buf text = {0};

	buf_printf(&text, "  %s", style_on(report->color, style));
	object_add_name(&text, object);
	buf_printf(&text, "%s  ", style_off(report->color, style));
	object_add_details(&text, object);
	if (object_knows(object, FIELD_UID))
		buf_printf(&text, ", owner %s", names_user(names, object->uid));
	fprintf(out, "%s\n", buf_text(&text));
	say_maker(report, finding, out);
	if (finding->rule)
		fprintf(out, "    expected: %s (%s)\n", finding->rule->reason,
			finding->rule->source);
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
	fprintf(out, PROGRAM ": %s %s\n", buf_text(&count), headings[class]);
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
	CLEANUP_BUF struct buf count = {0};

	if (survivors->count == 0)
		return;
	buf_printf(&count, "%zu process%s", survivors->count,
		   survivors->count == 1 ? "" : "es");
	if (report->run->interrupted)
		fprintf(out, PROGRAM ": %s outlived the command, ended now\n",
			buf_text(&count));
	else
		fprintf(out,
			PROGRAM ": %s outlived the command by %.3g s, "
				"ended now (--settle waits longer)\n",
			buf_text(&count), (double)report->settle_ms / 1000);
	for (size_t i = 0; i < survivors->count && i < SHOWN; i++) {
		fprintf(out, "  pid %d: ", survivors->items[i].pid);
		say_command(report, survivors->items[i].command, out);
	}
	if (survivors->count > SHOWN)
		fprintf(out, "  ... and %zu more\n", survivors->count - SHOWN);
}

static void
say_limits(const struct run_report *report, FILE *out)
{
	const struct run *run = report->run;

	if (run->refused.text[0])
		fprintf(out, PROGRAM ": not in a sandbox but on the host: %s\n",
			run->refused.text);
	if (run->unwitnessed.text[0])
		fprintf(out, PROGRAM ": who makes objects was not seen: %s\n",
			run->unwitnessed.text);
	if (run->missed)
		fprintf(out,
			PROGRAM ": %zu call%s made something at a path that "
				"could not be followed; FIFOs and sockets "
				"there were not looked at\n",
			run->missed, run->missed == 1 ? "" : "s");
	tell_blind_spots(run->after, out);
	ignore_tell_idle(report->ignore, out);
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
	if (report->run->exec_error ||
	    (!report->counts[FINDING_LEAK] && !report->overruled &&
	     !report->verbose))
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
