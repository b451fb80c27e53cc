/* SPDX-License-Identifier: MIT */
/* snapshot_json.c - the header of a snapshot to JSON and back. */
#include "leakcheck/snapshot_json.h"

#include <limits.h>
#include <string.h>

#include "base/text.h"
#include "model/object_json.h"

json_t *
snapshot_json_kinds(unsigned kinds)
{
	json_t *list = json_array();

	for (int i = 0; i < KIND_COUNT; i++)
		if (kinds & KIND_BIT(i))
			json_array_append_new(
				list, json_string(kind_name((enum kind)i)));
	return list;
}

/* A string, or where it is not UTF-8 an object with its bytes. */
static json_t *
directory_to_json(const char *path)
{
	json_t *object;

	if (text_is_utf8(path, strlen(path)))
		return json_string(path);
	object = json_object();
	object_json_set_bytes(object, "path", path);
	return object;
}

static json_t *
watched_to_json(const struct snapshot *snapshot)
{
	json_t *list = json_array();

	for (size_t i = 0; i < snapshot->watched_count; i++)
		json_array_append_new(list,
				      directory_to_json(snapshot->watched[i]));
	return list;
}

static json_t *
blind_spot_to_json(const struct blind_spot *spot)
{
	json_t *object = json_object();

	json_object_set_new(object, "kinds", snapshot_json_kinds(spot->kinds));
	if (spot->path)
		object_json_set_bytes(object, "path", spot->path);
	if (spot->levels >= 0)
		json_object_set_new(object, "levels",
				    json_integer(spot->levels));
	object_json_set_bytes(object, "why", spot->why);
	return object;
}

json_t *
snapshot_json_blind_spots(const struct snapshot *snapshot)
{
	json_t *list = json_array();

	for (size_t i = 0; i < snapshot->blind_count; i++)
		json_array_append_new(list,
				      blind_spot_to_json(&snapshot->blind[i]));
	return list;
}

/* A number of which 0 means "not known". */
static void
set_known(json_t *header, const char *name, uint64_t number)
{
	if (number)
		json_object_set_new(header, name,
				    json_integer((json_int_t)number));
}

json_t *
snapshot_json_header(const struct snapshot *snapshot)
{
	const struct snapshot_origin *origin = &snapshot->origin;
	json_t *header =
		json_pack("{s:s,s:i,s:s}", "type", "snapshot", "version",
			  SNAPSHOT_JSON_VERSION, "tool", "leakcheck " VERSION);

	if (origin->boot_id[0])
		json_object_set_new(header, "boot_id",
				    json_string(origin->boot_id));
	set_known(header, "ipc_namespace", origin->ipc_ns);
	set_known(header, "mount_namespace", origin->mnt_ns);
	set_known(header, "taken_at_ns", (uint64_t)origin->taken_at_ns);
	json_object_set_new(header, "kinds",
			    snapshot_json_kinds(snapshot->kinds));
	json_object_set_new(header, "watched", watched_to_json(snapshot));
	json_object_set_new(header, "not_looked_at",
			    snapshot_json_blind_spots(snapshot));
	return header;
}

/* A snapshot is a JSON object that says so in "type"; others are foreign. */
static int
check_header(const json_t *json, struct err *err)
{
	const char *type = json_string_value(json_object_get(json, "type"));
	const json_t *version = json_object_get(json, "version");

	if (!type || strcmp(type, "snapshot") != 0)
		return err_set(err, 0,
			       "this is JSON, but not the start of a snapshot");
	if (!json_is_integer(version))
		return err_set(err, 0, "\"version\" must be an integer");
	if (json_integer_value(version) != SNAPSHOT_JSON_VERSION)
		return err_set(err, 0,
			       "this is version %" JSON_INTEGER_FORMAT
			       " of the format, but leakcheck " VERSION
			       " reads version %d; use the leakcheck that "
			       "wrote it",
			       json_integer_value(version),
			       SNAPSHOT_JSON_VERSION);
	return 0;
}

static int
read_kinds(const json_t *json, unsigned *kinds, struct err *err)
{
	const json_t *list = json_object_get(json, "kinds");

	*kinds = 0;
	if (!json_is_array(list))
		return err_set(err, 0, "\"kinds\" must be a list");
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *name = json_string_value(json_array_get(list, i));
		enum kind kind;

		if (!name || !kind_parse(name, &kind))
			return err_set(err, 0,
				       "\"kinds\" holds what leakcheck " VERSION
				       " does not know");
		*kinds |= KIND_BIT(kind);
	}
	return 0;
}

static int
read_boot_id(struct snapshot_origin *origin, const json_t *header,
	     struct err *err)
{
	const json_t *json = json_object_get(header, "boot_id");
	const char *text = json_string_value(json);

