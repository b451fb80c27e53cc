/* SPDX-License-Identifier: MIT */
/* class_id.c - what a leak class is called. */
#include "reports/class_id.h"

#include <string.h>

/* "src/pool.c:pool_open:shmget" of "0.1/src/pool.c:pool_open:shmget:3". */
static void
add_line_of(struct buf *into, const char *site)
{
	size_t role = site_role_length(site);
	const char *start = site + role + (role > 0);
	const char *end = strrchr(start, ':');

	buf_add(into, start, end ? (size_t)(end - start) : strlen(start));
}

void
class_id_add_name(struct buf *into, const struct class_name *name)
{
	if (name->created_at)
		add_line_of(into, name->created_at);
	buf_printf(into, " %s",
		   name->kind < KIND_COUNT ? kind_name(name->kind)
					   : verdict_name(name->verdict));
}

int
class_id_check(const char *word, struct err *err)
{
	if (trial_is_short_id(word))
		return 0;
	return err_set(err, 0, "'%s' is no class such as 31c3022a", word);
}

void
class_id_make(const struct class_name *name, char id[TRIAL_SHORT_ID + 1])
{
	CLEANUP_BUF struct buf text = {0};

	class_id_add_name(&text, name);
	trial_short_id(buf_text(&text), id);
}
