/* SPDX-License-Identifier: MIT */
/* snapshot_file.c - writing and reading snapshots as JSON Lines. */
#include "leakcheck/snapshot_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/replace.h"
#include "base/text.h"
#include "leakcheck/snapshot_json.h"
#include "model/object_json.h"

enum {
	NAME_SHOWN_MAX = 160,
	BLOCK_BYTES = 64 * 1024,
	LINE_BYTES_MAX = 16 << 20, /* 32,000 semaphores need 0.2 MiB */
};

static int
add_to_buf(const char *bytes, size_t length, void *into)
{
	buf_add(into, bytes, length);
	return 0;
}

/* Made in memory first: jansson writes every comma by itself. */
int
snapshot_file_put(json_t *line, FILE *out, struct err *err)
{
	CLEANUP_BUF struct buf text = {0};

	json_dump_callback(line, add_to_buf, &text, JSON_COMPACT);
	json_decref(line);
	buf_add_text(&text, "\n");
	if (fwrite(text.data, 1, text.length, out) != text.length)
		return err_set(err, errno, "cannot write");
	return 0;
}

int
snapshot_file_put_blind_spots(const struct snapshot *snapshot, FILE *out,
			      struct err *err)
{
	json_t *spots = snapshot_json_blind_spots(snapshot);
	int failed = 0;

	for (size_t i = 0; i < json_array_size(spots) && !failed; i++) {
		json_t *line = json_pack("{s:s}", "type", "not_looked_at");

		json_object_update(line, json_array_get(spots, i));
		failed = snapshot_file_put(line, out, err);
	}
	json_decref(spots);
	return failed;
}

static int
put_object(const struct object *object, FILE *out, struct err *err)
{
	json_t *line = json_pack("{s:s}", "type", "object");

	object_json_add(line, object);
	return snapshot_file_put(line, out, err);
}

static int
put_end(const struct object_list *objects, FILE *out, struct err *err)
{
	return snapshot_file_put(json_pack("{s:s,s:I}", "type", "end",
					   "objects",
					   (json_int_t)objects->count),
				 out, err);
}

int
snapshot_file_write(const struct snapshot *snapshot, FILE *out, struct err *err)
{
	const struct object_list *objects = &snapshot->objects;

	if (snapshot_file_put(snapshot_json_header(snapshot), out, err))
		return -1;
	for (size_t i = 0; i < objects->count; i++)
		if (put_object(&objects->items[i], out, err))
			return -1;
	if (put_end(objects, out, err))
		return -1;
	return fflush(out) ? err_set(err, errno, "cannot write") : 0;
}

static int
save(const struct snapshot *snapshot, const char *path, struct err *err)
{
	CLEANUP_REPLACE struct replace file = REPLACE_NONE;

	if (replace_find(&file, path, err) || replace_begin(&file, err))
		return -1;
	return replace_end(&file, snapshot_file_write(snapshot, file.out, err),
			   err);
}

/* Long names lose their start, so that the error behind them is seen. */
static void
add_name(struct buf *into, const char *path, const char *of_dash)
{
	size_t length = strlen(path);
	size_t skip = length > NAME_SHOWN_MAX ? length - NAME_SHOWN_MAX : 0;

	if (strcmp(path, "-") == 0) {
		buf_add_text(into, of_dash);
		return;
	}
	if (skip)
		buf_add_text(into, "...");
	text_add_printable(into, path + skip, length - skip);
}

int
snapshot_file_save(const struct snapshot *snapshot, const char *path,
		   struct err *err)
{
	CLEANUP_BUF struct buf name = {0};

	if (strcmp(path, "-") == 0 ? !snapshot_file_write(snapshot, stdout, err)
				   : !save(snapshot, path, err))
		return 0;
	add_name(&name, path, "stdout");
	return err_wrap(err, "%s", buf_text(&name));
}

/* A file that is read line by line. */
struct lines {
	FILE *in;
	struct buf data; /* read and not yet used, from `start` on */
	size_t start;
	unsigned long number; /* of the line that was returned last */
};

static void
lines_close(struct lines *lines)
{
	if (lines->in && lines->in != stdin)
		fclose(lines->in);
	buf_free(&lines->data);
}

/* Read more behind what is there. Returns 1, 0 at the end, -1 on failure. */
static int
read_more(struct lines *lines, struct err *err)
{
	struct buf *data = &lines->data;
	size_t left = data->length - lines->start;
	size_t got;

	if (left > LINE_BYTES_MAX)
		return err_set(err, 0, "the line has over %d MiB",
			       LINE_BYTES_MAX >> 20);
	if (lines->start)
		memmove(data->data, data->data + lines->start, left);
	data->length = left;
	lines->start = 0;
	got = fread(buf_reserve(data, BLOCK_BYTES), 1, BLOCK_BYTES, lines->in);
	data->length += got;
	if (ferror(lines->in))
		return err_set(err, errno, "cannot read");
	return got > 0;
}

/*
 * The next line, without its end. Returns 1, 0 when there is no more, -1 with
 * *err set. It is valid until the next call.
 */
static int
lines_next(struct lines *lines, const char **line, size_t *length,
	   struct err *err)
{
	size_t seen = 0;

