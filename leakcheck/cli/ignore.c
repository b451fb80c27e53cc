/* SPDX-License-Identifier: MIT */
/* ignore.c - the ignore rules of a command line. */
#include "leakcheck/cli/ignore.h"

#include <errno.h>
#include <fcntl.h>

#include "base/clock.h"
#include "base/fd.h"
#include "leakcheck/cli/names.h"
#include "leakcheck/cli/tell.h"
#include "leakcheck/snapshot_file.h"

static int
load_file(struct ignore *ignore, const struct rule_world *world,
	  const char *path, struct err *err)
{
	CLEANUP_BUF struct buf text = {0};

	if (fd_read_file(AT_FDCWD, path, &text))
		return err_set(err, errno, "cannot read the ignore file %s",
			       path);
	return rule_list_parse(&ignore->list, world, path, buf_text(&text),
			       text.length, err);
}

int
ignore_load(struct ignore *ignore, struct err *err)
{
	const struct rule_world world = {.today = clock_today(),
					 .find_user = names_find_user};
	CLEANUP_BUF struct buf text = {0};

	/* A line each, so that "--ignore:2" names the second one. */
	for (size_t i = 0; i < ignore->rules.count; i++)
		buf_printf(&text, "%s\n", ignore->rules.items[i]);
	if (rule_list_parse(&ignore->list, &world, "--ignore", buf_text(&text),
			    text.length, err))
		return -1;
	for (size_t i = 0; i < ignore->files.count; i++)
		if (load_file(ignore, &world, ignore->files.items[i], err))
			return -1;
	return 0;
}

void
ignore_free(struct ignore *ignore)
{
	cli_texts_free(&ignore->rules);
	cli_texts_free(&ignore->files);
	rule_list_free(&ignore->list);
}

void
ignore_add_idle(struct buf *into, const struct ignore *ignore)
{
	for (size_t i = 0; i < ignore->list.count; i++) {
		const struct rule *rule = &ignore->list.items[i];

		if (rule->head.expired || rule->uses == 0)
			buf_printf(into, "this ignore rule %s: %s (%s)\n",
				   rule->head.expired ? "has expired"
						      : "matched nothing",
				   rule->head.text, rule->head.source);
	}
}

void
ignore_tell_idle(const struct ignore *ignore, FILE *out)
{
	CLEANUP_BUF struct buf text = {0};

	ignore_add_idle(&text, ignore);
	tell_lines(buf_text(&text), out);
}

int
ignore_put_idle(const struct ignore *ignore, FILE *out, struct err *err)
{
	for (size_t i = 0; i < ignore->list.count; i++) {
		const struct rule *rule = &ignore->list.items[i];

		if (rule->uses == 0 &&
		    snapshot_file_put(json_pack("{s:s,s:s,s:s,s:s}", "type",
						"idle_rule", "rule",
						rule->head.text, "source",
						rule->head.source, "why",
						rule->head.expired ? "expired"
								   : "unused"),
				      out, err))
			return -1;
	}
	return 0;
}
