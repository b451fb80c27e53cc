/* SPDX-License-Identifier: MIT */
/* check_object_json.c - unit: objects to JSON and back, and hostile JSON. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "model/field.h"
#include "model/object_json.h"

Suite *object_json_suite(void);

static struct object_list list;
static struct err err;

static void
setup(void)
{
	list = (struct object_list) {0};
	err = (struct err) {0};
}

static void
teardown(void)
{
	object_list_free(&list);
}

static void *
member(struct object *object, enum field field)
{
	return (char *)object + field_rows[field].offset;
}

/* A value for the field that no other field has. */
static void
set_field(struct object *object, enum field field)
{
	static const uint16_t values[] = {0, 1, 65535};
	int number = 1000 + (int)field;

	switch (field_rows[field].type) {
	case TYPE_INT:
	case TYPE_UINT:
	case TYPE_HEX:
	case TYPE_OCTAL:
		*(int32_t *)member(object, field) = number;
		break;
	case TYPE_U64:
		*(uint64_t *)member(object, field) = (uint64_t)number;
		break;
	case TYPE_TIME:
		*(int64_t *)member(object, field) = -number;
		break;
	case TYPE_BOOL:
		*(bool *)member(object, field) = true;
		break;
	case TYPE_STRING:
		*(const char **)member(object, field) = "/a/path";
		break;
	case TYPE_LIST:
		*(const uint16_t **)member(object, field) = values;
		object->count = ARRAY_LEN(values);
		break;
	}
	object->known |= FIELD_BIT(field);
}

/* Text and back into `list`. Returns the object there. */
static const struct object *
round_trip(const struct object *object)
{
	json_t *json = object_to_json(object);
	char *text = json_dumps(json, JSON_COMPACT);
	json_t *again = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

	ck_assert_ptr_nonnull(again);
	ck_assert_msg(object_from_json(&list, again, &err) == 0, "%s: %s",
		      err.text, text);
	json_decref(json);
	json_decref(again);
	free(text);
	return &list.items[list.count - 1];
}

static void
check_same(const struct object *a, const struct object *b)
{
	ck_assert_int_eq(a->kind, b->kind);
	ck_assert_uint_eq(a->known, b->known);
	ck_assert_int_eq(object_compare(a, b), 0);
	for (int i = 0; i < FIELD_COUNT; i++) {
		struct buf left = {0};
		struct buf right = {0};

		object_add_field(&left, a, (enum field)i);
		object_add_field(&right, b, (enum field)i);
		ck_assert_str_eq(buf_text(&left), buf_text(&right));
		buf_free(&left);
		buf_free(&right);
	}
}

START_TEST(every_field_of_every_kind)
{
	struct object object = {.kind = (enum kind)_i};
	size_t fields = 0;
	json_t *json;

	for (int i = 0; i < FIELD_COUNT; i++) {
		if (!(field_rows[i].kinds & KIND_BIT(_i)))
			continue;
		set_field(&object, (enum field)i);
		fields++;
	}
	json = object_to_json(&object);
	ck_assert_uint_eq(json_object_size(json), 1 + fields);
	ck_assert_str_eq(json_string_value(json_object_get(json, "kind")),
			 kind_name((enum kind)_i));
	json_decref(json);
	check_same(&object, round_trip(&object));
}
END_TEST

/* Each field alone beside the identity: what is unknown stays so. */
START_TEST(each_field_alone)
{
	enum field identity =
		kind_identity((enum kind)_i) == BY_ID ? FIELD_ID : FIELD_PATH;

	for (int i = 0; i < FIELD_COUNT; i++) {
		struct object object = {.kind = (enum kind)_i};

		if (!(field_rows[i].kinds & KIND_BIT(_i)))
			continue;
		set_field(&object, identity);
		set_field(&object, (enum field)i);
		check_same(&object, round_trip(&object));
	}
}
END_TEST

