/* SPDX-License-Identifier: MIT */
/* site_json.c - sites and frames to JSON and back. */
#include "model/site_json.h"

#include <inttypes.h>
#include <limits.h>
#include <string.h>

#include "base/attr.h"
#include "base/text.h"
#include "model/record.h"

static const struct record_member frame_members[] = {
	{"module", RECORD_TEXT, offsetof(struct frame, module)},
	{"offset", RECORD_HEX, offsetof(struct frame, offset)},
	{"function", RECORD_TEXT, offsetof(struct frame, function)},
	{"file", RECORD_TEXT, offsetof(struct frame, file)},
};
enum { MODULE, OFFSET, FUNCTION, FILE_NAME };

static const struct record_member site_members[] = {
	{"site", RECORD_TEXT, offsetof(struct site, id)},
	{"role", RECORD_TEXT, offsetof(struct site, role)},
	{"operation", RECORD_TEXT, offsetof(struct site, operation)},
	{"syscall", RECORD_TEXT, offsetof(struct site, call)},
	{"stack_id", RECORD_HEX, offsetof(struct site, stack)},
};

bool
frame_is_known(const struct frame *frame)
{
	return frame->module || frame->offset || frame->function ||
	       frame->file || frame->line;
}

/* What a reader of a record looks for first. */
static void
put_source(json_t *into, const struct frame *frame)
{
	record_to_json(into, &frame_members[FUNCTION], 1, frame);
	record_to_json(into, &frame_members[FILE_NAME], 1, frame);
	if (frame->line)
		json_object_set_new_nocheck(into, "line",
					    json_integer(frame->line));
}

json_t *
frame_to_json(const struct frame *frame)
{
	json_t *json = json_object();

	record_to_json(json, &frame_members[MODULE], 1, frame);
	if (frame->module || frame->offset)
		record_to_json(json, &frame_members[OFFSET], 1, frame);
	put_source(json, frame);
	return json;
}

int
site_json_get_number(const json_t *from, const char *name, int64_t limit,
		     int64_t *number, struct err *err)
{
	const json_t *value = json_object_get(from, name);

	if (!value)
		return 0;
	if (!json_is_integer(value) || json_integer_value(value) < 0 ||
	    json_integer_value(value) > limit)
		return err_set(err, 0,
			       "\"%s\" must be an integer from 0 to %" PRId64,
			       name, limit);
	*number = json_integer_value(value);
	return 0;
}

int
site_json_refuse(const char *name, const char *word, struct err *err)
{
	CLEANUP_BUF struct buf shown = {0};

	text_add_printable(&shown, word, strlen(word));
	return err_set(err, 0, "\"%s\": '%s' is not known to this version",
		       name, buf_text(&shown));
}

int
frame_from_json(struct frame *frame, const json_t *json, struct arena *arena,
		struct err *err)
{
	int64_t line = 0;

	*frame = (struct frame) {0};
	if (!json_is_object(json))
		return err_set(err, 0, "a frame must be an object");
	if (record_from_json(frame, frame_members, ARRAY_LEN(frame_members),
			     json, arena, err) ||
	    site_json_get_number(json, "line", INT_MAX, &line, err))
		return -1;
	frame->line = (int)line;
	return 0;
}

static json_t *
frames_to_json(const struct site *site)
{
	json_t *list = json_array();

	for (size_t i = 0; i < site->frame_count; i++)
		json_array_append_new(list, frame_to_json(&site->frames[i]));
	return list;
}

static void
put_number(json_t *into, const char *name, uint64_t number)
{
	json_object_set_new_nocheck(into, name,
				    json_integer((json_int_t)number));
}

static void
put_text(json_t *into, const char *name, const char *text)
{
	json_object_set_new_nocheck(into, name, json_string_nocheck(text));
}

json_t *
site_to_json(const struct site *site)
{
	json_t *json = json_object();

	put_text(json, "type", "site");
	record_to_json(json, site_members, ARRAY_LEN(site_members), site);
	put_number(json, "nth", site->nth);
	put_number(json, "role_nth", site->role_nth);
	put_number(json, "n", site->n);
	if (site->kind < KIND_COUNT)
		put_text(json, "kind", kind_name(site->kind));
	put_text(json, "action", action_name(site->action));
	put_source(json, site_place(site));
	put_number(json, "place", site->place);
	json_object_set_new_nocheck(json, "stack", frames_to_json(site));
	return json;
}

static int
read_numbers(struct site *site, const json_t *json, struct err *err)
{
	struct {
		const char *name;
		int64_t number;
	} numbers[] = {{"nth", 0}, {"role_nth", 0}, {"n", 0}, {"place", 0}};

	for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
		if (site_json_get_number(json, numbers[i].name, UINT_MAX,
					 &numbers[i].number, err))
			return -1;
	site->nth = (unsigned)numbers[0].number;
	site->role_nth = (unsigned)numbers[1].number;
	site->n = (unsigned)numbers[2].number;
	site->place = (size_t)numbers[3].number;
	return 0;
}

static int
read_words(struct site *site, const json_t *json, struct err *err)
{
	const json_t *kind = json_object_get(json, "kind");
	const json_t *action = json_object_get(json, "action");

	site->kind = KIND_COUNT;
	if (!json_is_string(action))
		return err_set(err, 0, "\"action\" must be a string");
	if (!action_parse(json_string_value(action), &site->action))
		return site_json_refuse("action", json_string_value(action),
					err);
	if (!kind)
		return 0;
	if (!json_is_string(kind))
		return err_set(err, 0, "\"kind\" must be a string");
	if (!kind_parse(json_string_value(kind), &site->kind))
		return site_json_refuse("kind", json_string_value(kind), err);
	return 0;
}

static int
read_source(struct site *site, const json_t *json, struct arena *arena,
	    struct err *err)
{
	struct frame *frame = arena_alloc(arena, sizeof(*frame));

	if (frame_from_json(frame, json, arena, err))
		return -1;
	site->place = 0;
	site->frames = frame;
	site->frame_count = frame_is_known(frame);
	return 0;
}

static int
read_frames(struct site *site, const json_t *json, struct arena *arena,
	    struct err *err)
{
	const json_t *list = json_object_get(json, "stack");
	size_t count = json_array_size(list);
	struct frame *frames;

	if (!list)
		return read_source(site, json, arena, err);
	if (!json_is_array(list))
		return err_set(err, 0, "\"stack\" must be an array");
	frames = arena_alloc(arena, count * sizeof(*frames));
	for (size_t i = 0; i < count; i++)
		if (frame_from_json(&frames[i], json_array_get(list, i), arena,
				    err))
			return err_wrap(err, "\"stack\"");
	site->frames = frames;
	site->frame_count = count;
	return 0;
}

static int
check_texts(const struct site *site, struct err *err)
{
	const struct {
		const char *name, *text;
	} texts[] = {{"site", site->id},
		     {"role", site->role},
		     {"operation", site->operation},
		     {"syscall", site->call}};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		if (!texts[i].text || !*texts[i].text)
			return err_set(err, 0, "there is no \"%s\"",
				       texts[i].name);
	return 0;
}

int
site_from_json(struct site *site, const json_t *json, struct arena *arena,
	       struct err *err)
{
	*site = (struct site) {0};
	if (!json_is_object(json))
		return err_set(err, 0, "this is no JSON object");
	if (record_from_json(site, site_members, ARRAY_LEN(site_members), json,
			     arena, err) ||
	    check_texts(site, err) || read_numbers(site, json, err) ||
	    read_words(site, json, err))
		return -1;
	return read_frames(site, json, arena, err);
}
