/* SPDX-License-Identifier: MIT */
/* unsearched.c - from many directories to a few blind spots. */
#include "leakcheck/unsearched.h"

#include <stdlib.h>
#include <string.h>

struct unsearched_place {
	const char *path;
	const char *why;
	size_t root_length; /* of the path, without a final slash */
};

void
unsearched_add(struct unsearched *unsearched, const char *path,
	       size_t root_length, const char *why)
{
	if (unsearched->count == unsearched->room) {
		unsearched->room = unsearched->room ? 2 * unsearched->room : 16;
		unsearched->places =
			mem_grow(unsearched->places, unsearched->room,
				 sizeof(*unsearched->places));
	}
	if (root_length > 0 && path[root_length - 1] == '/')
		root_length--;
	unsearched->places[unsearched->count++] = (struct unsearched_place) {
		.path = arena_copy(&unsearched->texts, path, strlen(path)),
		.why = arena_copy(&unsearched->texts, why, strlen(why)),
		.root_length = root_length,
	};
}

static int
compare_places(const void *a, const void *b)
{
	const struct unsearched_place *left = a;
	const struct unsearched_place *right = b;

	return strcmp(left->path, right->path);
}

/* Overlapping roots meet the same directory twice. */
static void
drop_duplicates(struct unsearched *unsearched)
{
	struct unsearched_place *places = unsearched->places;
	size_t kept = 0;

	for (size_t i = 0; i < unsearched->count; i++)
		if (i == 0 ||
		    strcmp(places[i].path, places[kept - 1].path) != 0)
			places[kept++] = places[i];
	unsearched->count = kept;
}

/* How much of the path is its root and @levels names below it. */
static size_t
length_to_level(const struct unsearched_place *place, size_t levels)
{
	const char *end = place->path + place->root_length;

	while (levels-- > 0 && *end == '/')
		end += 1 + strcspn(end + 1, "/");
	return (size_t)(end - place->path);
}

/* The number of places from @first that are one when cut at @levels. */
static size_t
group_size(const struct unsearched *unsearched, size_t first, size_t levels)
{
	const struct unsearched_place *places = unsearched->places;
	size_t length = length_to_level(&places[first], levels);
	size_t next = first + 1;

	while (next < unsearched->count &&
	       length_to_level(&places[next], levels) == length &&
	       !memcmp(places[first].path, places[next].path, length))
		next++;
	return next - first;
}

static size_t
count_groups(const struct unsearched *unsearched, size_t levels)
{
	size_t groups = 0;

	for (size_t i = 0; i < unsearched->count; groups++)
		i += group_size(unsearched, i, levels);
	return groups;
}

static size_t
depth(const struct unsearched_place *place)
{
	size_t levels = 0;

	for (const char *c = place->path + place->root_length; *c; c++)
		levels += *c == '/';
	return levels;
}

/* The deepest level at which there are few enough. */
static size_t
choose_levels(const struct unsearched *unsearched, size_t few, size_t most)
{
	size_t levels = 1;

	for (size_t i = 0; i < unsearched->count; i++) {
		size_t own = depth(&unsearched->places[i]);

		levels = own > levels ? own : levels;
	}
	while (levels > 1 && count_groups(unsearched, levels) > few)
		levels--;
	return levels == 1 && count_groups(unsearched, 1) > most ? 0 : levels;
}

static void
tell_group(const struct unsearched_place *first, size_t count, size_t levels,
	   unsigned kinds, struct snapshot *into)
{
	size_t length = length_to_level(first, levels);
	CLEANUP_FREE char *path = NULL;
	CLEANUP_FREE char *why = NULL;

	if (count == 1) {
		snapshot_add_blind(into, kinds, first->path, first->why);
		return;
	}
	path = length ? mem_printf("%.*s", (int)length, first->path)
		      : mem_strdup("/");
	why = mem_printf("%zu directories below were not searched, the first "
			 "is %s: %s",
			 count, first->path, first->why);
	snapshot_add_blind(into, kinds, path, why);
}

void
unsearched_tell(struct unsearched *unsearched, size_t few, size_t most,
		unsigned kinds, struct snapshot *into)
{
	size_t levels;
	size_t size;

	if (unsearched->count == 0)
		return;
	qsort(unsearched->places, unsearched->count,
	      sizeof(*unsearched->places), compare_places);
	drop_duplicates(unsearched);
	levels = choose_levels(unsearched, few, most);
	for (size_t i = 0; i < unsearched->count; i += size) {
		size = group_size(unsearched, i, levels);
		tell_group(&unsearched->places[i], size, levels, kinds, into);
	}
}

void
unsearched_free(struct unsearched *unsearched)
{
	free(unsearched->places);
	arena_free(&unsearched->texts);
	*unsearched = (struct unsearched) {0};
}
