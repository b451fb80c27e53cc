/* SPDX-License-Identifier: MIT */
/* record.c - plain structs to JSON and back. */
#include "model/record.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/number.h"
#include "base/text.h"
#include "model/object_json.h"

enum { NS_PER_US = 1000, US_PER_MS = 1000, HEX_DIGITS = 16 };

/* One member that is read, and where it goes. */
struct reading {
	const json_t *from;
	const char *name;
	const json_t *value;
	void *into;
	struct arena *arena;
};

static int
refuse(const struct reading *reading, const char *wanted, struct err *err)
{
	return err_set(err, 0, "\"%s\" must be %s", reading->name, wanted);
}

static void
put_text(json_t *into, const char *name, const void *member)
{
	const char *text = *(const char *const *)member;

	if (text)
		object_json_set_bytes(into, name, text);
}

static int
get_text(const struct reading *reading, struct err *err)
{
	CLEANUP_BUF struct buf bytes = {0};

	if (object_json_get_bytes(reading->from, reading->name, &bytes, err))
		return -1;
	*(const char **)reading->into =
		arena_copy(reading->arena, buf_text(&bytes), bytes.length);
	return 0;
}

bool
record_texts_equal(const struct record_texts *a, const struct record_texts *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->items[i], b->items[i]) != 0)
			return false;
	return true;
}

static bool
are_utf8(const struct record_texts *texts)
{
	for (size_t i = 0; i < texts->count; i++)
		if (!text_is_utf8(texts->items[i], strlen(texts->items[i])))
			return false;
	return true;
}

typedef void add_bytes(struct buf *into, const char *bytes, size_t length);

static void
put_list(json_t *into, const char *name, const struct record_texts *texts,
	 add_bytes *add)
{
	json_t *list = json_array();

	for (size_t i = 0; i < texts->count; i++) {
		CLEANUP_BUF struct buf text = {0};

		add(&text, texts->items[i], strlen(texts->items[i]));
		json_array_append_new(list,
				      json_string_nocheck(buf_text(&text)));
	}
	json_object_set_new_nocheck(into, name, list);
}

static void
add_as_is(struct buf *into, const char *bytes, size_t length)
{
	buf_add(into, bytes, length);
}

static void
put_texts(json_t *into, const char *name, const void *member)
{
	const struct record_texts *texts = member;
	CLEANUP_FREE char *hex_name = NULL;

	if (texts->count == 0)
		return;
	if (are_utf8(texts)) {
		put_list(into, name, texts, add_as_is);
		return;
	}
	hex_name = mem_printf("%s_hex", name);
	put_list(into, name, texts, text_add_printable);
	put_list(into, hex_name, texts, text_add_hex);
}

/* One text of a list, in hexadecimal or as it is. */
static int
get_item(const struct reading *reading, const json_t *item, bool is_hex,
	 const char **into, struct err *err)
{
	CLEANUP_BUF struct buf bytes = {0};
	const char *text = json_string_value(item);

	if (!text)
		return refuse(reading, "an array of strings", err);
	if (!is_hex)
		buf_add_text(&bytes, text);
	else if (text_from_hex(&bytes, text))
		return refuse(reading, "hexadecimal where it has to be", err);
	if (strlen(buf_text(&bytes)) !=
	    (is_hex ? bytes.length : json_string_length(item)))
		return refuse(reading, "without a NUL", err);
	*into = arena_copy(reading->arena, buf_text(&bytes), bytes.length);
	return 0;
}

static int
get_texts(const struct reading *reading, struct err *err)
{
	CLEANUP_FREE char *hex_name = mem_printf("%s_hex", reading->name);
	const json_t *hex = json_object_get(reading->from, hex_name);
	const json_t *list = hex ? hex : reading->value;
	struct record_texts *texts = reading->into;
	size_t count = json_array_size(list);

	if (!json_is_array(list))
		return refuse(reading, "an array of strings", err);
	texts->items =
		arena_alloc(reading->arena, count * sizeof(*texts->items));
	texts->count = count;
	for (size_t i = 0; i < count; i++)
		if (get_item(reading, json_array_get(list, i), hex,
			     &texts->items[i], err))
			return -1;
	return 0;
}

