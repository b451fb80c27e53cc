/* SPDX-License-Identifier: MIT */
/* snapshot.c - what was alive at one moment. */
#include "leakcheck/snapshot.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

struct snapshot *
snapshot_new(void)
{
	return mem_zalloc(sizeof(struct snapshot));
}

void
snapshot_free(struct snapshot *snapshot)
{
	if (!snapshot)
		return;
	for (size_t i = 0; i < snapshot->blind_count; i++) {
		free(snapshot->blind[i].path);
		free(snapshot->blind[i].why);
	}
	for (size_t i = 0; i < snapshot->watched_count; i++)
		free(snapshot->watched[i]);
	free(snapshot->blind);
	free(snapshot->watched);
	object_list_free(&snapshot->objects);
	free(snapshot);
}

void
snapshot_free_ptr(struct snapshot **snapshot)
{
	snapshot_free(*snapshot);
	*snapshot = NULL;
}

void
snapshot_add_blind(struct snapshot *snapshot, unsigned kinds, const char *path,
		   const char *why)
{
	struct blind_spot *spot;

	snapshot->blind = mem_grow(snapshot->blind, snapshot->blind_count + 1,
				   sizeof(*snapshot->blind));
	spot = &snapshot->blind[snapshot->blind_count++];
	spot->kinds = kinds;
	spot->path = path ? mem_strdup(path) : NULL;
	spot->levels = -1;
	spot->why = mem_strdup(why);
}

void
snapshot_add_depth(struct snapshot *snapshot, unsigned kinds, const char *path,
		   unsigned levels, const char *why)
{
	snapshot_add_blind(snapshot, kinds, path, why);
	snapshot->blind[snapshot->blind_count - 1].levels = (int)levels;
}

/* "fifo, unix-socket" */
static void
add_kinds(struct buf *into, unsigned kinds)
{
	const char *comma = "";

	if (kinds == KIND_ALL) {
		buf_add_text(into, "all kinds");
		return;
	}
	for (int i = 0; i < KIND_COUNT; i++) {
		if (!(kinds & KIND_BIT(i)))
			continue;
		buf_printf(into, "%s%s", comma, kind_name((enum kind)i));
		comma = ", ";
	}
}

void
snapshot_add_blind_text(struct buf *into, const struct blind_spot *spot)
{
	add_kinds(into, spot->kinds);
	if (spot->levels >= 0)
		buf_printf(into, " more than %d level%s below ", spot->levels,
			   spot->levels == 1 ? "" : "s");
	else if (spot->path)
		buf_add_text(into, " in ");
	if (spot->path)
		text_add_printable(into, spot->path, strlen(spot->path));
	buf_add_text(into, ": ");
	text_add_printable(into, spot->why, strlen(spot->why));
}

void
snapshot_drop_blind(struct snapshot *snapshot, unsigned kinds)
{
	size_t kept = 0;

	for (size_t i = 0; i < snapshot->blind_count; i++) {
		struct blind_spot *spot = &snapshot->blind[i];

		spot->kinds &= ~kinds;
		if (spot->kinds) {
			snapshot->blind[kept++] = *spot;
			continue;
		}
		free(spot->path);
		free(spot->why);
	}
	snapshot->blind_count = kept;
}

void
snapshot_add_watched(struct snapshot *snapshot, const char *directory)
{
	snapshot->watched =
		mem_grow(snapshot->watched, snapshot->watched_count + 1,
			 sizeof(*snapshot->watched));
	snapshot->watched[snapshot->watched_count++] = mem_strdup(directory);
}

/* The length without the slashes at its end; a file may have any number. */
static size_t
bare_length(const char *directory)
{
	size_t length = strlen(directory);

	while (length > 0 && directory[length - 1] == '/')
		length--;
	return length;
}

bool
path_is_under(const char *path, const char *directory)
{
	size_t length = bare_length(directory);

	return strncmp(path, directory, length) == 0 &&
	       (path[length] == '/' || path[length] == '\0');
}

/* The deepest watched directory that @path is in, NULL when none is. */
static const char *
find_watched(const struct snapshot *snapshot, const char *path)
{
	const char *found = NULL;

	for (size_t i = 0; i < snapshot->watched_count; i++) {
		const char *watched = snapshot->watched[i];

		if (path_is_under(path, watched) &&
		    (!found || bare_length(watched) > bare_length(found)))
			found = watched;
	}
	return found;
}

static bool
is_in_directory(const struct object *object)
{
	return object->kind == KIND_FIFO || object->kind == KIND_UNIX_SOCKET;
}

/* Directories between @directory and what @path, below it, names. */
static int
levels_between(const char *path, const char *directory)
{
	int slashes = 0;

	for (const char *rest = path + bare_length(directory); *rest; rest++)
		slashes += *rest == '/';
	return slashes - 1;
}

/*
 * @watched: the watched directory that the object is in, if any. It was
 * searched for its own sake, whatever is the matter with one above it.
 */
static bool
is_hidden(const struct blind_spot *spot, const struct object *object,
	  const char *watched)
{
	if (!(spot->kinds & KIND_BIT(object->kind)))
		return false;
	if (!spot->path || kind_identity(object->kind) == BY_ID)
		return true;
	if (watched && bare_length(spot->path) < bare_length(watched))
		return false;
	return path_is_under(object->path, spot->path) &&
	       (spot->levels < 0 ||
		levels_between(object->path, spot->path) > spot->levels);
}

const struct blind_spot *
snapshot_hides(const struct snapshot *snapshot, const struct object *object)
{
	const char *watched = is_in_directory(object)
				      ? find_watched(snapshot, object->path)
				      : NULL;

	for (size_t i = 0; i < snapshot->blind_count; i++)
		if (is_hidden(&snapshot->blind[i], object, watched))
			return &snapshot->blind[i];
	return NULL;
}

bool
snapshot_covers(const struct snapshot *snapshot, const struct object *object)
{
	if (!(snapshot->kinds & KIND_BIT(object->kind)))
		return false;
	if (is_in_directory(object) && !find_watched(snapshot, object->path))
		return false;
	return !snapshot_hides(snapshot, object);
}
