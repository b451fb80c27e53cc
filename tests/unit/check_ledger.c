/* SPDX-License-Identifier: MIT */
/* check_ledger.c - unit: the objects that a run has made, by its calls. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/ipc.h>
#include <sys/syscall.h>

#include "harness/golden.h"
#include "harness/ledger.h"
#include "harness/tally.h"

Suite *ledger_suite(void);

static struct ledger ledger;

static void
set_up(void)
{
	ledger = (struct ledger) {0};
}

static void
tear_down(void)
{
	ledger_free(&ledger);
}

static struct sighting
sighting_of(long number, uint64_t first, uint64_t second, uint64_t third,
	    enum kind kind)
{
	const uint64_t args[6] = {first, second, third};
	struct sighting sighting = {
		.row = call_match((int)number, args), .kind = kind, .id = -1};

	ck_assert_ptr_nonnull(sighting.row);
	return sighting;
}

/* shmget(IPC_PRIVATE, 1, 0600) that gives @id. */
static int
make_segment(int id, int creator, uint64_t stack)
{
	struct sighting sighting =
		sighting_of(SYS_shmget, IPC_PRIVATE, 1, 0600, KIND_SYSV_SHM);

	return ledger_note(&ledger, &sighting, id, creator, stack);
}

static int
remove_segment(int id, int64_t result, int releaser)
{
	struct sighting sighting = sighting_of(SYS_shmctl, (uint64_t)id,
					       IPC_RMID, 0, KIND_SYSV_SHM);

	sighting.id = id;
	return ledger_note(&ledger, &sighting, result, releaser, 0);
}

/* A call that is about a path, or two. */
static int
note_path(long number, enum kind kind, const char *path, const char *new_path,
	  int caller)
{
	struct sighting sighting =
		sighting_of(number, 0, number == SYS_mknodat ? 0 : O_CREAT,
			    number == SYS_mknodat ? 0010600 : O_CREAT, kind);
	int entry;

	buf_add_text(&sighting.path, path);
	if (new_path)
		buf_add_text(&sighting.new_path, new_path);
	sighting.moves = number == SYS_renameat2;
	entry = ledger_note(&ledger, &sighting, 0, caller, 7);
	buf_free(&sighting.path);
	buf_free(&sighting.new_path);
	return entry;
}

START_TEST(a_segment_lives_from_its_get_to_its_removal)
{
	int entry = make_segment(5, 3, 100);

	ck_assert_int_eq(entry, 0);
	ck_assert_uint_eq(ledger.alive, 1);
	ck_assert_uint_eq(ledger.alive_stacks, 100);
	ck_assert_int_eq(remove_segment(5, -EPERM, 4), 0);
	ck_assert_uint_eq(ledger.alive, 1);
	ck_assert_int_eq(remove_segment(5, 0, 4), 0);
	ck_assert_uint_eq(ledger.alive, 0);
	ck_assert_uint_eq(ledger.alive_stacks, 0);
	ck_assert_int_eq(ledger.entries[0].creator, 3);
	ck_assert_int_eq(ledger.entries[0].releaser, 4);
	/* Its number again is another segment. */
	ck_assert_int_eq(make_segment(5, 9, 1), 1);
	ck_assert_int_eq(ledger_find(&ledger, KIND_SYSV_SHM, 5, NULL), 1);
}
END_TEST

/* In a loop the state is the same on every turn, however many there are. */
START_TEST(equal_creators_make_equal_states)
{
	make_segment(1, 0, 100);
	make_segment(2, 1, 100);
	ck_assert_uint_eq(ledger.alive_stacks, 100);
	make_segment(3, 2, 50);
	ck_assert_uint_eq(ledger.alive_stacks, 150);
	remove_segment(1, 0, 3);
	ck_assert_uint_eq(ledger.alive_stacks, 150);
	remove_segment(2, 0, 4);
	ck_assert_uint_eq(ledger.alive_stacks, 50);
	ledger_clear(&ledger);
	make_segment(1, 0, 100);
	ck_assert_uint_eq(ledger.alive_stacks, 100);
}
END_TEST

START_TEST(a_failed_get_makes_nothing)
{
	ck_assert_int_eq(make_segment(-ENOSPC, 0, 1), -1);
	ck_assert_uint_eq(ledger.count, 0);
}
END_TEST

