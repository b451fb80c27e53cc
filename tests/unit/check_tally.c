/* SPDX-License-Identifier: MIT */
/* check_tally.c - unit: numbers by key, handlers by process, the trail. */
#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/handlers.h"
#include "harness/tally.h"
#include "harness/trail.h"

Suite *tally_suite(void);

enum { MANY = 10000 };

START_TEST(every_key_has_its_own_number)
{
	struct tally tally = {0};

	/* Keys that are alike in their low or high bits only. */
	for (uint64_t i = 0; i < MANY; i++) {
		*tally_of(&tally, i << 40) += (unsigned)i;
		*tally_of(&tally, i + 1) += 3;
	}
	ck_assert_uint_eq(tally_get(&tally, 0), 0);
	ck_assert_uint_eq(tally_get(&tally, MANY), 3);
	for (uint64_t i = 1; i < MANY; i++)
		ck_assert_uint_eq(tally_get(&tally, i << 40), i);
	tally_clear(&tally);
	ck_assert_uint_eq(tally_get(&tally, MANY), 0);
	*tally_of(&tally, MANY) = 1;
	ck_assert_uint_eq(tally_get(&tally, MANY), 1);
	tally_free(&tally);
	ck_assert_uint_eq(tally_get(&tally, MANY), 0);
}
END_TEST

START_TEST(a_mixed_key_depends_on_order)
{
	ck_assert_uint_ne(tally_mix(1, 2), tally_mix(2, 1));
	ck_assert_uint_ne(tally_mix_text(1, "ab"), tally_mix_text(1, "ba"));
	ck_assert_uint_eq(tally_mix_text(tally_mix_text(1, "a"), "b"),
			  tally_mix_text(1, "ab"));
}
END_TEST

START_TEST(a_child_has_its_parents_handlers_of_then)
{
	struct handlers handlers = {0};

	handlers_note(&handlers, 10, SIGTERM, 0x1000);
	handlers_inherit(&handlers, 11, 10);
	handlers_note(&handlers, 10, SIGTERM, 0x2000);
	ck_assert_uint_eq(handlers_find(&handlers, 11, SIGTERM), 0x1000);
	ck_assert_uint_eq(handlers_find(&handlers, 10, SIGTERM), 0x2000);
	ck_assert_uint_eq(handlers_find(&handlers, 10, SIGINT), HANDLER_NONE);
	handlers_forget(&handlers, 10);
	ck_assert_uint_eq(handlers_find(&handlers, 10, SIGTERM), HANDLER_NONE);
	ck_assert_uint_eq(handlers_find(&handlers, 11, SIGTERM), 0x1000);
	/* What the target passes may be any number. */
	handlers_note(&handlers, 11, -1, 1);
	handlers_note(&handlers, 11, 4000, 1);
	ck_assert_uint_eq(handlers_find(&handlers, 11, 4000), HANDLER_NONE);
	for (pid_t pid = 20; pid < 60; pid++)
		handlers_inherit(&handlers, pid, pid > 20 ? pid - 1 : 11);
	ck_assert_uint_eq(handlers_find(&handlers, 59, SIGTERM), 0x1000);
	handlers_free(&handlers);
}
END_TEST

/* Adds what is in the current directory, for a sweep by its name. */
static bool
add_path(struct trail *trail, enum kind kind, const char *path)
{
	const struct trail_entry entry = {.kind = kind, .path = path};

	return trail_add(trail, &entry);
}

START_TEST(a_trail_leads_to_fifos_and_spares_files)
{
	char directory[] = "/tmp/check-trail-XXXXXX";
	struct err err;
	struct trail *trail = trail_new(&err);
	struct trail_entry entry;
	size_t cursor = 0;

	ck_assert_ptr_nonnull(trail);
	ck_assert_ptr_nonnull(mkdtemp(directory));
	ck_assert_int_eq(chdir(directory), 0);
	ck_assert_int_eq(mkfifo("fifo", 0600), 0);
	ck_assert_int_eq(mkdir("file", 0700), 0);
	ck_assert(add_path(trail, KIND_FIFO, "fifo"));
	ck_assert(add_path(trail, KIND_UNIX_SOCKET, "file"));
	ck_assert(add_path(trail, KIND_FIFO, "nothing"));
	ck_assert(trail_next(trail, &cursor, &entry));
	ck_assert_str_eq(entry.path, "fifo");
	ck_assert(trail_next(trail, &cursor, &entry));
	ck_assert_str_eq(entry.path, "file");
	ck_assert_int_eq(entry.kind, KIND_UNIX_SOCKET);
	trail_sweep(trail, false);
	ck_assert_int_ne(access("fifo", F_OK), 0);
	ck_assert_int_eq(access("file", F_OK), 0);
	cursor = 0;
	ck_assert(!trail_next(trail, &cursor, &entry));
	rmdir("file");
	rmdir(directory);
	trail_free(trail);
}
END_TEST

/* On the host there may be a stranger's of that name. */
START_TEST(a_sandboxed_trail_spares_what_was_covered)
{
	char directory[] = "/dev/shm/check-trail-XXXXXX";
	struct err err;
	struct trail *trail = trail_new(&err);
	char path[sizeof(directory) + 8];

	if (!mkdtemp(directory)) {
		printf("SKIP a_sandboxed_trail_spares_what_was_covered: "
		       "/dev/shm cannot be written to\n");
		return;
	}
	snprintf(path, sizeof(path), "%s/fifo", directory);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	ck_assert(add_path(trail, KIND_FIFO, path));
	trail_sweep(trail, true);
	ck_assert_int_eq(access(path, F_OK), 0);
	ck_assert(add_path(trail, KIND_FIFO, path));
	trail_sweep(trail, false);
	ck_assert_int_ne(access(path, F_OK), 0);
	rmdir(directory);
	trail_free(trail);
}
END_TEST

START_TEST(a_full_trail_says_so)
{
	struct err err;
	struct trail *trail = trail_new(&err);
	struct trail_entry entry;
	char path[4096];
	size_t cursor = 0;
	size_t added = 0;
	size_t found = 0;

	memset(path, 'x', sizeof(path));
	path[sizeof(path) - 1] = '\0';
	while (add_path(trail, KIND_FIFO, path))
		added++;
	while (trail_next(trail, &cursor, &entry))
		found++;
	ck_assert_uint_gt(added, 100);
	ck_assert_uint_eq(found, added);
	trail_free(trail);
}
END_TEST

Suite *
tally_suite(void)
{
	Suite *suite = suite_create("tally");
	TCase *tests = tcase_create("tally");

	tcase_add_test(tests, every_key_has_its_own_number);
	tcase_add_test(tests, a_mixed_key_depends_on_order);
	tcase_add_test(tests, a_child_has_its_parents_handlers_of_then);
	tcase_add_test(tests, a_trail_leads_to_fifos_and_spares_files);
	tcase_add_test(tests, a_sandboxed_trail_spares_what_was_covered);
	tcase_add_test(tests, a_full_trail_says_so);
	suite_add_tcase(suite, tests);
	return suite;
}
