/* SPDX-License-Identifier: MIT */
/* check_mem.c - unit: the blocks that are kept for the next one. */
#include <check.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/mem.h"

Suite *mem_suite(void);

enum {
	LEAST = 128 * 1024,
	MOST = 4 * 1024 * 1024,
	KEPT = 2,
	THREADS = 4,
	ROUNDS = 3000,
};

/* Each test is a process of its own, so nothing is kept at its start. */
static void *
get_block(size_t bytes)
{
	size_t got = bytes;
	void *block = mem_block_get(&got);

	ck_assert_uint_ge(got, bytes);
	return block ? block : mem_alloc(bytes);
}

static bool
is_kept(size_t bytes)
{
	void *block = mem_block_get(&bytes);

	free(block);
	return block != NULL;
}

START_TEST(what_is_put_back_is_had_again)
{
	void *block = get_block(LEAST + 1);
	size_t bytes = LEAST;

	mem_block_put(block, LEAST + 1);
	ck_assert_ptr_eq(mem_block_get(&bytes), block);
	ck_assert_uint_eq(bytes, LEAST + 1);
	ck_assert(!is_kept(LEAST));
	mem_block_put(block, bytes);
}
END_TEST

START_TEST(no_more_is_kept_than_said)
{
	void *blocks[KEPT + 1];
	int count = 0;

	for (size_t i = 0; i < ARRAY_LEN(blocks); i++)
		blocks[i] = get_block(MOST);
	for (size_t i = 0; i < ARRAY_LEN(blocks); i++)
		mem_block_put(blocks[i], MOST);
	while (is_kept(MOST))
		count++;
	ck_assert_int_eq(count, KEPT);
}
END_TEST

START_TEST(small_and_huge_memory_is_not_kept)
{
	mem_block_put(NULL, 0);
	mem_block_put(mem_alloc(LEAST - 1), LEAST - 1);
	ck_assert(!is_kept(LEAST - 1));
	mem_block_put(mem_alloc(MOST + 1), MOST + 1);
	ck_assert(!is_kept(LEAST));
	ck_assert(!is_kept(0));
}
END_TEST

/* Or two small ones would be in the way of large ones for ever. */
START_TEST(what_is_too_small_makes_room)
{
	for (int i = 0; i < KEPT; i++)
		mem_block_put(mem_alloc(LEAST), LEAST);
	ck_assert(!is_kept(MOST));
	ck_assert(!is_kept(LEAST));
	mem_block_put(mem_alloc(MOST), MOST);
	ck_assert(is_kept(MOST));
}
END_TEST

/* What a thread does, and whether nobody else was at its blocks. */
struct user {
	char mark;
	bool alone;
};

static void *
use_blocks(void *argument)
{
	struct user *user = argument;
	char marks[64];

	memset(marks, user->mark, sizeof(marks));
	user->alone = true;
	for (int i = 0; i < ROUNDS; i++) {
		size_t bytes = LEAST;
		char *block = mem_block_get(&bytes);

		if (!block)
			block = mem_alloc(bytes);
		memset(block, user->mark, sizeof(marks));
		sched_yield();
		user->alone &= memcmp(block, marks, sizeof(marks)) == 0;
		mem_block_put(block, bytes);
	}
	return NULL;
}

START_TEST(no_block_is_given_to_two_threads)
{
	pthread_t threads[THREADS];
	struct user users[THREADS];

	for (int i = 0; i < THREADS; i++) {
		users[i].mark = (char)(i + 1);
		ck_assert_int_eq(pthread_create(&threads[i], NULL, use_blocks,
						&users[i]),
				 0);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		ck_assert(users[i].alone);
	}
}
END_TEST

Suite *
mem_suite(void)
{
	Suite *suite = suite_create("mem");
	TCase *tests = tcase_create("mem");

	tcase_add_test(tests, what_is_put_back_is_had_again);
	tcase_add_test(tests, no_more_is_kept_than_said);
	tcase_add_test(tests, small_and_huge_memory_is_not_kept);
	tcase_add_test(tests, what_is_too_small_makes_room);
	tcase_add_test(tests, no_block_is_given_to_two_threads);
	suite_add_tcase(suite, tests);
	return suite;
}
