/* SPDX-License-Identifier: MIT */
/* asking.c - asking whether objects are in use. */
#include "tests/support/asking.h"

#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "leakcheck/isolate.h"
#include "leakcheck/sandbox.h"

enum { TIMEOUT_S = 60 };

struct buf asking_why;
struct procs *asking_procs;
static struct inuse *inuse;

/* @cwd is "/proc/1/cwd". Returns false when we may not look at that process. */
static bool
may_look_at(const char *cwd)
{
	char link[PATH_MAX];

	return readlink(cwd, link, sizeof(link)) >= 0 || errno == ENOENT ||
	       errno == ESRCH;
}

/* Call @hidden for each process that we may not look at. */
static bool
for_each_hidden(void (*hidden)(const char *cwd))
{
	glob_t found;
	bool all = glob("/proc/[0-9]*/cwd", 0, NULL, &found) == 0;

	for (size_t i = 0; i < found.gl_pathc; i++)
		if (!may_look_at(found.gl_pathv[i])) {
			all = false;
			if (hidden)
				hidden(found.gl_pathv[i]);
		}
	globfree(&found);
	return all;
}

/* What cannot be had is found missing by asking_sees_all(). */
static void
stand_in(const char *cwd)
{
	char self[32];
	char other[PATH_MAX];

	snprintf(self, sizeof(self), "/proc/%d", getpid());
	snprintf(other, sizeof(other), "%.*s", (int)(strrchr(cwd, '/') - cwd),
		 cwd);
	(void)mount(self, other, NULL, MS_BIND, NULL);
}

/*
 * Some systems keep their first process from root, too. In the sandbox's mounts
 * we stand where it is, so that there as elsewhere all can be looked at.
 */
static void
setup(void)
{
	struct err err;

	umask(0);
	ck_assert_msg(!sandbox_enter(SANDBOX_OBJECTS, &err), "%s", err.text);
	if (geteuid() == 0)
		for_each_hidden(stand_in);
	asking_procs = procs_open(PROCS_DEFAULT);
}

static void
teardown(void)
{
	inuse_free_ptr(&inuse);
	procs_free_ptr(&asking_procs);
	buf_free(&asking_why);
}

TCase *
asking_tcase(Suite *suite, const char *name)
{
	TCase *tests = tcase_create(name);
	struct err refused;

	suite_add_tcase(suite, tests);
	if (isolate_probe(&refused)) {
		printf("SKIP %s: %s\n", name, refused.text);
		return NULL;
	}
	tcase_set_timeout(tests, TIMEOUT_S);
	tcase_add_checked_fixture(tests, setup, teardown);
	return tests;
}

enum use
asking_ask(const struct object *object)
{
	inuse_free(inuse);
	inuse = inuse_new(PROCS_DEFAULT);
	buf_clear(&asking_why);
	return inuse_ask(inuse, object, &asking_why);
}

bool
asking_names(pid_t pid)
{
	char text[32];

	snprintf(text, sizeof(text), "pid %d (", pid);
	return strstr(buf_text(&asking_why), text);
}

/* The number of descriptors that are open, when they are the lowest. */
static int
lowest_free(void)
{
	int fd = dup(0);

	ck_assert_int_ge(fd, 0);
	close(fd);
	return fd;
}

void
asking_with_few_descriptors(const struct object *object, pid_t pid)
{
	struct rlimit limit;
	enum use use;

	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = (rlim_t)lowest_free();
	do {
		ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
		use = asking_ask(object);
		ck_assert_msg(use == USE_BUSY || use == USE_UNKNOWN,
			      "%s with %d descriptors: %s", use_name(use),
			      (int)limit.rlim_cur, buf_text(&asking_why));
	} while (use != USE_BUSY && limit.rlim_cur++ < 64);
	ck_assert_int_eq(use, USE_BUSY);
	CHECK_NAMES(pid);
}

bool
skip_unless(bool possible, const char *test, const char *reason)
{
	if (!possible)
		printf("SKIP %s: %s\n", test, reason);
	return !possible;
}

bool
skip_unless_root(const char *test)
{
	return skip_unless(geteuid() == 0, test, "must be root");
}

bool
asking_sees_all(void)
{
	CLEANUP_BUF struct buf reason = {0};

	return procs_lists_all(asking_procs, &reason) && for_each_hidden(NULL);
}

bool
skip_unless_all_is_seen(const char *test)
{
	return skip_unless(asking_sees_all(), test,
			   "not all processes can be looked at");
}

void
become_nobody(void)
{
	const unsigned id = ASKING_NOBODY;

	ck_assert_int_eq(setresgid(id, id, id), 0);
	ck_assert_int_eq(setresuid(id, id, id), 0);
}