START_TEST(what_was_there_before_is_not_ours)
{
	struct sighting sighting =
		sighting_of(SYS_shmget, 77, 1, IPC_CREAT, KIND_SYSV_SHM);

	sighting.there = true;
	ck_assert_int_eq(ledger_note(&ledger, &sighting, 6, 0, 1), -1);
	ck_assert_uint_eq(ledger.count, 0);
	sighting.there = false;
	ck_assert_int_eq(ledger_note(&ledger, &sighting, 6, 0, 1), 0);
	/* IPC_CREAT of what is there finds it. */
	sighting.there = true;
	ck_assert_int_eq(ledger_note(&ledger, &sighting, 6, 1, 1), 0);
	ck_assert_uint_eq(ledger.alive, 1);
}
END_TEST

START_TEST(a_removal_of_a_strangers_object_is_noted_nowhere)
{
	ck_assert_int_eq(remove_segment(8, 0, 1), -1);
	ck_assert_uint_eq(ledger.alive, 0);
}
END_TEST

/* sem_open(3): a temporary file, a link to the name, the first name goes. */
START_TEST(a_named_semaphore_keeps_its_maker_through_its_names)
{
	ck_assert_int_eq(note_path(SYS_openat, KIND_POSIX_SEM,
				   "/dev/shm/sem.AbCdEf", NULL, 1),
			 0);
	ck_assert_int_eq(note_path(SYS_linkat, KIND_POSIX_SEM,
				   "/dev/shm/sem.AbCdEf", "/dev/shm/sem.s", 2),
			 1);
	ck_assert_uint_eq(ledger.alive, 2);
	ck_assert_int_eq(note_path(SYS_unlinkat, KIND_POSIX_SEM,
				   "/dev/shm/sem.AbCdEf", NULL, 3),
			 0);
	ck_assert_uint_eq(ledger.alive, 1);
	ck_assert_int_eq(ledger.entries[1].creator, 1);
	ck_assert_str_eq(ledger.entries[1].path, "/dev/shm/sem.s");
}
END_TEST

START_TEST(a_renamed_fifo_is_the_same_and_replaces_another)
{
	note_path(SYS_mknodat, KIND_FIFO, "/tmp/a", NULL, 1);
	note_path(SYS_mknodat, KIND_FIFO, "/tmp/b", NULL, 2);
	ck_assert_int_eq(
		note_path(SYS_renameat2, KIND_FIFO, "/tmp/a", "/tmp/b", 3), 0);
	ck_assert_uint_eq(ledger.alive, 1);
	ck_assert_int_eq(ledger_find(&ledger, KIND_FIFO, -1, "/tmp/b"), 0);
	ck_assert_int_eq(ledger_find(&ledger, KIND_FIFO, -1, "/tmp/a"), -1);
	ck_assert(ledger_has_kinds(&ledger, KIND_BIT(KIND_FIFO)));
	ck_assert(!ledger_has_kinds(&ledger, KIND_BIT(KIND_SYSV_SHM)));
}
END_TEST

/* A look at the segment 5, as a process @maker has made it. */
static struct object
segment_of(pid_t maker)
{
	return (struct object) {.kind = KIND_SYSV_SHM,
				.known = FIELD_BIT(FIELD_ID) |
					 FIELD_BIT(FIELD_CPID),
				.id = 5,
				.cpid = maker};
}

/* shmget(77, 1, IPC_CREAT) that gives the segment 5, which this has made. */
static int
get_segment(bool there, pid_t maker_before, pid_t maker, int creator)
{
	struct sighting sighting =
		sighting_of(SYS_shmget, 77, 1, IPC_CREAT, KIND_SYSV_SHM);

	sighting.there = there;
	if (there)
		sighting.before = segment_of(maker_before);
	sighting.made = segment_of(maker);
	return ledger_note(&ledger, &sighting, 5, creator, 1);
}

