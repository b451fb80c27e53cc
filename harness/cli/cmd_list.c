/* SPDX-License-Identifier: MIT */
/* cmd_list.c - `ipcrash list`: sites and windows, without a fault. */
#include <string.h>

#include "base/table.h"
#include "base/term.h"
#include "base/text.h"
#include "harness/cli/commands.h"
#include "harness/cli/options.h"
#include "harness/cli/tell.h"

struct list_options {
	struct campaign_settings settings;
	enum term_color color;
};

#define MEMBER(name) offsetof(struct list_options, name)

static const struct cli_option options[] = {
	{"points", 0, "WHICH",
	 "Where: ipc (the default) or syscalls; see 'run'.",
	 options_take_points, MEMBER(settings.plan.points)},
	OPTIONS_TARGET(struct list_options, settings),
	OPTION_COLOR(struct list_options, color),
};

static void
add_source(struct table *table, const struct site *site)
{
	CLEANUP_BUF struct buf source = {0};
	CLEANUP_BUF struct buf text = {0};

	site_add_source(&source, site_place(site));
	text_add_printable(&text, buf_text(&source), source.length);
	table_add(table, STYLE_PLAIN, buf_text(&text));
}

static void
add_number(struct table *table, unsigned number)
{
	CLEANUP_BUF struct buf text = {0};

	if (number)
		buf_printf(&text, "%u", number);
	table_add(table, STYLE_PLAIN, buf_text(&text));
}

static void
print_sites(const struct golden *golden, bool color)
{
	static const struct table_column columns[] = {
		{"SITE", TABLE_LEFT},	{"KIND", TABLE_LEFT},
		{"ACTION", TABLE_LEFT}, {"ALIVE", TABLE_RIGHT},
		{"SOURCE", TABLE_LEFT},
	};
	CLEANUP_TABLE struct table *table =
		table_new(columns, ARRAY_LEN(columns));

	for (size_t i = 0; i < golden->site_count; i++) {
		const struct site_state *state = &golden->sites[i];
		const struct site *site = &state->site;

		table_add(table, STYLE_PLAIN, site->id);
		table_add(table, STYLE_PLAIN,
			  site->kind < KIND_COUNT ? kind_name(site->kind) : "");
		table_add(table, STYLE_PLAIN, action_name(site->action));
		add_number(table, state->live_after);
		add_source(table, site);
	}
	table_print(table, stdout, 0, color);
}

/* Of all sites, whatever was planned there. */
static void
add_span(struct buf *into, const struct golden *golden,
	 const struct lifetime *lifetime)
{
	int end = lifetime->released == NO_SITE ? (int)golden->site_count
						: lifetime->released;

	text_add_count(into, (size_t)(end - lifetime->created) - 1, "site");
	buf_add_text(into, " between");
}

static void
print_windows(const struct golden *golden, bool color)
{
	static const struct table_column columns[] = {
		{"KIND", TABLE_LEFT},
		{"MADE AT", TABLE_LEFT},
		{"REMOVED AT", TABLE_LEFT},
		{"WINDOW", TABLE_LEFT},
	};
	CLEANUP_TABLE struct table *table =
		table_new(columns, ARRAY_LEN(columns));

	for (size_t i = 0; i < golden->lifetime_count; i++) {
		const struct lifetime *lifetime = &golden->lifetimes[i];
		CLEANUP_BUF struct buf span = {0};

		if (lifetime->created == NO_SITE)
			continue;
		table_add(table, STYLE_PLAIN, kind_name(lifetime->kind));
		table_add(table, STYLE_PLAIN,
			  golden->sites[lifetime->created].site.id);
		if (lifetime->released == NO_SITE)
			table_add(table, STYLE_WARN, "never");
		else
			table_add(table, STYLE_PLAIN,
				  golden->sites[lifetime->released].site.id);
		add_span(&span, golden, lifetime);
		table_add(table, STYLE_PLAIN, buf_text(&span));
	}
	table_print(table, stdout, 0, color);
}

static enum status
show(const struct campaign *campaign, const struct list_options *given,
     struct err *err)
{
	const struct golden *golden = &campaign->golden;
	bool color = term_wants_color(stdout, given->color);
	CLEANUP_BUF struct buf count = {0};

	if (campaign->state == CAMPAIGN_STOPPED)
		return tell_stopped(campaign, stderr);
	if (!golden->site_count)
		return tell_no_sites(campaign, stderr);
	print_sites(golden, color);
	putchar('\n');
	print_windows(golden, color);
	text_add_count(&count, golden->site_count, "site");
	buf_add_text(&count, ", ");
	text_add_count(&count, golden->lifetime_count, "object");
	printf("\n%s, %s\n", buf_text(&count),
	       campaign->sandboxed ? "in a sandbox" : "on the host");
	if (campaign->differs[0])
		printf("two runs differ: %s\n", campaign->differs);
	tell_cautions(campaign, "", stdout);
	return program_flush(err) ? STATUS_USAGE : STATUS_OK;
}

static enum status
list(struct list_options *given, struct err *err)
{
	const struct campaign_watcher nobody = {0};
	struct campaign campaign = {0};
	enum status status;

	/* A run that leaks has sites and windows, too. */
	given->settings.list_only = true;
	given->settings.allow_leaky = true;
	if (campaign_run(&campaign, &given->settings, &nobody, err))
		status = tell_failure(&campaign, err);
	else
		status = show(&campaign, given, err);
	campaign_free(&campaign);
	return status;
}

static int
run(const struct cli_command *self, int argc, char **argv, struct err *err)
{
	struct list_options given = {.settings = options_defaults()};
	int first = cli_parse(self, PROGRAM, &given, argc, argv, err);
	int status = STATUS_USAGE;

	if (first == 0)
		status = STATUS_OK;
	else if (first > 0 &&
		 !options_finish(self, &given.settings, argv + first, err))
		status = list(&given, err);
	options_free(&given.settings);
	return status;
}

const struct cli_command cmd_list = {
	.name = "list",
	.arguments = "[OPTION]... [--] COMMAND [ARG]...",
	.summary = "show where a command makes, uses and removes IPC objects",
	.details = "Runs COMMAND without a fault and shows its sites, in their "
		   "order, and the window of each object: from the call that "
		   "makes it to the call that removes it. ALIVE is how many "
		   "objects are there after the call.\n"
		   "\n"
		   "Exit status: 0; 2 wrong usage; 4 there is no site; 70, 77, "
		   "126 and 127 as of 'run'.",
	.options = options,
	.option_count = ARRAY_LEN(options),
	.run = run,
};
