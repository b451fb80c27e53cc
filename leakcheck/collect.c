/* SPDX-License-Identifier: MIT */
/* collect.c - take a snapshot: run the collectors. */
#include "leakcheck/collect.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "leakcheck/origin.h"

/*
 * A program's own FIFOs and sockets are a few directories down at most, like
 * /tmp/pytest-of-me/pytest-0/test_x0/socket and /run/user/1000/gnupg/S.agent;
 * what is deeper in /tmp are trees of sources and builds. So many entries take
 * about 0.1 s to read.
 */
enum { WATCH_DEPTH = 3, WATCH_ENTRIES = 100000 };

#define POSIX_FILES (KIND_BIT(KIND_POSIX_SHM) | KIND_BIT(KIND_POSIX_SEM))
#define QUEUES	    KIND_BIT(KIND_POSIX_MQ)
#define NODES	    (KIND_BIT(KIND_FIFO) | KIND_BIT(KIND_UNIX_SOCKET))

/* In the order of the kinds, so that little is left to sort. */
static const struct collector collectors[] = {
	{KIND_SYSV, sysv_collect},
	{POSIX_FILES, shmfs_collect},
	{QUEUES, mqueue_collect},
	{NODES, paths_collect},
};
static_assert((KIND_SYSV | POSIX_FILES | QUEUES | NODES) == KIND_ALL,
	      "each kind has a collector");
static_assert(KIND_SYSV + POSIX_FILES + QUEUES + NODES == KIND_ALL,
	      "no kind has two collectors");

/* Where such files are usual. What the environment names is the user's own. */
static const struct {
	const char *path;
	const char *variable;
} usual[] = {
	{.path = "/tmp"},	{.path = "/var/tmp"},
	{.path = "/run"},	{.path = "/dev/shm"},
	{.variable = "TMPDIR"}, {.variable = "XDG_RUNTIME_DIR"},
};

/* A directory that is there and not, by another name, in the list already. */
static bool
is_new_directory(const char *path, const struct stat *seen, size_t count,
		 struct stat *status)
{
	if (!path || *path != '/' || stat(path, status) ||
	    !S_ISDIR(status->st_mode))
		return false;
	for (size_t i = 0; i < count; i++)
		if (seen[i].st_dev == status->st_dev &&
		    seen[i].st_ino == status->st_ino)
			return false;
	return true;
}

struct collect_settings
collect_defaults(void)
{
	/* The library's callers may have threads that ask at the same time. */
	static _Thread_local const char *watch[ARRAY_LEN(usual)];
	struct stat seen[ARRAY_LEN(usual)];
	size_t count = 0;

	for (size_t i = 0; i < ARRAY_LEN(usual); i++) {
		const char *path = usual[i].variable ? getenv(usual[i].variable)
						     : usual[i].path;

		if (is_new_directory(path, seen, count, &seen[count]))
			watch[count++] = path;
	}
	return (struct collect_settings) {.kinds = KIND_ALL,
					  .shm_dir = "/dev/shm",
					  .watch = watch,
					  .watch_count = count,
					  .watch_depth = WATCH_DEPTH,
					  .watch_entries = WATCH_ENTRIES};
}

/*
 * Sort what one collector has added, apart from the many that may be before
 * it. A name may be read twice while others come and go, readdir(3);
 * identifiers are not.
 */
static void
tidy(struct object_list *list, size_t first, unsigned kinds)
{
	struct object_list added = {.items = list->items + first,
				    .count = list->count - first};

	if (added.count < 2)
		return;
	object_list_sort(&added);
	if (kinds & ~KIND_SYSV)
		object_list_unique(&added);
	list->count = first + added.count;
}

static int
run_collectors(const struct collect_settings *settings, struct snapshot *into,
	       struct err *err)
{
	for (size_t i = 0; i < ARRAY_LEN(collectors); i++) {
		size_t first = into->objects.count;

		if (!(settings->kinds & collectors[i].kinds))
			continue;
		if (collectors[i].collect(settings, into, err))
			return err_wrap(err, "taking a snapshot");
		tidy(&into->objects, first, collectors[i].kinds);
	}
	return 0;
}

struct snapshot *
collect_snapshot(const struct collect_settings *settings, struct err *err)
{
	struct snapshot *snapshot = snapshot_new();

	if (!settings->no_origin)
		origin_take(&snapshot->origin);
	snapshot->kinds = settings->kinds;
	if (run_collectors(settings, snapshot, err)) {
		snapshot_free(snapshot);
		return NULL;
	}
	return snapshot;
}
