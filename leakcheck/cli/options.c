/* SPDX-License-Identifier: MIT */
/* options.c - options that several commands have. */
#include "leakcheck/cli/options.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/nearest.h"
#include "base/text.h"
#include "leakcheck/cli/commands.h"

int
option_take_kind(const struct cli_option *option, void *settings,
		 const char *value, struct err *err)
{
	unsigned *kinds = (unsigned *)((char *)settings + option->offset);
	struct nearest nearest = {.word = value};
	CLEANUP_BUF struct buf names = {0};
	enum kind kind;

	if (kind_parse(value, &kind)) {
		*kinds |= KIND_BIT(kind);
		return 0;
	}
	for (int i = 0; i < KIND_COUNT; i++) {
		const char *name = kind_name((enum kind)i);

		nearest_offer(&nearest, name);
		buf_printf(&names, "%s%s", i ? ", " : "", name);
	}
	if (nearest.best)
		return err_set(err, 0, "'%s' is no kind (did you mean '%s'?)",
			       value, nearest.best);
	return err_set(err, 0, "'%s' is no kind, there are %s", value,
		       buf_text(&names));
}

struct collect_settings
scope_settings(const struct scope *scope)
{
	struct collect_settings settings = collect_defaults();

	if (scope->kinds)
		settings.kinds = scope->kinds;
	if (scope->watch.count) {
		settings.watch = scope->watch.items;
		settings.watch_count = scope->watch.count;
	}
	return settings;
}

void
scope_free(struct scope *scope)
{
	cli_texts_free(&scope->watch);
}

/* What is there and cannot be searched is a blind spot of the snapshot. */
struct cli_texts
scope_missing(const struct cli_texts *directories)
{
	struct cli_texts missing = {.items = mem_alloc(directories->count *
						       sizeof(*missing.items))};

	for (size_t i = 0; i < directories->count; i++)
		if (access(directories->items[i], F_OK) && errno == ENOENT)
			missing.items[missing.count++] = directories->items[i];
	return missing;
}

void
scope_tell_missing(const struct scope *scope, FILE *out)
{
	CLEANUP(cli_texts_free)
	struct cli_texts missing = scope_missing(&scope->watch);

	for (size_t i = 0; i < missing.count; i++) {
		CLEANUP_BUF struct buf shown = {0};

		text_add_printable(&shown, missing.items[i],
				   strlen(missing.items[i]));
		fprintf(out, PROGRAM ": --watch: %s: %s\n", buf_text(&shown),
			strerror(ENOENT));
	}
}

int
options_parse(const struct cli_command *command, void *settings, int argc,
	      char **argv, struct err *err)
{
	int first = cli_parse(command, PROGRAM, settings, argc, argv, err);

	if (first <= 0 || first == argc)
		return first;
	return err_set(
		err, 0,
		"%s: unexpected argument '%s'; the usage is: " PROGRAM " %s %s",
		command->name, argv[first], command->name, command->arguments);
}