/* The ends of what the members can hold. */
START_TEST(extremes)
{
	struct object shm = {.kind = KIND_SYSV_SHM,
			     .id = INT32_MAX,
			     .key = UINT32_MAX,
			     .mode = 07777,
			     .uid = UINT32_MAX,
			     .bytes = UINT64_MAX,
			     .ctime = INT64_MIN};
	struct object fifo = {.kind = KIND_FIFO,
			      .path = "/f",
			      .ino = UINT64_MAX,
			      .dev = (uint64_t)INT64_MAX + 1,
			      .btime_ns = INT64_MAX};

	shm.known = FIELD_BIT(FIELD_ID) | FIELD_BIT(FIELD_KEY) |
		    FIELD_BIT(FIELD_MODE) | FIELD_BIT(FIELD_UID) |
		    FIELD_BIT(FIELD_BYTES) | FIELD_BIT(FIELD_CTIME);
	fifo.known = FIELD_BIT(FIELD_PATH) | FIELD_BIT(FIELD_INO) |
		     FIELD_BIT(FIELD_DEV) | FIELD_BIT(FIELD_BTIME);
	check_same(&shm, round_trip(&shm));
	check_same(&fifo, round_trip(&fifo));
}
END_TEST

START_TEST(the_documented_form)
{
	struct object object = {.kind = KIND_SYSV_SHM, .bytes = 4096};
	json_t *json;
	char *text;

	object.known = FIELD_BIT(FIELD_ID) | FIELD_BIT(FIELD_KEY) |
		       FIELD_BIT(FIELD_BYTES) | FIELD_BIT(FIELD_NATTCH);
	json = object_to_json(&object);
	text = json_dumps(json, JSON_COMPACT);
	ck_assert_str_eq(text, "{\"kind\":\"sysv-shm\",\"id\":0,\"key\":"
			       "\"0x00000000\",\"bytes\":4096,\"nattch\":0}");
	free(text);
	json_decref(json);
}
END_TEST

static const char *const paths[] = {
	"/dev/shm/plain",
	"/tmp/\n\t\x1b[31m\x7f\"\\",
	"/tmp/\xc3\xa4\xf0\x9f\x98\x80",
	"/tmp/\xff\xfe not UTF-8 \\x41",
	"/tmp/\xed\xa0\x80",
	"/tmp/cut \xe2\x82",
};

START_TEST(paths_keep_their_bytes)
{
	struct object object = {.kind = KIND_FIFO,
				.known = FIELD_BIT(FIELD_PATH),
				.path = paths[_i]};

	ck_assert_str_eq(round_trip(&object)->path, paths[_i]);
}
END_TEST

START_TEST(what_is_not_utf8_is_shown_and_kept_in_hex)
{
	struct object object = {.kind = KIND_FIFO,
				.known = FIELD_BIT(FIELD_PATH),
				.path = "/\xff"};
	json_t *json = object_to_json(&object);

	ck_assert_str_eq(json_string_value(json_object_get(json, "path")),
			 "/\\xff");
	ck_assert_str_eq(json_string_value(json_object_get(json, "path_hex")),
			 "2fff");
	json_decref(json);
}
END_TEST