START_TEST(a_leftover_leads_to_the_latest_of_its_number)
{
	struct object object = {.kind = KIND_SYSV_SHM, .id = 5};

	ck_assert_int_eq(ledger_find_object(&ledger, &object), -1);
	make_segment(5, 3, 1);
	remove_segment(5, 0, 4);
	make_segment(5, 9, 1);
	ck_assert_int_eq(ledger_find_object(&ledger, &object), 1);
	remove_segment(5, 0, 10);
	ck_assert_int_eq(ledger_find_object(&ledger, &object), 1);
	object.kind = KIND_SYSV_MSG;
	ck_assert_int_eq(ledger_find_object(&ledger, &object), -1);
}
END_TEST

START_TEST(whose_it_is_the_name_alone_does_not_say)
{
	const struct object own = segment_of(1);
	const struct object other = segment_of(2);
	const struct object unseen = {.kind = KIND_SYSV_SHM, .id = 5};

	ck_assert_int_eq(ledger_whose(&ledger, &own), WHOSE_OTHERS);
	get_segment(false, 0, 1, 3);
	ck_assert_int_eq(ledger_whose(&ledger, &own), WHOSE_TARGET);
	ck_assert_int_eq(ledger_whose(&ledger, &other), WHOSE_OTHERS);
	ck_assert_int_eq(ledger_find_object(&ledger, &other), -1);
	ck_assert_int_eq(ledger_whose(&ledger, &unseen), WHOSE_UNSURE);
	/* What has its number after its removal is a stranger's. */
	remove_segment(5, 0, 4);
	ck_assert_int_eq(ledger_whose(&ledger, &own), WHOSE_OTHERS);
	ck_assert_int_eq(ledger_whose(&ledger, &unseen), WHOSE_OTHERS);
	make_segment(5, 5, 1);
	ck_assert_int_eq(ledger_whose(&ledger, &own), WHOSE_UNSURE);
}
END_TEST

/* Something was there a moment before, and the call has made another. */
START_TEST(what_took_a_strangers_place_is_ours)
{
	ck_assert_int_eq(get_segment(true, 2, 2, 3), -1);
	ck_assert_int_eq(get_segment(true, 2, 1, 4), 0);
	ck_assert_int_eq(ledger.named, 0);
	/* Once more: it finds its own. */
	ck_assert_int_eq(get_segment(true, 1, 1, 5), 0);
	ck_assert_int_eq(ledger.named, -1);
	/* Somebody has removed it unseen. */
	ck_assert_int_eq(get_segment(false, 0, 3, 6), 1);
	ck_assert_int_eq(ledger.buried, 0);
	ck_assert_int_eq(ledger.named, 1);
	ck_assert_uint_eq(ledger.alive, 1);
}
END_TEST

static struct object
fifo_of(uint64_t inode)
{
	return (struct object) {.kind = KIND_FIFO,
				.known = FIELD_BIT(FIELD_INO),
				.path = "",
				.ino = inode};
}

/* rename("/tmp/a", "/tmp/b"), where "/tmp/b" then is that inode. */
static int
rename_fifo(uint64_t inode)
{
	struct sighting sighting =
		sighting_of(SYS_renameat2, 0, 0, 0, KIND_FIFO);
	int entry;

	buf_add_text(&sighting.path, "/tmp/a");
	buf_add_text(&sighting.new_path, "/tmp/b");
	sighting.moves = true;
	sighting.made = fifo_of(inode);
	entry = ledger_note(&ledger, &sighting, 0, 9, 7);
	buf_free(&sighting.path);
	buf_free(&sighting.new_path);
	return entry;
}

START_TEST(a_strangers_fifo_is_renamed_and_ours_is_not)
{
	struct object now = fifo_of(1);

	note_path(SYS_mknodat, KIND_FIFO, "/tmp/a", NULL, 1);
	ledger.entries[0].made = fifo_of(1);
	ck_assert_int_eq(rename_fifo(2), 0);
	ck_assert_int_eq(ledger.named, -1);
	ck_assert_str_eq(ledger.entries[0].path, "/tmp/a");
	ck_assert_int_eq(rename_fifo(1), 0);
	ck_assert_int_eq(ledger.named, 0);
	now.path = "/tmp/b";
	ck_assert_int_eq(ledger_whose(&ledger, &now), WHOSE_TARGET);
	now.ino = 2;
	ck_assert_int_eq(ledger_whose(&ledger, &now), WHOSE_OTHERS);
}
END_TEST