	if (!json)
		return 0;
	if (!text || strlen(text) >= sizeof(origin->boot_id))
		return err_set(err, 0,
			       "\"boot_id\" must be a string of at "
			       "most 39 bytes");
	strcpy(origin->boot_id, text);
	return 0;
}

static int
read_known(const json_t *header, const char *name, int64_t *number,
	   struct err *err)
{
	const json_t *json = json_object_get(header, name);

	if (!json)
		return 0;
	if (!json_is_integer(json) || json_integer_value(json) < 0)
		return err_set(err, 0, "\"%s\" must be an integer from 0 on",
			       name);
	*number = json_integer_value(json);
	return 0;
}

static int
read_origin(struct snapshot_origin *origin, const json_t *header,
	    struct err *err)
{
	int64_t ipc_ns = 0;
	int64_t mnt_ns = 0;

	if (read_boot_id(origin, header, err) ||
	    read_known(header, "ipc_namespace", &ipc_ns, err) ||
	    read_known(header, "mount_namespace", &mnt_ns, err) ||
	    read_known(header, "taken_at_ns", &origin->taken_at_ns, err))
		return -1;
	origin->ipc_ns = (uint64_t)ipc_ns;
	origin->mnt_ns = (uint64_t)mnt_ns;
	return 0;
}

static int
read_directory(struct snapshot *snapshot, const json_t *json, struct err *err)
{
	CLEANUP_BUF struct buf path = {0};

	if (json_is_string(json))
		buf_add_text(&path, json_string_value(json));
	else if (object_json_get_bytes(json, "path", &path, err))
		return err_wrap(err, "\"watched\"");
	snapshot_add_watched(snapshot, buf_text(&path));
	return 0;
}

/*
 * Each object of a diff is compared with each of them; a file of a stranger
 * must not keep us busy for a minute. A command line names a few directories,
 * and there may be two blind spots for each and 1,024 besides.
 */
enum { WATCHED_MAX = 4096, BLIND_SPOTS_MAX = 16384 };

static int
read_watched(struct snapshot *snapshot, const json_t *header, struct err *err)
{
	const json_t *list = json_object_get(header, "watched");

	if (!json_is_array(list))
		return err_set(err, 0, "\"watched\" must be a list");
	if (json_array_size(list) > WATCHED_MAX)
		return err_set(err, 0, "\"watched\" has over %d directories",
			       WATCHED_MAX);
	for (size_t i = 0; i < json_array_size(list); i++)
		if (read_directory(snapshot, json_array_get(list, i), err))
			return -1;
	return 0;
}

/* -1 where there are none: nothing below the path was searched. */
static int
read_levels(const json_t *spot, int *levels, struct err *err)
{
	const json_t *json = json_object_get(spot, "levels");

	*levels = -1;
	if (!json)
		return 0;
	if (!json_is_integer(json) || json_integer_value(json) < 0 ||
	    json_integer_value(json) > INT_MAX)
		return err_set(err, 0,
			       "\"levels\" must be an integer from 0 to %d",
			       INT_MAX);
	*levels = (int)json_integer_value(json);
	return 0;
}

static int
read_blind_spot(struct snapshot *snapshot, const json_t *json, struct err *err)
{
	bool everywhere = !json_object_get(json, "path") &&
			  !json_object_get(json, "path_hex");
	CLEANUP_BUF struct buf path = {0};
	CLEANUP_BUF struct buf why = {0};
	unsigned kinds;
	int levels;

	if (read_kinds(json, &kinds, err) || read_levels(json, &levels, err) ||
	    object_json_get_bytes(json, "why", &why, err) ||
	    (!everywhere && object_json_get_bytes(json, "path", &path, err)))
		return err_wrap(err, "\"not_looked_at\"");
	snapshot_add_blind(snapshot, kinds, everywhere ? NULL : buf_text(&path),
			   buf_text(&why));
	snapshot->blind[snapshot->blind_count - 1].levels =
		everywhere ? -1 : levels;
	return 0;
}

static int
read_blind_spots(struct snapshot *snapshot, const json_t *header,
		 struct err *err)
{
	const json_t *list = json_object_get(header, "not_looked_at");

	if (!json_is_array(list))
		return err_set(err, 0, "\"not_looked_at\" must be a list");
	if (json_array_size(list) > BLIND_SPOTS_MAX)
		return err_set(err, 0, "\"not_looked_at\" has over %d places",
			       BLIND_SPOTS_MAX);
	for (size_t i = 0; i < json_array_size(list); i++)
		if (read_blind_spot(snapshot, json_array_get(list, i), err))
			return -1;
	return 0;
}

int
snapshot_json_read_header(struct snapshot *snapshot, const json_t *json,
			  struct err *err)
{
	if (check_header(json, err) ||
	    read_origin(&snapshot->origin, json, err) ||
	    read_kinds(json, &snapshot->kinds, err) ||
	    read_watched(snapshot, json, err) ||
	    read_blind_spots(snapshot, json, err))
		return -1;
	return 0;
}