static void
put_int(json_t *into, const char *name, const void *member)
{
	json_object_set_new_nocheck(into, name,
				    json_integer(*(const int64_t *)member));
}

static int
get_int(const struct reading *reading, struct err *err)
{
	if (!json_is_integer(reading->value))
		return refuse(reading, "an integer", err);
	*(int64_t *)reading->into = json_integer_value(reading->value);
	return 0;
}

/* A string, for jansson's integers are signed. */
static void
put_hex(json_t *into, const char *name, const void *member)
{
	CLEANUP_FREE char *text =
		mem_printf("0x%016" PRIx64, *(const uint64_t *)member);

	json_object_set_new_nocheck(into, name, json_string_nocheck(text));
}

static int
get_hex(const struct reading *reading, struct err *err)
{
	static const char wanted[] =
		"a string of 0x and up to 16 hexadecimal digits";
	const char *text = json_string_value(reading->value);

	if (!text || strncmp(text, "0x", 2) != 0 ||
	    strlen(text + 2) > HEX_DIGITS ||
	    !number_parse(text + 2, 16, UINT64_MAX, reading->into))
		return refuse(reading, wanted, err);
	return 0;
}

json_t *
record_ms(int64_t ns)
{
	const int64_t us = ns / NS_PER_US;

	return json_real((double)us / US_PER_MS);
}

static void
put_ms(json_t *into, const char *name, const void *member)
{
	json_object_set_new_nocheck(into, name,
				    record_ms(*(const int64_t *)member));
}

/* More milliseconds than a century has are no time. */
static int
get_ms(const struct reading *reading, struct err *err)
{
	const double limit = 3.2e12;
	double ms = json_number_value(reading->value);

	if (!json_is_number(reading->value) || ms < 0 || ms > limit)
		return refuse(reading, "a number of milliseconds", err);
	*(int64_t *)reading->into = (int64_t)(ms * US_PER_MS + .5) * NS_PER_US;
	return 0;
}

static void
put_bool(json_t *into, const char *name, const void *member)
{
	json_object_set_new_nocheck(into, name,
				    json_boolean(*(const bool *)member));
}

static int
get_bool(const struct reading *reading, struct err *err)
{
	if (!json_is_boolean(reading->value))
		return refuse(reading, "true or false", err);
	*(bool *)reading->into = json_is_true(reading->value);
	return 0;
}

static const struct {
	void (*put)(json_t *into, const char *name, const void *member);
	int (*get)(const struct reading *reading, struct err *err);
} types[] = {
	[RECORD_TEXT] = {put_text, get_text},
	[RECORD_TEXTS] = {put_texts, get_texts},
	[RECORD_INT] = {put_int, get_int},
	[RECORD_HEX] = {put_hex, get_hex},
	[RECORD_MS] = {put_ms, get_ms},
	[RECORD_BOOL] = {put_bool, get_bool},
};
static_assert(ARRAY_LEN(types) == RECORD_TYPE_COUNT, "a row for each type");

void
record_to_json(json_t *into, const struct record_member *members, size_t count,
	       const void *record)
{
	for (size_t i = 0; i < count; i++)
		types[members[i].type].put(into, members[i].name,
					   (const char *)record +
						   members[i].offset);
}

int
record_from_json(void *record, const struct record_member *members,
		 size_t count, const json_t *from, struct arena *arena,
		 struct err *err)
{
	for (size_t i = 0; i < count; i++) {
		const struct reading reading = {
			.from = from,
			.name = members[i].name,
			.value = json_object_get(from, members[i].name),
			.into = (char *)record + members[i].offset,
			.arena = arena,
		};

		if (reading.value && types[members[i].type].get(&reading, err))
			return -1;
	}
	return 0;
}
