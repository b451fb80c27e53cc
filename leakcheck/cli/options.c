/* SPDX-License-Identifier: MIT */
/* options.c - options that several commands have. */
#include "leakcheck/cli/options.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

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

int
option_take_color(const struct cli_option *option, void *settings,
		  const char *value, struct err *err)
{
	if (term_color_parse(value, (enum term_color *)((char *)settings +
							option->offset)))
		return 0;
	return err_set(err, 0, "'%s' is none of auto, always and never", value);
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
void
scope_tell_missing(const struct scope *scope, FILE *out)
{
	for (size_t i = 0; i < scope->watch.count; i++) {
		const char *path = scope->watch.items[i];
		CLEANUP_BUF struct buf shown = {0};

		if (access(path, F_OK) == 0 || errno != ENOENT)
			continue;
		text_add_printable(&shown, path, strlen(path));
		fprintf(out, PROGRAM ": --watch: %s: %s\n", buf_text(&shown),
			strerror(ENOENT));
	}
}
