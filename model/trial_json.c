/* SPDX-License-Identifier: MIT */
/*
 * trial_json.c - trials to JSON and back.
 *
 * A member of JSON is written by put_..., read by get_.... What is read was
 * written by anyone.
 */
#include "model/trial_json.h"

#include <limits.h>
#include <string.h>
#include <sys/wait.h>

#include "base/attr.h"
#include "base/number.h"
#include "model/end.h"
#include "model/object_json.h"
#include "model/record.h"
#include "model/site_json.h"

static const struct record_member trial_members[] = {
	{"id", RECORD_TEXT, offsetof(struct trial, id)},
	{"short", RECORD_TEXT, offsetof(struct trial, short_id)},
	{"site", RECORD_TEXT, offsetof(struct trial, site)},
	{"note", RECORD_TEXT, offsetof(struct trial, note)},
	{"ms", RECORD_MS, offsetof(struct trial, duration_ns)},
	{"output", RECORD_TEXT, offsetof(struct trial, output)},
};

static const struct record_member left_members[] = {
	{"created_at", RECORD_TEXT, offsetof(struct leftover, created_at)},
	{"held", RECORD_BOOL, offsetof(struct leftover, held)},
	{"expected", RECORD_BOOL, offsetof(struct leftover, expected)},
};
enum { CREATED_AT, HELD, EXPECTED };

static const struct record_member attempt_members[] = {
	{"operation", RECORD_TEXT, offsetof(struct attempt, operation)},
	{"object", RECORD_TEXT, offsetof(struct attempt, object)},
};

static const struct record_member survivor_members[] = {
	{"command", RECORD_TEXT, offsetof(struct survivor_seen, command)},
};

/* What is being read. */
struct reading {
	struct trial *trial;
	const json_t *json;
	struct arena *arena;
};

static void
put_text(json_t *into, const char *name, const char *text)
{
	json_object_set_new_nocheck(into, name, json_string_nocheck(text));
}

static void
put_number(json_t *into, const char *name, int64_t number)
{
	json_object_set_new_nocheck(into, name, json_integer(number));
}

static void
put_frame(json_t *into, const char *name, const struct frame *frame)
{
	if (frame_is_known(frame))
		json_object_set_new_nocheck(into, name, frame_to_json(frame));
}

static int
get_frame(const json_t *from, const char *name, struct frame *frame,
	  struct arena *arena, struct err *err)
{
	const json_t *json = json_object_get(from, name);

	if (!json)
		return 0;
	if (frame_from_json(frame, json, arena, err))
		return err_wrap(err, "\"%s\"", name);
	return 0;
}

/* The text of @name; NULL with *err set: there is none. */
static const char *
get_word(const json_t *from, const char *name, struct err *err)
{
	const char *word = json_string_value(json_object_get(from, name));

	if (!word)
		err_set(err, 0, "\"%s\" must be a string", name);
	return word;
}

/* A decimal number from 0 to @limit and nothing else. */
static bool
parse_number(const char *text, int limit, int *number)
{
	uint64_t parsed;

	if (!number_parse(text, 10, (uint64_t)limit, &parsed))
		return false;
	*number = (int)parsed;
	return true;
}

static void
put_plan(json_t *into, const struct trial *trial)
{
	CLEANUP_BUF struct buf fault = {0};

	fault_format(&trial->fault, &fault);
	put_text(into, "phase", phase_name(trial->phase));
	put_text(into, "fault", buf_text(&fault));
	put_text(into, "policy", policy_name(trial->policy));
	put_number(into, "represents", trial->represents);
	if (trial->repetition > 1)
		put_number(into, "repetition", trial->repetition);
}

static int
get_plan_words(struct reading *reading, struct err *err)
{
	static const char *const names[] = {"phase", "policy", "fault"};
	const char *words[ARRAY_LEN(names)];
	struct trial *trial = reading->trial;

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		words[i] = get_word(reading->json, names[i], err);
		if (!words[i])
			return -1;
	}
	if (!phase_parse(words[0], &trial->phase))
		return site_json_refuse(names[0], words[0], err);
	if (!policy_parse(words[1], &trial->policy))
		return site_json_refuse(names[1], words[1], err);
	if (fault_parse(words[2], &trial->fault, err))
		return err_wrap(err, "\"%s\"", names[2]);
	return 0;
}

