/* SPDX-License-Identifier: MIT */
/* objects.c - a single object as a snapshot would have it. */
#include "tests/support/objects.h"

#include <check.h>
#include <fcntl.h>
#include <mqueue.h>
#include <sys/stat.h>

#include "base/fd.h"
#include "leakcheck/file_status.h"
#include "leakcheck/sysv.h"

static bool
find_id(enum kind kind, int id, struct object *object)
{
	int last = sysv_max_index(kind);

	for (int i = 0; i <= last; i++) {
		*object = (struct object) {.kind = kind};
		if (sysv_at_index(kind, i, object) && object->id == id)
			return true;
	}
	return false;
}

struct object
object_with_id(enum kind kind, int id)
{
	struct object object;

	ck_assert_msg(find_id(kind, id, &object), "there is no %s %d",
		      kind_name(kind), id);
	return object;
}

static bool
find_path(enum kind kind, const char *path, struct statx *status)
{
	CLEANUP_FD int queue = -1;

	if (kind != KIND_POSIX_MQ)
		return file_status_read(AT_FDCWD, path, status) == 0;
	queue = mq_open(path, O_RDONLY);
	return queue >= 0 &&
	       statx(queue, "", AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_BTIME,
		     status) == 0;
}

struct object
object_at(enum kind kind, const char *path)
{
	struct object object = {.kind = kind, .path = path};
	struct statx status;

	ck_assert_msg(find_path(kind, path, &status), "there is no %s %s",
		      kind_name(kind), path);
	file_status_fill(&object, &status);
	object.known |= FIELD_BIT(FIELD_PATH);
	return object;
}

bool
is_there(const struct object *object)
{
	struct object found;
	struct statx status;

	if (kind_identity(object->kind) == BY_ID)
		return find_id(object->kind, object->id, &found);
	return find_path(object->kind, object->path, &status);
}
