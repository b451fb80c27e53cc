/* SPDX-License-Identifier: MIT */
/*
 * paths.c - FIFOs and socket paths below the watched directories: fifo(7),
 * unix(7). They are looked at but never opened: that would block, or end the
 * waiting of a program at the other end.
 */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "leakcheck/collector.h"
#include "leakcheck/file_status.h"
#include "leakcheck/walk.h"

static void
found(const struct walk_plan *plan, const struct walk_file *file)
{
	enum kind kind =
		S_ISFIFO(file->status->stx_mode) ? KIND_FIFO : KIND_UNIX_SOCKET;
	struct object_list *list = &plan->into->objects;
	struct object *object = object_list_add(list, kind);

	object_list_set_path(list, object, file->path);
	file_status_fill(object, file->status);
}

/* The length of the first @length bytes of @path without their last name. */
static size_t
parent_length(const char *path, size_t length)
{
	while (length > 0 && path[length - 1] == '/')
		length--;
	while (length > 0 && path[length - 1] != '/')
		length--;
	while (length > 1 && path[length - 1] == '/')
		length--;
	return length;
}

/*
 * Put the names of @rest, which do not exist, behind @path. Returns NULL, or
 * why not: nobody knows yet where ".." would lead.
 */
static const char *
add_names(struct buf *path, const char *rest)
{
	size_t length;

	for (;; rest += length) {
		rest += strspn(rest, "/");
		length = strcspn(rest, "/");
		if (length == 0)
			return NULL;
		if (length == 1 && *rest == '.')
			continue;
		if (length == 2 && !memcmp(rest, "..", 2))
			return "it does not exist, so that nobody can tell "
			       "where \"..\" leads; name it without";
		if (path->length > 1)
			buf_add_text(path, "/");
		buf_add(path, rest, length);
	}
}

static const char *resolve(struct buf *path, const char *directory, int links);

/*
 * Resolve @directory if its first @length bytes are a link to nothing: by what
 * the link says. *why is then the result of it. Returns false for no link.
 */
static bool
resolve_link(struct buf *path, const char *directory, size_t length, int links,
	     const char **why)
{
	char text[PATH_MAX];
	CLEANUP_FREE char *link = mem_printf("%.*s", (int)length, directory);
	CLEANUP_BUF struct buf through = {0};
	ssize_t text_length = readlink(link, text, sizeof(text) - 1);

	if (text_length < 0)
		return false;
	text[text_length] = '\0';
	if (*text != '/' && (length = parent_length(link, length)) > 0)
		buf_printf(&through, "%.*s/", (int)length, link);
	buf_printf(&through, "%s%s", text, directory + strlen(link));
	*why = links > 0 ? resolve(path, buf_text(&through), links - 1)
			 : strerror(ELOOP);
	return true;
}

/*
 * Fill @path with @directory, absolute and without symbolic links, so that one
 * directory has one name in all snapshots. What does not exist yet may exist
 * next time: then what is above it can be resolved, and the rest is names of
 * directories. At most @links links to what does not exist are followed.
 * Returns NULL, or why it cannot be told where that is.
 */
static const char *
resolve(struct buf *path, const char *directory, int links)
{
	size_t length = strlen(directory);
	char *real = realpath(directory, NULL);
	CLEANUP_FREE char *above = NULL;
	const char *why;

	while (!real && length > 0) {
		if (resolve_link(path, directory, length, links, &why))
			return why;
		length = parent_length(directory, length);
		free(above);
		above = length ? mem_printf("%.*s", (int)length, directory)
			       : mem_strdup(".");
		real = realpath(above, NULL);
	}
	if (!real)
		return strerror(errno);
	buf_clear(path);
	buf_add_text(path, real);
	free(real);
	return add_names(path, directory + length);
}

static bool
is_watched(const struct snapshot *snapshot, const char *path)
{
	for (size_t i = 0; i < snapshot->watched_count; i++)
		if (!strcmp(snapshot->watched[i], path))
			return true;
	return false;
}

/* To what is watched, once; or tell why it cannot be searched. */
static void
add_root(const struct walk_plan *plan, const char *directory)
{
	enum { LINKS_MAX = 40 }; /* as many as the kernel follows */
	CLEANUP_BUF struct buf path = {0};
	const char *why = resolve(&path, directory, LINKS_MAX);

	if (why)
		snapshot_add_blind(plan->into, plan->kinds, directory, why);
	else if (!is_watched(plan->into, buf_text(&path)))
		snapshot_add_watched(plan->into, buf_text(&path));
}

int
paths_collect(const struct collect_settings *settings, struct snapshot *into,
	      struct err *err)
{
	const unsigned fifo = KIND_BIT(KIND_FIFO);
	const unsigned socket = KIND_BIT(KIND_UNIX_SOCKET);
	const struct walk_plan plan = {
		.into = into,
		.kinds = settings->kinds & (fifo | socket),
		.types = (settings->kinds & fifo ? WALK_TYPE(DT_FIFO) : 0) |
			 (settings->kinds & socket ? WALK_TYPE(DT_SOCK) : 0),
		.levels = settings->watch_depth,
		.entries = settings->watch_entries,
		.found = found,
	};

	(void)err;
	for (size_t i = 0; i < settings->watch_count; i++)
		add_root(&plan, settings->watch[i]);
	walk_search(&plan, (const char *const *)into->watched,
		    into->watched_count);
	return 0;
}