static void
set_short_id(struct reading *reading)
{
	char short_id[TRIAL_SHORT_ID + 1];

	trial_short_id(reading->trial->id, short_id);
	reading->trial->short_id =
		arena_copy(reading->arena, short_id, TRIAL_SHORT_ID);
}

/* One counts from 1, and so does what is absent. */
static int
get_count(const json_t *from, const char *name, unsigned *count,
	  struct err *err)
{
	int64_t number = 1;

	if (site_json_get_number(from, name, UINT_MAX, &number, err))
		return -1;
	if (number == 0)
		return err_set(err, 0, "\"%s\" must be an integer from 1 on",
			       name);
	*count = (unsigned)number;
	return 0;
}

static int
get_plan(struct reading *reading, struct err *err)
{
	struct trial *trial = reading->trial;

	if (!trial->id || !*trial->id || !trial->site || !*trial->site)
		return err_set(err, 0, "there is no \"%s\"",
			       trial->id && *trial->id ? "site" : "id");
	if (get_plan_words(reading, err) ||
	    get_count(reading->json, "represents", &trial->represents, err) ||
	    get_count(reading->json, "repetition", &trial->repetition, err))
		return -1;
	if (!trial->short_id)
		set_short_id(reading);
	return trial_is_short_id(trial->short_id)
		       ? 0
		       : err_set(err, 0,
				 "\"short\" must be 8 hexadecimal digits");
}

static int
get_verdict(struct reading *reading, struct err *err)
{
	const char *word = get_word(reading->json, "verdict", err);

	if (!word)
		return -1;
	if (!verdict_parse(word, &reading->trial->verdict))
		return site_json_refuse("verdict", word, err);
	return 0;
}

static void
put_end(json_t *into, const struct trial *trial)
{
	CLEANUP_BUF struct buf end = {0};

	if (trial->status == TRIAL_STATUS_UNKNOWN)
		return;
	end_add_code(&end, trial->status);
	put_text(into, "end", buf_text(&end));
}

/*
 * A signal's name; or its number, if it has none. 127 in a status says that the
 * process was stopped: wait(2).
 */
static bool
parse_signal(const char *text, int *number)
{
	if (!parse_number(text, 126, number))
		*number = fault_signal_number(text);
	return *number > 0;
}

static int
get_end(struct reading *reading, struct err *err)
{
	const char *end;
	int number;

	reading->trial->status = TRIAL_STATUS_UNKNOWN;
	if (!json_object_get(reading->json, "end"))
		return 0;
	end = get_word(reading->json, "end", err);
	if (!end)
		return -1;
	if (!strncmp(end, "exit:", 5) && parse_number(end + 5, 255, &number))
		reading->trial->status = W_EXITCODE(number, 0);
	else if (!strncmp(end, "signal:", 7) && parse_signal(end + 7, &number))
		reading->trial->status = W_EXITCODE(0, number);
	else
		return site_json_refuse("end", end, err);
	return 0;
}

static void
put_reaction(json_t *into, const struct trial *trial)
{
	if (trial->reaction != REACTION_NONE)
		put_text(into, "reaction", reaction_name(trial->reaction));
	put_frame(into, "handler", &trial->handler);
}

static int
get_reaction(struct reading *reading, struct err *err)
{
	struct trial *trial = reading->trial;
	const char *word = "none";

	if (json_object_get(reading->json, "reaction"))
		word = get_word(reading->json, "reaction", err);
	if (!word)
		return -1;
	if (!reaction_parse(word, &trial->reaction))
		return site_json_refuse("reaction", word, err);
	return get_frame(reading->json, "handler", &trial->handler,
			 reading->arena, err);
}

static void
put_window(json_t *into, const struct trial *trial)
{
	json_t *window = json_object();
	CLEANUP_BUF struct buf source = {0};

	if (trial->window_unknown)
		json_object_set_new_nocheck(into, "window_unknown",
					    json_true());
	if (!trial->window_instructions) {
		json_decref(window);
		return;
	}
	put_number(window, "instructions", trial->window_instructions);
	if (frame_is_known(&trial->window_closes)) {
		site_add_source(&source, &trial->window_closes);
		object_json_set_bytes(window, "closes_at", buf_text(&source));
	}
	put_frame(window, "place", &trial->window_closes);
	json_object_set_new_nocheck(into, "window", window);
}

