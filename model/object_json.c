/* SPDX-License-Identifier: MIT */
/*
 * object_json.c - objects to JSON and back, by walking field.def.
 *
 * What is read was written by anyone: each value is checked for its type and
 * its range before it becomes a member.
 */
#include "model/object_json.h"

#include <string.h>

#include "base/number.h"
#include "base/text.h"
#include "model/field.h"

/* A text that is ours or was checked before. */
static void
set_text(json_t *into, const char *name, const char *text)
{
	json_object_set_new_nocheck(into, name, json_string_nocheck(text));
}

void
object_json_set_bytes(json_t *into, const char *name, const char *bytes)
{
	size_t length = strlen(bytes);
	CLEANUP_BUF struct buf text = {0};
	CLEANUP_FREE char *hex_name = NULL;

	if (text_is_utf8(bytes, length)) {
		set_text(into, name, bytes);
		return;
	}
	text_add_printable(&text, bytes, length);
	set_text(into, name, buf_text(&text));
	buf_clear(&text);
	text_add_hex(&text, bytes, length);
	hex_name = mem_printf("%s_hex", name);
	set_text(into, hex_name, buf_text(&text));
}

static int
add_hex_bytes(struct buf *bytes, const char *name, const json_t *value,
	      struct err *err)
{
	size_t start = bytes->length;

	if (!json_is_string(value) ||
	    text_from_hex(bytes, json_string_value(value)) ||
	    strlen(buf_text(bytes) + start) != bytes->length - start)
		return err_set(err, 0,
			       "\"%s\" must be the hexadecimal digits of bytes "
			       "without a NUL",
			       name);
	return 0;
}

int
object_json_get_bytes(const json_t *from, const char *name, struct buf *bytes,
		      struct err *err)
{
	CLEANUP_FREE char *hex_name = mem_printf("%s_hex", name);
	const json_t *hex = json_object_get(from, hex_name);
	const json_t *text = json_object_get(from, name);

	if (hex)
		return add_hex_bytes(bytes, hex_name, hex, err);
	if (!json_is_string(text))
		return err_set(err, 0, "\"%s\" must be a string", name);
	if (strlen(json_string_value(text)) != json_string_length(text))
		return err_set(err, 0, "\"%s\" must not hold a NUL", name);
	buf_add_text(bytes, json_string_value(text));
	return 0;
}

static json_t *
int_to_json(const struct object *object, enum field field)
{
	return json_integer(*(const int32_t *)object_member(object, field));
}

static json_t *
uint_to_json(const struct object *object, enum field field)
{
	return json_integer(*(const uint32_t *)object_member(object, field));
}

static json_t *
time_to_json(const struct object *object, enum field field)
{
	return json_integer(*(const int64_t *)object_member(object, field));
}

static json_t *
bool_to_json(const struct object *object, enum field field)
{
	return json_boolean(*(const bool *)object_member(object, field));
}

/* Keys, modes, and what jansson's signed integers cannot hold. */
static json_t *
text_to_json(const struct object *object, enum field field)
{
	CLEANUP_BUF struct buf text = {0};

	object_add_field(&text, object, field);
	return json_string_nocheck(buf_text(&text));
}

/* An inode number may use the 64th bit. */
static json_t *
u64_to_json(const struct object *object, enum field field)
{
	uint64_t number = *(const uint64_t *)object_member(object, field);

	if (number > INT64_MAX)
		return text_to_json(object, field);
	return json_integer((json_int_t)number);
}

static json_t *
list_to_json(const struct object *object, enum field field)
{
	const uint16_t *values =
		*(uint16_t *const *)object_member(object, field);
	json_t *list = json_array();

	for (uint64_t i = 0; i < object->count; i++)
		json_array_append_new(list, json_integer(values[i]));
	return list;
}

/* One value that is being read, and where it goes. */
struct reading {
	struct object_list *list;
	struct object *object;
	const struct field_row *row;
	const json_t *value;
};