static int
read_text(const char *text)
{
	json_t *json = json_loads(text, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	int result;

	ck_assert_msg(json, "the test's JSON is wrong: %s", text);
	result = object_from_json(&list, json, &err);
	json_decref(json);
	return result;
}

START_TEST(unknown_names_are_passed_over)
{
	ck_assert_int_eq(read_text("{\"type\":\"object\",\"kind\":\"fifo\","
				   "\"path\":\"/f\",\"new\":[{}],"
				   "\"nattch\":\"of another kind\","
				   "\"id\":-1}"),
			 0);
	ck_assert_uint_eq(list.items[0].known, FIELD_BIT(FIELD_PATH));
}
END_TEST

START_TEST(values_without_their_number)
{
	ck_assert_int_eq(read_text("{\"kind\":\"sysv-sem\",\"id\":1,"
				   "\"values\":[4,5]}"),
			 0);
	ck_assert_uint_eq(list.items[0].count, 2);
	ck_assert_uint_eq(list.items[0].values[1], 5);
	ck_assert(!object_knows(&list.items[0], FIELD_NSEMS));
}
END_TEST

/* What is wrong must be named: the part of the error that must be there. */
static const struct {
	const char *json;
	const char *text;
} hostile[] = {
	{"null", "no JSON object"},
	{"7", "no JSON object"},
	{"\"fifo\"", "no JSON object"},
	{"[]", "no JSON object"},
	{"{}", "\"kind\""},
	{"{\"kind\":null}", "\"kind\""},
	{"{\"kind\":7}", "\"kind\""},
	{"{\"kind\":\"\"}", "no kind that"},
	{"{\"kind\":\"sysv-shm \",\"id\":1}", "no kind that"},
	{"{\"kind\":\"pipe\",\"id\":1}", "\"pipe\" is no kind that"},
	{"{\"kind\":\"a\\nb\",\"id\":1}", "\"a\\nb\" is no kind that"},
	{"{\"kind\":\"sysv-shm\"}", "no \"id\""},
	{"{\"kind\":\"sysv-shm\",\"path\":\"/f\"}", "no \"id\""},
	{"{\"kind\":\"sysv-shm\",\"id\":null}", "\"id\""},
	{"{\"kind\":\"sysv-shm\",\"id\":\"1\"}", "\"id\""},
	{"{\"kind\":\"sysv-shm\",\"id\":1.0}", "\"id\""},
	{"{\"kind\":\"sysv-shm\",\"id\":-1}", "\"id\""},
	{"{\"kind\":\"sysv-shm\",\"id\":2147483648}", "\"id\""},
	{"{\"kind\":\"fifo\"}", "\"path\""},
	{"{\"kind\":\"fifo\",\"id\":3}", "\"path\""},
	{"{\"kind\":\"fifo\",\"path\":\"\"}", "\"path\""},
	{"{\"kind\":\"fifo\",\"path\":7}", "\"path\""},
	{"{\"kind\":\"fifo\",\"path\":\"/a\\u0000b\"}", "NUL"},
	{"{\"kind\":\"fifo\",\"path_hex\":\"\"}", "\"path\""},
	{"{\"kind\":\"fifo\",\"path_hex\":7}", "\"path_hex\""},
	{"{\"kind\":\"fifo\",\"path_hex\":\"2\"}", "\"path_hex\""},
	{"{\"kind\":\"fifo\",\"path\":\"/\",\"path_hex\":\"zz\"}",
	 "\"path_hex\""},
	{"{\"kind\":\"fifo\",\"path_hex\":\"2f0041\"}", "\"path_hex\""},
	{"{\"kind\":\"sysv-shm\",\"id\":1,\"key\":42}", "\"key\""},
	{"{\"kind\":\"sysv-shm\",\"id\":1,\"key\":\"42\"}", "\"key\""},
	{"{\"kind\":\"sysv-shm\",\"id\":1,\"key\":\"0x\"}", "\"key\""},
	{"{\"kind\":\"sysv-shm\",\"id\":1,\"key\":\"0x-1\"}", "\"key\""},
	{"{\"kind\":\"sysv-shm\",\"id\":1,\"key\":\"0x100000000\"}", "\"key\""},
	{"{\"kind\":\"sysv-shm\",\"id\":1,\"key\":\"0x0x1\"}", "\"key\""},
	{"{\"kind\":\"sysv-shm\",\"id\":1,\"mode\":384}", "\"mode\""},
	{"{\"kind\":\"sysv-shm\",\"id\":1,\"mode\":\"0800\"}", "\"mode\""},
	{"{\"kind\":\"sysv-shm\",\"id\":1,\"mode\":\"\"}", "\"mode\""},
	{"{\"kind\":\"sysv-shm\",\"id\":1,\"mode\":\"10000\"}", "\"mode\""},
	{"{\"kind\":\"sysv-shm\",\"id\":1,\"mode\":\" 600\"}", "\"mode\""},
	{"{\"kind\":\"sysv-shm\",\"id\":1,\"uid\":-1}", "\"uid\""},
	{"{\"kind\":\"sysv-shm\",\"id\":1,\"uid\":4294967296}", "\"uid\""},
	{"{\"kind\":\"sysv-shm\",\"id\":1,\"uid\":\"root\"}", "\"uid\""},
	{"{\"kind\":\"sysv-shm\",\"id\":1,\"cpid\":-5}", "\"cpid\""},
	{"{\"kind\":\"sysv-shm\",\"id\":1,\"bytes\":-1}", "\"bytes\""},
	{"{\"kind\":\"sysv-shm\",\"id\":1,\"bytes\":true}", "\"bytes\""},
	{"{\"kind\":\"sysv-shm\",\"id\":1,\"bytes\":\"\"}", "\"bytes\""},
	{"{\"kind\":\"sysv-shm\",\"id\":1,\"bytes\":\"-1\"}", "\"bytes\""},
	{"{\"kind\":\"sysv-shm\",\"id\":1,\"bytes\":\"18446744073709551616\"}",
	 "\"bytes\""},
	{"{\"kind\":\"sysv-shm\",\"id\":1,\"ctime\":1e3}", "\"ctime\""},
	{"{\"kind\":\"sysv-shm\",\"id\":1,\"ctime\":\"1\"}", "\"ctime\""},
	{"{\"kind\":\"sysv-shm\",\"id\":1,\"marked\":1}", "\"marked\""},
	{"{\"kind\":\"sysv-shm\",\"id\":1,\"marked\":null}", "\"marked\""},
	{"{\"kind\":\"sysv-sem\",\"id\":1,\"values\":7}", "\"values\""},
	{"{\"kind\":\"sysv-sem\",\"id\":1,\"values\":{}}", "\"values\""},
	{"{\"kind\":\"sysv-sem\",\"id\":1,\"values\":[-1]}", "\"values\""},
	{"{\"kind\":\"sysv-sem\",\"id\":1,\"values\":[65536]}", "\"values\""},
	{"{\"kind\":\"sysv-sem\",\"id\":1,\"values\":[\"1\"]}", "\"values\""},
	{"{\"kind\":\"sysv-sem\",\"id\":1,\"nsems\":3,\"values\":[1,2]}",
	 "\"nsems\""},
	{"{\"kind\":\"sysv-sem\",\"id\":1,\"nsems\":1,\"values\":[1,2]}",
	 "\"nsems\""},
};

START_TEST(hostile_input_is_refused_by_name)
{
	object_list_add(&list, KIND_SYSV_SHM);
	ck_assert_int_eq(read_text(hostile[_i].json), -1);
	ck_assert_msg(strstr(err.text, hostile[_i].text), "%s: %s",
		      hostile[_i].json, err.text);
	ck_assert_uint_eq(list.count, 1);
}
END_TEST

Suite *
object_json_suite(void)
{
	Suite *suite = suite_create("object_json");
	TCase *tests = tcase_create("object_json");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_loop_test(tests, every_field_of_every_kind, 0, KIND_COUNT);
	tcase_add_loop_test(tests, each_field_alone, 0, KIND_COUNT);
	tcase_add_test(tests, extremes);
	tcase_add_test(tests, the_documented_form);
	tcase_add_loop_test(tests, paths_keep_their_bytes, 0, ARRAY_LEN(paths));
	tcase_add_test(tests, what_is_not_utf8_is_shown_and_kept_in_hex);
	tcase_add_test(tests, unknown_names_are_passed_over);
	tcase_add_test(tests, values_without_their_number);
	tcase_add_loop_test(tests, hostile_input_is_refused_by_name, 0,
			    ARRAY_LEN(hostile));
	suite_add_tcase(suite, tests);
	return suite;
}
