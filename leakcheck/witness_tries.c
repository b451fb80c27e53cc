/* SPDX-License-Identifier: MIT */
/* witness_tries.c - what came of calls that make something at a path. */
#include "leakcheck/witness_tries.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "leakcheck/file_status.h"

static bool
look_at(const char *path, struct object *found)
{
	struct statx status;

	if (file_status_read(AT_FDCWD, path, &status))
		return false;
	file_status_fill(found, &status);
	return true;
}

/* Of the directory that @path is in, or of the nearest above it; 0: unknown. */
static uint64_t
mount_of(const char *path)
{
	CLEANUP_FREE char *directory = mem_strdup(path);
	struct statx status = {0};
	char *slash;
	int failed;

	do {
		slash = strrchr(directory, '/');
		if (!slash)
			return 0;
		slash[slash == directory] = '\0';
		failed = statx(AT_FDCWD, directory, AT_NO_AUTOMOUNT,
			       STATX_MNT_ID, &status);
	} while (failed && slash > directory &&
		 (errno == ENOENT || errno == ENOTDIR));
	return status.stx_mask & STATX_MNT_ID ? status.stx_mnt_id : 0;
}

void
path_tries_enter(struct path_log *log, struct path_try *try)
{
	struct path_made *made;

	try->there = (struct object) {0};
	if (look_at(try->path, &try->there))
		made = path_log_there(log, try->kinds, try->path, &try->there);
	else
		made = path_log_add(log, try->kinds, try->path, &try->maker);
	if (try->kinds == PATH_LOG_NODES)
		made->mount = mount_of(try->path);
	try->path = made->path;
}

void
path_tries_add(struct path_tries *tries, const struct path_try *try)
{
	tries->open =
		mem_grow(tries->open, tries->count + 1, sizeof(*tries->open));
	tries->open[tries->count++] = *try;
}

/* Is what it makes there? */
static bool
has_made(const struct path_try *try, struct path_log *log)
{
	struct object now = {0};
	struct path_made *made;

	if (!look_at(try->path, &now) || path_log_is_same(&try->there, &now))
		return false;
	made = path_log_add(log, try->kinds, try->path, &try->maker);
	made->seen = now;
	made->maker.certain = witness_call_is_certain(&try->call);
	return true;
}

int64_t
path_tries_settle(struct path_tries *tries, struct path_log *log, pid_t tid)
{
	int64_t latest_ns = 0;

	for (size_t i = tries->count; i-- > 0;) {
		struct path_try *try = &tries->open[i];
		int64_t until_ns;

		witness_call_ask(&try->call, tid);
		if (has_made(try, log) || try->call.over) {
			*try = tries->open[--tries->count];
			continue;
		}
		until_ns = witness_call_wait(&try->call);
		if (until_ns > latest_ns)
			latest_ns = until_ns;
	}
	return latest_ns;
}

void
path_tries_miss_unmounted(struct path_log *log)
{
	for (size_t i = 0; i < log->count; i++) {
		const struct path_made *made = &log->made[i];
		uint64_t now = made->mount ? mount_of(made->path) : 0;

		if (made->maker.command && now && now != made->mount)
			path_log_miss(log, made->kinds);
	}
}

void
path_tries_free(struct path_tries *tries)
{
	free(tries->open);
	*tries = (struct path_tries) {0};
}