static int
get_window(struct reading *reading, struct err *err)
{
	const json_t *window = json_object_get(reading->json, "window");
	int64_t instructions = 0;

	reading->trial->window_unknown =
		json_is_true(json_object_get(reading->json, "window_unknown"));
	if (!window)
		return 0;
	if (!json_is_object(window))
		return err_set(err, 0, "\"window\" must be an object");
	if (site_json_get_number(window, "instructions", UINT_MAX,
				 &instructions, err) ||
	    get_frame(window, "place", &reading->trial->window_closes,
		      reading->arena, err))
		return err_wrap(err, "\"window\"");
	reading->trial->window_instructions = (unsigned)instructions;
	return 0;
}

static json_t *
left_to_json(const struct trial *trial, size_t i)
{
	const struct leftover *leftover = &trial->left[i];
	json_t *json = object_to_json(&leftover->object);

	record_to_json(json, &left_members[CREATED_AT], 1, leftover);
	if (leftover->held)
		record_to_json(json, &left_members[HELD], 1, leftover);
	if (leftover->expected)
		record_to_json(json, &left_members[EXPECTED], 1, leftover);
	return json;
}

/* The object's texts are made in the arena that is lent to the list. */
static int
left_from_json(struct reading *reading, const json_t *json, void *item,
	       struct err *err)
{
	struct leftover *leftover = item;
	struct object_list list = {.arena = *reading->arena};
	int failed = object_from_json(&list, json, err);

	*reading->arena = list.arena;
	list.arena = (struct arena) {0};
	if (!failed)
		leftover->object = list.items[0];
	object_list_free(&list);
	if (failed)
		return -1;
	return record_from_json(leftover, left_members, ARRAY_LEN(left_members),
				json, reading->arena, err);
}

static void
put_result(json_t *into, int error)
{
	const char *name = fault_error_name(error);

	if (error == 0)
		put_text(into, "result", "ok");
	else if (error < 0)
		put_text(into, "result", "none");
	else if (name)
		put_text(into, "result", name);
	else
		put_number(into, "result", error);
}

static int
get_result(const json_t *from, int *error, struct err *err)
{
	const json_t *json = json_object_get(from, "result");
	const char *word = json_string_value(json);
	struct fault fault;
	struct err unused;

	if (json_is_integer(json) && json_integer_value(json) > 0 &&
	    json_integer_value(json) <= INT_MAX) {
		*error = (int)json_integer_value(json);
	} else if (!word) {
		return err_set(err, 0, "\"result\" must be a string");
	} else if (strcmp(word, "ok") == 0) {
		*error = 0;
	} else if (strcmp(word, "none") == 0) {
		*error = -1;
	} else if (fault_parse(word, &fault, &unused) == 0 &&
		   fault.class == FAULT_ERROR && !fault.persistent) {
		*error = fault.number;
	} else {
		return site_json_refuse("result", word, err);
	}
	return 0;
}

static json_t *
attempt_to_json(const struct trial *trial, size_t i)
{
	const struct attempt *attempt = &trial->attempts[i];
	json_t *json = json_object();

	record_to_json(json, attempt_members, ARRAY_LEN(attempt_members),
		       attempt);
	put_frame(json, "place", &attempt->place);
	put_result(json, attempt->error);
	return json;
}

static int
attempt_from_json(struct reading *reading, const json_t *json, void *item,
		  struct err *err)
{
	struct attempt *attempt = item;

	if (record_from_json(attempt, attempt_members,
			     ARRAY_LEN(attempt_members), json, reading->arena,
			     err) ||
	    get_frame(json, "place", &attempt->place, reading->arena, err) ||
	    get_result(json, &attempt->error, err))
		return -1;
	if (!attempt->operation)
		return err_set(err, 0, "there is no \"operation\"");
	return 0;
}

static json_t *
survivor_to_json(const struct trial *trial, size_t i)
{
	const struct survivor_seen *survivor = &trial->survivors[i];
	json_t *json = json_object();

	put_number(json, "pid", survivor->pid);
	record_to_json(json, survivor_members, ARRAY_LEN(survivor_members),
		       survivor);
	return json;
}

