/* SPDX-License-Identifier: MIT */
/* cmd_list.c - `leakcheck list`: what is alive now. */
#include "base/text.h"
#include "leakcheck/cli/commands.h"
#include "leakcheck/cli/object_table.h"
#include "leakcheck/cli/options.h"
#include "leakcheck/cli/tell.h"
#include "leakcheck/snapshot_file.h"

struct list_options {
	struct scope scope;
	bool json;
	enum term_color color;
};

static const struct cli_option options[] = {
	OPTIONS_SCOPE(struct list_options, scope),
	OPTION_JSON(struct list_options, json),
	OPTION_COLOR(struct list_options, color),
};

/* Print the table of one kind. Returns the first object behind it. */
static size_t
print_kind(const struct object_list *objects, size_t first, struct names *names,
	   bool color)
{
	enum kind kind = objects->items[first].kind;
	CLEANUP_OBJECT_TABLE struct object_table *table =
		object_table_new(kind, NULL, names);
	size_t next = first;

	while (next < objects->count && objects->items[next].kind == kind)
		object_table_add(table, &objects->items[next++], NULL,
				 STYLE_PLAIN);
	object_table_print(table, stdout, color);
	putchar('\n');
	return next;
}

static void
print_tables(const struct snapshot *snapshot, bool color)
{
	const struct object_list *objects = &snapshot->objects;
	CLEANUP_NAMES struct names *names = names_new();
	CLEANUP_BUF struct buf count = {0};

	for (size_t i = 0; i < objects->count;)
		i = print_kind(objects, i, names, color);
	text_add_count(&count, objects->count, "object");
	printf("%s%s\n", buf_text(&count),
	       snapshot->blind_count ? ", but not all places were looked at"
				     : "");
}

static int
list(const struct list_options *settings, struct err *err)
{
	const struct collect_settings collect =
		scope_settings(&settings->scope);
	CLEANUP_SNAPSHOT struct snapshot *snapshot =
		collect_snapshot(&collect, err);

	if (!snapshot)
		return STATUS_INTERNAL;
	scope_tell_missing(&settings->scope, stderr);
	if (settings->json)
		return snapshot_file_write(snapshot, stdout, err) ? STATUS_USAGE
								  : STATUS_OK;
	print_tables(snapshot, term_wants_color(stdout, settings->color));
	if (program_flush(err))
		return STATUS_USAGE;
	tell_blind_spots(snapshot, stderr);
	return STATUS_OK;
}

static int
run(const struct cli_command *self, int argc, char **argv, struct err *err)
{
	struct list_options settings = {0};
	int parsed = options_parse(self, &settings, argc, argv, err);
	int status = parsed < 0 ? STATUS_USAGE : STATUS_OK;

	if (parsed > 0)
		status = list(&settings, err);
	scope_free(&settings.scope);
	return status;
}

const struct cli_command cmd_list = {
	.name = "list",
	.arguments = "[OPTION]...",
	.summary = "show the IPC objects that are alive now",
	.details =
		"A table for each kind of which there are objects. CTIME is "
		"the time of the last change of owner or permissions, which "
		"is mostly that of creation; CPID and CREATOR are the process "
		"that made a segment, LPID, LSPID and LRPID those that used "
		"it last. Control characters in names are shown as escapes.\n"
		"\n"
		"What could not be looked at is said on standard error. With "
		"--json the output is a snapshot, as 'snapshot -o -' writes "
		"it.",
	.options = options,
	.option_count = ARRAY_LEN(options),
	.mixed = true,
	.run = run,
};
