/* SPDX-License-Identifier: MIT */
/* check_object.c - unit: lists of objects and their order. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "model/object.h"

Suite *object_suite(void);

static void
add_id(struct object_list *list, int id)
{
	struct object *object = object_list_add(list, KIND_SYSV_SEM);

	object->id = id;
	object->known = FIELD_BIT(FIELD_ID);
	object->bytes = (uint64_t)id * 2; /* goes along */
}

static void
assert_sorted(const struct object_list *list, size_t count)
{
	size_t wrong = 0; /* one assertion, for each of them costs */

	ck_assert_uint_eq(list->count, count);
	for (size_t i = 0; i < count; i++) {
		const struct object *object = &list->items[i];

		wrong += object->bytes != (uint64_t)object->id * 2 ||
			 (i > 0 && object[-1].id > object->id);
	}
	ck_assert_uint_eq(wrong, 0);
}

/* Identifiers as the kernel hands them out, begun again at each @run. */
START_TEST(runs_of_any_length_are_merged)
{
	static const size_t runs[] = {1, 2, 3, 7, 64, 999, 1000, 5000};

	for (size_t r = 0; r < sizeof(runs) / sizeof(runs[0]); r++)
		for (size_t count = 0; count <= 2000; count += 125) {
			struct object_list list = {0};

			for (size_t i = 0; i < count; i++)
				add_id(&list,
				       (int)(i % runs[r] * 100 + i / runs[r]));
			object_list_sort(&list);
			assert_sorted(&list, count);
			object_list_free(&list);
		}
}
END_TEST

START_TEST(any_order_is_sorted)
{
	srand(1);
	for (size_t count = 0; count < 300; count++) {
		struct object_list list = {0};

		for (size_t i = 0; i < count; i++)
			add_id(&list, rand() % 100);
		object_list_sort(&list);
		assert_sorted(&list, count);
		object_list_free(&list);
	}
}
END_TEST

START_TEST(equal_objects_stay_once)
{
	struct object_list list = {0};

	for (int i = 0; i < 30; i++)
		add_id(&list, i / 3);
	object_list_unique(&list);
	assert_sorted(&list, 10);
	object_list_free(&list);
	object_list_unique(&list);
	ck_assert_uint_eq(list.count, 0);
}
END_TEST

/* The memory that is made ready ahead is never more than there is. */
START_TEST(room_may_be_reserved_at_any_time)
{
	struct object_list list = {0};

	for (int i = 0; i < 9000; i++) {
		if (i % 1000 == 0)
			object_list_reserve(&list, (size_t)i / 2);
		add_id(&list, i);
	}
	assert_sorted(&list, 9000);
	object_list_free(&list);
}
END_TEST

/* Nothing of what was in a list is seen in the next, which gets its memory. */
START_TEST(a_list_begins_cleared)
{
	const struct object empty = {.kind = KIND_FIFO};
	int cleared = 0;

	for (int round = 0; round < 3; round++) {
		struct object_list list = {0};

		for (int i = 0; i < 9000; i++) {
			struct object *object =
				object_list_add(&list, KIND_FIFO);

			cleared += !memcmp(object, &empty, sizeof(empty));
			memset(object, 0xff, sizeof(*object));
		}
		object_list_free(&list);
	}
	ck_assert_int_eq(cleared, 3 * 9000);
}
END_TEST

/* Two that are filled at once have not the same memory. */
START_TEST(lists_are_apart)
{
	for (int round = 0; round < 3; round++) {
		struct object_list lists[3] = {0};

		for (int i = 0; i < 9000; i++)
			add_id(&lists[i % 3], i);
		for (int i = 0; i < 3; i++) {
			assert_sorted(&lists[i], 3000);
			ck_assert_int_eq(lists[i].items[0].id, i);
		}
		for (int i = 0; i < 3; i++)
			object_list_free(&lists[i]);
	}
}
END_TEST

/* The objects that are there move along when a kept block is taken. */
START_TEST(a_list_may_move_into_kept_memory)
{
	struct object_list large = {0};
	struct object_list list = {0};

	object_list_reserve(&large, 9000);
	object_list_free(&large);
	for (int i = 0; i < 100; i++)
		add_id(&list, i);
	object_list_reserve(&list, 8000);
	for (int i = 100; i < 9500; i++)
		add_id(&list, i);
	assert_sorted(&list, 9500);
	object_list_free(&list);
}
END_TEST

Suite *
object_suite(void)
{
	Suite *suite = suite_create("object");
	TCase *tests = tcase_create("object");

	tcase_add_test(tests, runs_of_any_length_are_merged);
	tcase_add_test(tests, any_order_is_sorted);
	tcase_add_test(tests, equal_objects_stay_once);
	tcase_add_test(tests, room_may_be_reserved_at_any_time);
	tcase_add_test(tests, a_list_begins_cleared);
	tcase_add_test(tests, lists_are_apart);
	tcase_add_test(tests, a_list_may_move_into_kept_memory);
	suite_add_tcase(suite, tests);
	return suite;
}