static int
survivor_from_json(struct reading *reading, const json_t *json, void *item,
		   struct err *err)
{
	struct survivor_seen *survivor = item;
	int64_t pid = 0;

	if (site_json_get_number(json, "pid", INT_MAX, &pid, err) ||
	    record_from_json(survivor, survivor_members,
			     ARRAY_LEN(survivor_members), json, reading->arena,
			     err))
		return -1;
	survivor->pid = (pid_t)pid;
	return 0;
}

/* The lists of a trial: an array and its count each. */
static const struct list {
	const char *name;
	size_t items, count; /* offsets in struct trial */
	size_t bytes;	     /* of an item */
	json_t *(*write)(const struct trial *trial, size_t i);
	int (*read)(struct reading *reading, const json_t *json, void *item,
		    struct err *err);
} lists[] = {
	{"left", offsetof(struct trial, left),
	 offsetof(struct trial, left_count), sizeof(struct leftover),
	 left_to_json, left_from_json},
	{"attempts", offsetof(struct trial, attempts),
	 offsetof(struct trial, attempt_count), sizeof(struct attempt),
	 attempt_to_json, attempt_from_json},
	{"survivors", offsetof(struct trial, survivors),
	 offsetof(struct trial, survivor_count), sizeof(struct survivor_seen),
	 survivor_to_json, survivor_from_json},
};

static void
put_list(json_t *into, const struct list *list, const struct trial *trial)
{
	size_t count = *(const size_t *)((const char *)trial + list->count);
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(array, list->write(trial, i));
	json_object_set_new_nocheck(into, list->name, array);
}

static int
get_item(struct reading *reading, const struct list *list, const json_t *json,
	 void *item, struct err *err)
{
	if (!json_is_object(json))
		return err_set(err, 0, "this is no JSON object");
	return list->read(reading, json, item, err);
}

static int
get_list(struct reading *reading, const struct list *list, struct err *err)
{
	const json_t *array = json_object_get(reading->json, list->name);
	size_t count = json_array_size(array);
	char *items;

	if (!array)
		return 0;
	if (!json_is_array(array))
		return err_set(err, 0, "\"%s\" must be an array", list->name);
	items = arena_alloc(reading->arena, count * list->bytes);
	memset(items, 0, count * list->bytes);
	for (size_t i = 0; i < count; i++)
		if (get_item(reading, list, json_array_get(array, i),
			     items + i * list->bytes, err))
			return err_wrap(err, "\"%s\"", list->name);
	memcpy((char *)reading->trial + list->items, &items, sizeof(items));
	memcpy((char *)reading->trial + list->count, &count, sizeof(count));
	return 0;
}

json_t *
trial_to_json(const struct trial *trial)
{
	json_t *json = json_object();

	put_text(json, "type", trial->id ? "trial" : "run");
	record_to_json(json, trial_members, ARRAY_LEN(trial_members), trial);
	if (trial->id)
		put_plan(json, trial);
	put_text(json, "verdict", verdict_name(trial->verdict));
	put_end(json, trial);
	put_reaction(json, trial);
	put_window(json, trial);
	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		put_list(json, &lists[i], trial);
	return json;
}

static bool
is_run(const json_t *json)
{
	const char *type = json_string_value(json_object_get(json, "type"));

	return type && strcmp(type, "run") == 0;
}

int
trial_from_json(struct trial *trial, const json_t *json, struct arena *arena,
		struct err *err)
{
	struct arena own = {0};
	struct reading reading = {trial, json, arena};

	if (arena == &trial->arena)
		own = trial->arena;
	*trial = (struct trial) {.arena = own};
	if (!json_is_object(json))
		return err_set(err, 0, "this is no JSON object");
	if (record_from_json(trial, trial_members, ARRAY_LEN(trial_members),
			     json, arena, err))
		return -1;
	if (is_run(json))
		trial->id = trial->short_id = trial->site = NULL;
	else if (get_plan(&reading, err))
		return -1;
	if (get_verdict(&reading, err) || get_end(&reading, err) ||
	    get_reaction(&reading, err) || get_window(&reading, err))
		return -1;
	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		if (get_list(&reading, &lists[i], err))
			return -1;
	return 0;
}
