/* SPDX-License-Identifier: MIT */
/*
 * asking.h - asking whether objects are in use, for live tests in a sandbox of
 * their own. All files are in its own /dev/shm.
 */
#ifndef TESTS_SUPPORT_ASKING_H
#define TESTS_SUPPORT_ASKING_H

#include <check.h>
#include <string.h>

#include "leakcheck/inuse.h"

#define ASKING_DIR "/dev/shm/"

/*
 * A test case with the fixture that the rest of this file is about; NULL, and
 * it is said, where there are no sandboxes.
 */
TCase *asking_tcase(Suite *suite, const char *name);

/* Ask anew, for the processes have changed since the last question. */
enum use asking_ask(const struct object *object);
/* The evidence of the last answer. */
extern struct buf asking_why;
/* Who is alive, as the sandbox sees it. */
extern struct procs *asking_procs;

#define CHECK_USE(object, expected)                                         \
	do {                                                                \
		enum use use_ = asking_ask(object);                         \
		ck_assert_msg(use_ == (expected), "%s: %s", use_name(use_), \
			      buf_text(&asking_why));                       \
	} while (0)

/* Does the evidence say this? */
#define CHECK_SAYS(text)                                                       \
	ck_assert_msg(strstr(buf_text(&asking_why), text), "no \"%s\" in: %s", \
		      text, buf_text(&asking_why))
#define CHECK_NAMES(pid)                                        \
	ck_assert_msg(asking_names(pid), "not pid %d: %s", pid, \
		      buf_text(&asking_why))
bool asking_names(pid_t pid);

/*
 * @object is used by the process @pid, which only a look at it tells. Ask with
 * ever more descriptors to spare, until it is seen: it must never be free.
 */
void asking_with_few_descriptors(const struct object *object, pid_t pid);

/*
 * Each returns true, and says so, when @test cannot be done here: for want of
 * root's rights, or because not all processes can be looked at.
 */
bool skip_unless(bool possible, const char *test, const char *reason);
bool skip_unless_root(const char *test);
bool skip_unless_all_is_seen(const char *test);
/* Can all processes be looked at? */
bool asking_sees_all(void);

/* For root only. */
void become_nobody(void);

enum { ASKING_NOBODY = 65534 };

#endif
