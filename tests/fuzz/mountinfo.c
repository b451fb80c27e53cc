/* SPDX-License-Identifier: MIT */
/*
 * mountinfo.c - fuzz: /proc/self/mountinfo. What a line of six fields and a
 * dash mounts is found by its name.
 */
#include "base/mem.h"
#include "leakcheck/mounts.h"
#include "tests/fuzz/fuzz.h"

#define CLEANUP_MOUNTS CLEANUP(mounts_free)

static bool
is_field(const char *text)
{
	return text && *text && !strpbrk(text, " -");
}

/* As the kernel writes a path, proc_pid_mountinfo(5). */
static void
add_path(struct buf *into, const char *path)
{
	for (; *path; path++)
		if (strchr(" \t\n\\", *path))
			buf_printf(into, "\\%03o", (unsigned char)*path);
		else
			buf_add(into, path, 1);
}

static void
check_line(const char *path, const char *type)
{
	CLEANUP_MOUNTS struct mounts mounts = {0};
	const char *found;

	buf_add_text(&mounts.text, "36 35 98:0 / ");
	add_path(&mounts.text, path);
	buf_printf(&mounts.text, " rw shared:1 - %s x rw\n", type);
	MUST(mounts_parse(&mounts) && mounts.count == 1);
	found = mounts_type(&mounts, path);
	MUST(found && strcmp(found, type) == 0);
	MUST(mounts_class(found) <= MOUNT_OTHER);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP_MOUNTS struct mounts mounts = {0};
	struct fuzz_bytes bytes = {data, size};
	CLEANUP_FREE char *path = fuzz_line(&bytes);
	CLEANUP_FREE char *type = fuzz_line(&bytes);

	buf_add(&mounts.text, data, size);
	MUST(mounts_parse(&mounts) == (mounts.count > 0));
	if (path && *path == '/' && is_field(type))
		check_line(path, type);
	return 0;
}