static void *
target(const struct reading *reading)
{
	return (char *)reading->object + reading->row->offset;
}

static int
refuse(const struct reading *reading, const char *wanted, struct err *err)
{
	return err_set(err, 0, "\"%s\" must be %s", reading->row->name, wanted);
}

static int
read_int(const struct reading *reading, struct err *err)
{
	json_int_t number = json_integer_value(reading->value);

	if (!json_is_integer(reading->value) || number < 0 ||
	    number > INT32_MAX)
		return refuse(reading, "an integer from 0 to 2147483647", err);
	*(int32_t *)target(reading) = (int32_t)number;
	return 0;
}

static int
read_uint(const struct reading *reading, struct err *err)
{
	json_int_t number = json_integer_value(reading->value);

	if (!json_is_integer(reading->value) || number < 0 ||
	    number > UINT32_MAX)
		return refuse(reading, "an integer from 0 to 4294967295", err);
	*(uint32_t *)target(reading) = (uint32_t)number;
	return 0;
}

static int
read_time(const struct reading *reading, struct err *err)
{
	if (!json_is_integer(reading->value))
		return refuse(reading, "an integer", err);
	*(int64_t *)target(reading) = json_integer_value(reading->value);
	return 0;
}

static int
read_u64(const struct reading *reading, struct err *err)
{
	const char *text = json_string_value(reading->value);
	uint64_t number = (uint64_t)json_integer_value(reading->value);
	bool good = text ? number_parse(text, 10, UINT64_MAX, &number)
			 : json_is_integer(reading->value) &&
				    json_integer_value(reading->value) >= 0;

	if (!good)
		return refuse(reading, "an integer from 0 to 2^64-1", err);
	*(uint64_t *)target(reading) = number;
	return 0;
}

static int
read_hex(const struct reading *reading, struct err *err)
{
	const char *text = json_string_value(reading->value);
	uint64_t number;

	if (!text || strncmp(text, "0x", 2) != 0 ||
	    !number_parse(text + 2, 16, UINT32_MAX, &number))
		return refuse(reading, "a string such as \"0x0000002a\"", err);
	*(uint32_t *)target(reading) = (uint32_t)number;
	return 0;
}

static int
read_octal(const struct reading *reading, struct err *err)
{
	const char *text = json_string_value(reading->value);
	uint64_t number;

	if (!text || !number_parse(text, 8, 07777, &number))
		return refuse(reading, "a string such as \"0600\"", err);
	*(uint32_t *)target(reading) = (uint32_t)number;
	return 0;
}

static int
read_bool(const struct reading *reading, struct err *err)
{
	if (!json_is_boolean(reading->value))
		return refuse(reading, "true or false", err);
	*(bool *)target(reading) = json_is_true(reading->value);
	return 0;
}

static bool
is_list_of_u16(const json_t *list)
{
	if (!json_is_array(list))
		return false;
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *item = json_array_get(list, i);

		if (!json_is_integer(item) || json_integer_value(item) < 0 ||
		    json_integer_value(item) > UINT16_MAX)
			return false;
	}
	return true;
}

/* `count` is how many there are; a count that was read must agree. */
static int
read_list(const struct reading *reading, struct err *err)
{
	struct object *object = reading->object;
	size_t count = json_array_size(reading->value);
	uint16_t *values;

	if (!is_list_of_u16(reading->value))
		return refuse(reading, "a list of integers from 0 to 65535",
			      err);
	if (object_knows(object, FIELD_NSEMS) && object->count != count)
		return refuse(reading, "as many as \"nsems\" says", err);
	values = arena_alloc(&reading->list->arena, count * sizeof(*values));
	for (size_t i = 0; i < count; i++)
		values[i] = (uint16_t)json_integer_value(
			json_array_get(reading->value, i));
	object->values = values;
	object->count = count;
	return 0;
}