/* renameat2(2) with RENAME_EXCHANGE. */
START_TEST(exchanged_names_are_both_kept)
{
	struct sighting sighting =
		sighting_of(SYS_renameat2, 0, 0, 0, KIND_FIFO);

	note_path(SYS_mknodat, KIND_FIFO, "/tmp/a", NULL, 1);
	note_path(SYS_mknodat, KIND_FIFO, "/tmp/b", NULL, 2);
	buf_add_text(&sighting.path, "/tmp/a");
	buf_add_text(&sighting.new_path, "/tmp/b");
	sighting.moves = sighting.exchanges = true;
	ck_assert_int_eq(ledger_note(&ledger, &sighting, 0, 3, 7), 0);
	ck_assert_uint_eq(ledger.alive, 2);
	ck_assert_int_eq(ledger.named, 0);
	ck_assert_int_eq(ledger.exchanged, 1);
	ck_assert_int_eq(ledger.buried, -1);
	ck_assert_str_eq(ledger.entries[0].path, "/tmp/b");
	ck_assert_str_eq(ledger.entries[1].path, "/tmp/a");
	ck_assert_int_eq(ledger.entries[1].creator, 2);
	buf_free(&sighting.path);
	buf_free(&sighting.new_path);
}
END_TEST

/* rename(2) of one of two names of an object to the other does nothing. */
START_TEST(two_names_of_one_object_stay)
{
	note_path(SYS_mknodat, KIND_FIFO, "/tmp/a", NULL, 1);
	ledger.entries[0].made = fifo_of(1);
	note_path(SYS_linkat, KIND_FIFO, "/tmp/a", "/tmp/b", 2);
	ck_assert_uint_eq(ledger.alive, 2);
	ck_assert_int_eq(rename_fifo(1), 0);
	ck_assert_uint_eq(ledger.alive, 2);
	ck_assert_str_eq(ledger.entries[0].path, "/tmp/a");
}
END_TEST

/* Two runs of which each has a site that the other has not. */
START_TEST(golden_runs_that_differ_are_told_apart)
{
	struct site_state first[] = {
		{.key = 1, .key_nth = 1, .site.id = "a"},
		{.key = 1, .key_nth = 2, .site.id = "b"},
	};
	struct site_state second[] = {
		{.key = 1, .key_nth = 1, .site.id = "a"},
		{.key = 2, .key_nth = 1, .site.id = "c"},
	};
	struct golden golden = {.sites = first, .site_count = 2};
	const struct golden other = {.sites = second, .site_count = 2};
	struct buf differs = {0};

	ck_assert_uint_eq(golden_agree(&golden, &golden, &differs), 0);
	ck_assert_str_eq(buf_text(&differs), "");
	ck_assert_uint_eq(golden_agree(&golden, &other, &differs), 2);
	ck_assert_str_eq(buf_text(&differs), "b is in the first run only");
	ck_assert(!first[0].unstable);
	ck_assert(first[1].unstable);
	buf_free(&differs);
}
END_TEST

Suite *
ledger_suite(void)
{
	Suite *suite = suite_create("ledger");
	TCase *tests = tcase_create("ledger");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, a_segment_lives_from_its_get_to_its_removal);
	tcase_add_test(tests, equal_creators_make_equal_states);
	tcase_add_test(tests, a_failed_get_makes_nothing);
	tcase_add_test(tests, what_was_there_before_is_not_ours);
	tcase_add_test(tests, a_removal_of_a_strangers_object_is_noted_nowhere);
	tcase_add_test(tests,
		       a_named_semaphore_keeps_its_maker_through_its_names);
	tcase_add_test(tests, a_renamed_fifo_is_the_same_and_replaces_another);
	tcase_add_test(tests, a_leftover_leads_to_the_latest_of_its_number);
	tcase_add_test(tests, whose_it_is_the_name_alone_does_not_say);
	tcase_add_test(tests, what_took_a_strangers_place_is_ours);
	tcase_add_test(tests, a_strangers_fifo_is_renamed_and_ours_is_not);
	tcase_add_test(tests, exchanged_names_are_both_kept);
	tcase_add_test(tests, two_names_of_one_object_stay);
	tcase_add_test(tests, golden_runs_that_differ_are_told_apart);
	suite_add_tcase(suite, tests);
	return suite;
}
