/* SPDX-License-Identifier: MIT */
/* file_status.c - statx(2), and what it tells of an object. */
#include "leakcheck/file_status.h"

#include <fcntl.h>
#include <sys/sysmacros.h>

#include "base/clock.h"

enum { PERMISSION_BITS = 07777 };

int
file_status_read(int dirfd, const char *name, struct statx *status)
{
	return statx(dirfd, name,
		     AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_EMPTY_PATH,
		     STATX_BASIC_STATS | STATX_BTIME, status);
}

/* Is there @bit, so that @field is known? */
static bool
tells(struct object *object, const struct statx *status, unsigned bit,
      enum field field)
{
	if (!(status->stx_mask & bit))
		return false;
	object->known |= FIELD_BIT(field);
	return true;
}

void
file_status_fill(struct object *object, const struct statx *status)
{
	object->dev = makedev(status->stx_dev_major, status->stx_dev_minor);
	object->known |= FIELD_BIT(FIELD_DEV);
	if (tells(object, status, STATX_INO, FIELD_INO))
		object->ino = status->stx_ino;
	if (tells(object, status, STATX_MODE, FIELD_MODE))
		object->mode = status->stx_mode & PERMISSION_BITS;
	if (tells(object, status, STATX_UID, FIELD_UID))
		object->uid = status->stx_uid;
	if (tells(object, status, STATX_GID, FIELD_GID))
		object->gid = status->stx_gid;
	if (tells(object, status, STATX_CTIME, FIELD_CTIME))
		object->ctime = status->stx_ctime.tv_sec;
	if (tells(object, status, STATX_MTIME, FIELD_MTIME))
		object->used_at = status->stx_mtime.tv_sec;
	if (tells(object, status, STATX_BTIME, FIELD_BTIME))
		object->btime_ns = status->stx_btime.tv_sec * NS_PER_S +
				   status->stx_btime.tv_nsec;
}