typedef json_t *write_value(const struct object *object, enum field field);
typedef int read_value(const struct reading *reading, struct err *err);

/* TYPE_STRING has no row: only the path is one, and it may need two names. */
static const struct form {
	write_value *write;
	read_value *read;
} forms[] = {
	[TYPE_INT] = {int_to_json, read_int},
	[TYPE_UINT] = {uint_to_json, read_uint},
	[TYPE_U64] = {u64_to_json, read_u64},
	[TYPE_HEX] = {text_to_json, read_hex},
	[TYPE_OCTAL] = {text_to_json, read_octal},
	[TYPE_TIME] = {time_to_json, read_time},
	[TYPE_BOOL] = {bool_to_json, read_bool},
	[TYPE_STRING] = {NULL, NULL},
	[TYPE_LIST] = {list_to_json, read_list},
};

/* Names and our own texts are UTF-8: no need for jansson to look again. */
void
object_json_add(json_t *into, const struct object *object)
{
	json_object_set_new_nocheck(
		into, "kind", json_string_nocheck(kind_name(object->kind)));
	for (int i = 0; i < FIELD_COUNT; i++) {
		const struct field_row *row = &field_rows[i];

		if (!object_knows(object, (enum field)i))
			continue;
		if (row->type == TYPE_STRING)
			object_json_set_bytes(into, row->name, object->path);
		else
			json_object_set_new_nocheck(
				into, row->name,
				forms[row->type].write(object, (enum field)i));
	}
}

json_t *
object_to_json(const struct object *object)
{
	json_t *json = json_object();

	object_json_add(json, object);
	return json;
}

static int
read_kind(const json_t *json, enum kind *kind, struct err *err)
{
	const char *name = json_string_value(json_object_get(json, "kind"));
	CLEANUP_BUF struct buf shown = {0};

	if (!name)
		return err_set(err, 0, "\"kind\" must be a string");
	if (kind_parse(name, kind))
		return 0;
	text_add_printable(&shown, name, strlen(name));
	return err_set(err, 0, "\"%s\" is no kind that this version knows",
		       buf_text(&shown));
}

static int
read_path(struct reading *reading, const json_t *json, struct err *err)
{
	CLEANUP_BUF struct buf path = {0};

	if (object_json_get_bytes(json, "path", &path, err))
		return -1;
	if (path.length == 0)
		return err_set(err, 0, "\"path\" must not be empty");
	object_list_set_path(reading->list, reading->object, buf_text(&path));
	return 0;
}

/* Fields of other kinds are names that are not known here. */
static int
read_fields(struct reading *reading, const json_t *json, struct err *err)
{
	struct object *object = reading->object;

	for (int i = 0; i < FIELD_COUNT; i++) {
		reading->row = &field_rows[i];
		reading->value = json_object_get(json, reading->row->name);
		if (!reading->value || reading->row->type == TYPE_STRING ||
		    !(reading->row->kinds & KIND_BIT(object->kind)))
			continue;
		if (forms[reading->row->type].read(reading, err))
			return -1;
		object->known |= FIELD_BIT((enum field)i);
	}
	return 0;
}

static int
read_object(struct reading *reading, const json_t *json, struct err *err)
{
	if (read_fields(reading, json, err))
		return -1;
	if (kind_identity(reading->object->kind) == BY_PATH)
		return read_path(reading, json, err);
	if (!object_knows(reading->object, FIELD_ID))
		return err_set(err, 0, "there is no \"id\"");
	return 0;
}

int
object_from_json(struct object_list *list, const json_t *json, struct err *err)
{
	struct reading reading = {.list = list};
	enum kind kind;

	if (!json_is_object(json))
		return err_set(err, 0, "this is no JSON object");
	if (read_kind(json, &kind, err))
		return -1;
	reading.object = object_list_add(list, kind);
	if (read_object(&reading, json, err)) {
		list->count--;
		return -1;
	}
	return 0;
}