	lines->number++;
	for (;;) {
		const char *from = buf_text(&lines->data) + lines->start;
		size_t left = lines->data.length - lines->start;
		const char *end = memchr(from + seen, '\n', left - seen);
		int more;

		*line = from;
		*length = end ? (size_t)(end - from) : left;
		if (end) {
			lines->start += *length + 1;
			return 1;
		}
		seen = left;
		more = read_more(lines, err);
		if (more < 0)
			return -1;
		if (more == 0) {
			*line = buf_text(&lines->data);
			lines->start = lines->data.length;
			return left > 0;
		}
	}
}

/* The next line as JSON, a new reference. NULL at the end or on failure. */
static int
next_json(struct lines *lines, json_t **json, struct err *err)
{
	json_error_t why;
	const char *line;
	size_t length;
	int more = lines_next(lines, &line, &length, err);

	if (more <= 0)
		return more;
	*json = json_loadb(line, length, JSON_REJECT_DUPLICATES, &why);
	if (*json)
		return 1;
	/* The last line, without its end. */
	if (line[length] != '\n' &&
	    json_error_code(&why) == json_error_premature_end_of_input)
		return err_set(err, 0, "the file breaks off within a line");
	return err_set(err, 0, "this is not JSON (%s)", why.text);
}

static int
read_header(struct lines *lines, struct snapshot *snapshot, struct err *err)
{
	json_t *json;
	int more = next_json(lines, &json, err);
	int failed;

	if (more == 0)
		return err_set(err, 0, "the file is empty");
	if (more < 0)
		return -1;
	failed = snapshot_json_read_header(snapshot, json, err);
	json_decref(json);
	return failed;
}

static int
check_end(const json_t *end, const struct snapshot *snapshot, struct err *err)
{
	const json_t *count = json_object_get(end, "objects");

	if (!json_is_integer(count))
		return err_set(err, 0, "\"objects\" must be an integer");
	if ((size_t)json_integer_value(count) != snapshot->objects.count)
		return err_set(err, 0,
			       "there should be %" JSON_INTEGER_FORMAT
			       " objects, but there are %zu",
			       json_integer_value(count),
			       snapshot->objects.count);
	return 0;
}

/* Returns 1 for an object, 0 for the end, -1 with *err set. */
static int
take_record(const json_t *json, struct snapshot *snapshot, struct err *err)
{
	const char *type = json_string_value(json_object_get(json, "type"));

	if (type && strcmp(type, "object") == 0)
		return object_from_json(&snapshot->objects, json, err) ? -1 : 1;
	if (type && strcmp(type, "end") == 0)
		return check_end(json, snapshot, err);
	return err_set(err, 0, "neither an object nor the end of a snapshot");
}

static int
read_records(struct lines *lines, struct snapshot *snapshot, struct err *err)
{
	int more;

	do {
		json_t *json;

		more = next_json(lines, &json, err);
		if (more < 0)
			return -1;
		if (more == 0)
			return err_set(err, 0,
				       "the file breaks off: its last line, "
				       "{\"type\":\"end\",...}, is missing");
		more = take_record(json, snapshot, err);
		json_decref(json);
	} while (more > 0);
	return more;
}

static int
check_no_more(struct lines *lines, struct err *err)
{
	const char *line;
	size_t length;
	int more = lines_next(lines, &line, &length, err);

	if (more > 0)
		return err_set(err, 0, "there is more after the end");
	return more;
}

static int
sort_objects(struct object_list *objects, struct err *err)
{
	CLEANUP_BUF struct buf name = {0};

	object_list_sort(objects);
	for (size_t i = 1; i < objects->count; i++) {
		const struct object *object = &objects->items[i];

		if (object_compare(object - 1, object) != 0)
			continue;
		object_add_name(&name, object);
		return err_set(err, 0, "%s is there twice", buf_text(&name));
	}
	return 0;
}

static int
read_all(struct lines *lines, struct snapshot *snapshot, struct err *err)
{
	if (read_header(lines, snapshot, err) ||
	    read_records(lines, snapshot, err) || check_no_more(lines, err))
		return -1;
	lines->number = 0; /* what follows is about all of it */
	return sort_objects(&snapshot->objects, err);
}

/* "FILE:LINE: WHY; WHAT TO DO" */
static void
explain(const char *path, unsigned long line, struct err *err)
{
	struct err cause = *err;
	CLEANUP_BUF struct buf name = {0};

	add_name(&name, path, "stdin");
	if (line)
		buf_printf(&name, ":%lu", line);
	err_set(err, 0,
		"%s: %s; make a snapshot with 'leakcheck snapshot -o FILE'",
		buf_text(&name), cause.text);
	err->code = cause.code;
}

struct snapshot *
snapshot_file_read(const char *path, struct err *err)
{
	CLEANUP(lines_close) struct lines lines = {0};
	CLEANUP_SNAPSHOT struct snapshot *snapshot = snapshot_new();
	struct snapshot *result = NULL;

	lines.in = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
	if (!lines.in) {
		err_set(err, errno, "cannot open");
		explain(path, 0, err);
		return NULL;
	}
	if (read_all(&lines, snapshot, err)) {
		explain(path, lines.number, err);
		return NULL;
	}
	result = snapshot;
	snapshot = NULL;
	return result;
}
