/* SPDX-License-Identifier: MIT */
/* look.c - look at one named thing. */
#include "leakcheck/look.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <string.h>
#include <sys/stat.h>

#include "leakcheck/file_status.h"

#define NODES (KIND_BIT(KIND_FIFO) | KIND_BIT(KIND_UNIX_SOCKET))

/*
 * A queue that may not be opened has no inode here, so it would not count as
 * the same. A linear search: few queues are made, and few of them are left.
 */
static bool
has_queue(const struct snapshot *snapshot, const char *name)
{
	for (size_t i = 0; i < snapshot->objects.count; i++) {
		const struct object *object = &snapshot->objects.items[i];

		if (object->kind == KIND_POSIX_MQ &&
		    !strcmp(object->path, name))
			return true;
	}
	return false;
}

static struct object *
add(struct snapshot *into, enum kind kind, const char *path)
{
	struct object *object = object_list_add(&into->objects, kind);

	object_list_set_path(&into->objects, object, path);
	return object;
}

bool
look_at_path(struct snapshot *into, const char *path)
{
	struct statx status;
	enum kind kind;

	if (file_status_read(AT_FDCWD, path, &status)) {
		if (errno != ENOENT && errno != ENOTDIR)
			snapshot_add_blind(into, into->kinds & NODES, path,
					   strerror(errno));
		return false;
	}
	if (S_ISFIFO(status.stx_mode))
		kind = KIND_FIFO;
	else if (S_ISSOCK(status.stx_mode))
		kind = KIND_UNIX_SOCKET;
	else
		return false;
	if (!(into->kinds & KIND_BIT(kind)))
		return false;
	file_status_fill(add(into, kind, path), &status);
	return true;
}

/*
 * mq_open(3) with O_RDONLY takes nothing out. EACCES says that there is a
 * queue, only not ours to read.
 */
bool
look_at_queue(struct snapshot *into, const char *name)
{
	mqd_t queue = mq_open(name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct statx status;
	struct mq_attr attributes;
	struct object *object;

	if ((queue < 0 && errno != EACCES) ||
	    !(into->kinds & KIND_BIT(KIND_POSIX_MQ)))
		goto out;
	if (has_queue(into, name))
		goto found;
	object = add(into, KIND_POSIX_MQ, name);
	if (queue < 0)
		goto found;
	/* A descriptor of a queue is one of a file: mq_overview(7). */
	if (file_status_read(queue, "", &status) == 0)
		file_status_fill(object, &status);
	if (mq_getattr(queue, &attributes) == 0) {
		object->count = (uint64_t)attributes.mq_curmsgs;
		object->known |= FIELD_BIT(FIELD_MESSAGES);
	}
found:
	if (queue >= 0)
		mq_close(queue);
	return true;
out:
	if (queue >= 0)
		mq_close(queue);
	return false;
}
