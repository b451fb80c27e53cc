/* SPDX-License-Identifier: MIT */
/*
 * mounts.c - what is mounted where, from mountinfo. proc_pid_mountinfo(5):
 *
 *	36 35 98:0 /sub /mnt\040x rw,noatime master:1 - ext3 /dev/root rw
 *	                ^ 5th                           ^ after the dash
 */
#include "leakcheck/mounts.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "base/fd.h"
#include "base/mem.h"

enum { POINT_FIELD = 5 };

struct mount_point {
	const char *path;
	const char *type;
};

static const struct {
	const char *type;
	enum mount_class class;
} classes[] = {
	{"bcachefs", MOUNT_LOCAL},     {"btrfs", MOUNT_LOCAL},
	{"devtmpfs", MOUNT_LOCAL},     {"ext2", MOUNT_LOCAL},
	{"ext3", MOUNT_LOCAL},	       {"ext4", MOUNT_LOCAL},
	{"f2fs", MOUNT_LOCAL},	       {"jfs", MOUNT_LOCAL},
	{"nilfs2", MOUNT_LOCAL},       {"overlay", MOUNT_LOCAL},
	{"ramfs", MOUNT_LOCAL},	       {"reiserfs", MOUNT_LOCAL},
	{"tmpfs", MOUNT_LOCAL},	       {"xfs", MOUNT_LOCAL},
	{"zfs", MOUNT_LOCAL},	       {"binder", MOUNT_PSEUDO},
	{"binfmt_misc", MOUNT_PSEUDO}, {"bpf", MOUNT_PSEUDO},
	{"cgroup", MOUNT_PSEUDO},      {"cgroup2", MOUNT_PSEUDO},
	{"configfs", MOUNT_PSEUDO},    {"debugfs", MOUNT_PSEUDO},
	{"devpts", MOUNT_PSEUDO},      {"efivarfs", MOUNT_PSEUDO},
	{"fusectl", MOUNT_PSEUDO},     {"mqueue", MOUNT_PSEUDO},
	{"nsfs", MOUNT_PSEUDO},	       {"proc", MOUNT_PSEUDO},
	{"pstore", MOUNT_PSEUDO},      {"resctrl", MOUNT_PSEUDO},
	{"rpc_pipefs", MOUNT_PSEUDO},  {"securityfs", MOUNT_PSEUDO},
	{"selinuxfs", MOUNT_PSEUDO},   {"smackfs", MOUNT_PSEUDO},
	{"sysfs", MOUNT_PSEUDO},       {"tracefs", MOUNT_PSEUDO},
};

enum mount_class
mounts_class(const char *type)
{
	for (size_t i = 0; i < ARRAY_LEN(classes); i++)
		if (!strcmp(classes[i].type, type))
			return classes[i].class;
	return MOUNT_OTHER;
}

static bool
is_octal(const char *digits)
{
	return strspn(digits, "01234567") >= 3;
}

/* In place: a space, a tab, a newline or a backslash is \ooo. */
static void
decode(char *text)
{
	char *to = text;

	while (*text) {
		if (*text != '\\' || !is_octal(text + 1)) {
			*to++ = *text++;
			continue;
		}
		*to++ = (char)((text[1] - '0') << 6 | (text[2] - '0') << 3 |
			       (text[3] - '0'));
		text += 4;
	}
	*to = '\0';
}

static void
add_line(struct mounts *mounts, char *line)
{
	char *type = strstr(line, " - ");
	char *path = line;

	for (int i = 1; i < POINT_FIELD && path; i++) {
		path = strchr(path, ' ');
		path = path ? path + 1 : NULL;
	}
	if (!type || !path)
		return;
	path[strcspn(path, " ")] = '\0';
	decode(path);
	type += strlen(" - ");
	type[strcspn(type, " ")] = '\0';
	mounts->points = mem_grow(mounts->points, mounts->count + 1,
				  sizeof(*mounts->points));
	mounts->points[mounts->count++] = (struct mount_point) {path, type};
}

/*
 * Does process 1 of this /proc see the same mounts under the same root? A
 * mount is in one mount namespace only, and so is its number, statx(2).
 */
static bool
is_first_like_us(void)
{
	struct statx ours;
	struct statx its;

	return statx(AT_FDCWD, "/", 0, STATX_MNT_ID | STATX_INO, &ours) == 0 &&
	       statx(AT_FDCWD, "/proc/1/root", 0, STATX_MNT_ID | STATX_INO,
		     &its) == 0 &&
	       (ours.stx_mask & its.stx_mask & STATX_MNT_ID) &&
	       ours.stx_mnt_id == its.stx_mnt_id && ours.stx_ino == its.stx_ino;
}

bool
mounts_parse(struct mounts *mounts)
{
	char *rest = mounts->text.data;
	char *line;

	while ((line = strsep(&rest, "\n")))
		add_line(mounts, line);
	return mounts->count > 0;
}

bool
mounts_read(struct mounts *mounts)
{
	if (fd_read_file(AT_FDCWD, "/proc/self/mountinfo", &mounts->text) &&
	    (!is_first_like_us() ||
	     fd_read_file(AT_FDCWD, "/proc/1/mountinfo", &mounts->text)))
		return false;
	return mounts_parse(mounts);
}

void
mounts_free(struct mounts *mounts)
{
	buf_free(&mounts->text);
	free(mounts->points);
	*mounts = (struct mounts) {0};
}

/* The last one on a path covers those before it. */
const char *
mounts_type(const struct mounts *mounts, const char *path)
{
	for (size_t i = mounts->count; i-- > 0;)
		if (!strcmp(mounts->points[i].path, path))
			return mounts->points[i].type;
	return NULL;
}

int
mounts_open_private(const char *type, unsigned attributes)
{
	CLEANUP_FD int context = fsopen(type, FSOPEN_CLOEXEC);
	CLEANUP_FD int mount = -1;

	if (context < 0 ||
	    fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		return -1;
	mount = fsmount(context, FSMOUNT_CLOEXEC,
			attributes | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV |
				MOUNT_ATTR_NOEXEC);
	if (mount < 0)
		return -1;
	return openat(mount, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}
