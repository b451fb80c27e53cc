/* SPDX-License-Identifier: MIT */
/* live.c - what tests against the real kernel share. */
#include "tests/support/live.h"

#include <check.h>
#include <grp.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { NOBODY = 65534 };

/* START_TEST(name) makes a function name_fn. */
void
live_skip(const char *test, const char *why)
{
	const char *suffix = "_fn";
	size_t length = strlen(test);
	size_t end = length - strlen(suffix);

	if (length > strlen(suffix) && !strcmp(test + end, suffix))
		length = end;
	printf("SKIP %.*s: %s\n", (int)length, test, why);
	fflush(stdout);
}

static ino_t namespace(const char *file)
{
	struct stat status;

	ck_assert_int_eq(stat(file, &status), 0);
	return status.st_ino;
}

/*
 * A sandbox that is none would have the tests fill the host with objects: that
 * is checked before the first one is made.
 */
bool
live_enter(const char *test, enum sandbox_parts parts)
{
	ino_t ipc = namespace("/proc/self/ns/ipc");
	ino_t mounts = namespace("/proc/self/ns/mnt");
	struct err err;

	umask(022);
	if (sandbox_enter(parts, &err)) {
		live_skip(test, err.text);
		return false;
	}
	ck_assert_uint_ne(namespace("/proc/self/ns/ipc"), ipc);
	ck_assert_uint_ne(namespace("/proc/self/ns/mnt"), mounts);
	ck_assert_int_eq(mkdir(LIVE_DIR, 0777), 0);
	ck_assert_int_eq(chmod(LIVE_DIR, 0777), 0);
	return true;
}

void
live_drop_rights(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {0};

	if (geteuid() == 0) {
		ck_assert_int_eq(setgroups(0, NULL), 0);
		ck_assert_int_eq(setresgid(NOBODY, NOBODY, NOBODY), 0);
		ck_assert_int_eq(setresuid(NOBODY, NOBODY, NOBODY), 0);
	}
	ck_assert_int_eq(syscall(SYS_capset, &header, none), 0);
}

struct collect_settings
live_settings(unsigned kinds)
{
	static const char *const watch[] = {LIVE_DIR};
	struct collect_settings settings = collect_defaults();

	settings.kinds = kinds;
	settings.watch = watch;
	settings.watch_count = 1;
	return settings;
}

struct snapshot *
live_look(const struct collect_settings *settings)
{
	struct err err;
	struct snapshot *snapshot = collect_snapshot(settings, &err);

	ck_assert_msg(snapshot != NULL, "%s", err.text);
	return snapshot;
}

struct snapshot *
live_look_for(unsigned kinds)
{
	const struct collect_settings settings = live_settings(kinds);

	return live_look(&settings);
}

const struct object *
live_find_id(const struct snapshot *snapshot, enum kind kind, int id)
{
	const struct object_list *objects = &snapshot->objects;

	for (size_t i = 0; i < objects->count; i++)
		if (objects->items[i].kind == kind &&
		    objects->items[i].id == id)
			return &objects->items[i];
	return NULL;
}

const struct object *
live_find_path(const struct snapshot *snapshot, enum kind kind,
	       const char *path)
{
	const struct object_list *objects = &snapshot->objects;

	for (size_t i = 0; i < objects->count; i++)
		if (objects->items[i].kind == kind &&
		    !strcmp(objects->items[i].path, path))
			return &objects->items[i];
	return NULL;
}

const struct blind_spot *
live_find_blind(const struct snapshot *snapshot, const char *path)
{
	for (size_t i = 0; i < snapshot->blind_count; i++) {
		const struct blind_spot *spot = &snapshot->blind[i];

		if (path && spot->path ? !strcmp(spot->path, path)
				       : spot->path == path)
			return spot;
	}
	return NULL;
}

void
live_assert_same(const struct snapshot *a, const struct snapshot *b)
{
	ck_assert_uint_eq(a->objects.count, b->objects.count);
	for (size_t i = 0; i < a->objects.count; i++) {
		const struct object *left = &a->objects.items[i];
		const struct object *right = &b->objects.items[i];

		ck_assert_int_eq(object_compare(left, right), 0);
		ck_assert_uint_eq(left->known, right->known);
		for (int f = 0; f < FIELD_COUNT; f++) {
			CLEANUP_BUF struct buf one = {0};
			CLEANUP_BUF struct buf other = {0};

			object_add_field(&one, left, (enum field)f);
			object_add_field(&other, right, (enum field)f);
			ck_assert_str_eq(buf_text(&one), buf_text(&other));
		}
	}
}
