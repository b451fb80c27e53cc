/* SPDX-License-Identifier: MIT */
/*
 * junit_names.c - what cases are called.
 *
 * Jenkins shows a tree of packages: what is before the last dot of a class is
 * one. So a class has one dot, behind the target: "server.src/pool_c:f:shmget".
 * GitLab keeps only the first of two cases with the same class and name.
 */
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "reports/junit_part.h"

enum { NAME_MAX_BYTES = 1000 };

/* A class and a name that are taken. */
struct taken {
	const char *class;
	const char *name;
	size_t count; /* of cases that wanted them */
};

static int
compare_taken(const void *left, const void *right)
{
	const struct taken *a = left;
	const struct taken *b = right;
	int order = strcmp(a->class, b->class);

	return order ? order : strcmp(a->name, b->name);
}

static void
add_part(struct buf *into, const char *name)
{
	size_t start = into->length;

	text_add_cut(into, name, NAME_MAX_BYTES);
	for (size_t i = start; i < into->length; i++)
		if (into->data[i] == '.')
			into->data[i] = '_';
}

void
junit_add_class(struct buf *into, const struct results *results,
		const char *group)
{
	add_part(into, results->target[0] ? results->target : results->tool);
	buf_add_text(into, ".");
	add_part(into, group);
}

static const char *
keep(struct junit *junit, const struct buf *text)
{
	return arena_copy(&junit->arena, buf_text(text), text->length);
}

/* The one of the tree that is equal, which is *@wanted if there was none. */
static struct taken *
take(void **tree, struct taken *wanted)
{
	struct taken **found = tsearch(wanted, tree, compare_taken);

	if (!found)
		abort(); /* no memory */
	return *found;
}

/* "SIGTERM", or "SIGTERM (2)" if the class has one of that name. */
static const char *
name_in(struct junit *junit, void **tree, const char *class, const char *name)
{
	struct taken *mine = arena_alloc(&junit->arena, sizeof(*mine));
	struct taken *first;
	CLEANUP_BUF struct buf text = {0};

	text_add_cut(&text, name, NAME_MAX_BYTES);
	*mine = (struct taken) {class, keep(junit, &text), 1};
	first = take(tree, mine);
	for (struct taken *found = first; found != mine;
	     found = take(tree, mine)) {
		buf_clear(&text);
		buf_printf(&text, "%s (%zu)", first->name, ++first->count);
		mine->name = keep(junit, &text);
	}
	return mine->name;
}

static void
forget(void *taken)
{
	(void)taken; /* the arena's */
}

void
junit_name(struct junit *junit)
{
	void *tree = NULL;

	for (size_t i = 0; i < junit->results->case_count; i++) {
		struct junit_case *entry = &junit->cases[i];
		CLEANUP_BUF struct buf class = {0};

		junit_add_class(&class, junit->results, entry->result->group);
		entry->class = keep(junit, &class);
		entry->name = name_in(junit, &tree, entry->class,
				      entry->result->name);
	}
	tdestroy(tree, forget);
}
