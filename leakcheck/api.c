/* SPDX-License-Identifier: MIT */
/*
 * api.c - the public interface: what leakcheck.h promises, by means of what is
 * in this room. No work is done here.
 *
 * Public types are opaque. Snapshots, diffs, guards and leaks are structures
 * of this file; objects, entries and blind spots are the inner structures under
 * another name, and the as_...() functions are where names change.
 */
#include "leakcheck/leakcheck.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/fd.h"
#include "base/mem.h"
#include "leakcheck/diff.h"
#include "leakcheck/guard.h"
#include "leakcheck/isolate.h"
#include "leakcheck/snapshot_file.h"
#include "model/field.h"

struct leakcheck_options {
	struct guard_settings settings;
	char **watch;	/* what settings.collect.watch points to */
	bool is_usual;	/* it holds the default directories */
	int mqueue_dir; /* what settings.collect.mqueue_dir points to, or -1 */
};

/* Shared by diffs. */
struct leakcheck_snapshot {
	struct snapshot *data;
	atomic_uint references;
};

struct leakcheck_diff {
	struct diff data;
	struct leakcheck_snapshot *before;
	struct leakcheck_snapshot *after;
};

struct leakcheck_guard {
	struct guard data;
	struct leakcheck_options *options;
};

struct leakcheck_leaks {
	struct guard_result result; /* but for its snapshot, which is */
	struct leakcheck_snapshot *after;
};

/* The numbers of kinds and changes are the same inside and outside. */
#define SAME(outside, inside)                                         \
	static_assert((int)(outside) == (int)(inside), "part of the " \
						       "interface")
SAME(LEAKCHECK_SYSV_SHM, KIND_SYSV_SHM);
SAME(LEAKCHECK_SYSV_SEM, KIND_SYSV_SEM);
SAME(LEAKCHECK_SYSV_MSG, KIND_SYSV_MSG);
SAME(LEAKCHECK_POSIX_SHM, KIND_POSIX_SHM);
SAME(LEAKCHECK_POSIX_SEM, KIND_POSIX_SEM);
SAME(LEAKCHECK_POSIX_MQ, KIND_POSIX_MQ);
SAME(LEAKCHECK_FIFO, KIND_FIFO);
SAME(LEAKCHECK_UNIX_SOCKET, KIND_UNIX_SOCKET);
SAME(LEAKCHECK_UNIX_SOCKET + 1, KIND_COUNT);
SAME(LEAKCHECK_ADDED, DIFF_ADDED);
SAME(LEAKCHECK_REMOVED, DIFF_REMOVED);
SAME(LEAKCHECK_CHANGED, DIFF_CHANGED);
SAME(LEAKCHECK_UNSURE, DIFF_UNSURE);
SAME(LEAKCHECK_UNSURE + 1, DIFF_CLASS_COUNT);

/* Those of fields are not: inside they follow the order of field.def. */
static const enum field fields[] = {
	[LEAKCHECK_ID] = FIELD_ID,
	[LEAKCHECK_PATH] = FIELD_PATH,
	[LEAKCHECK_DEV] = FIELD_DEV,
	[LEAKCHECK_INO] = FIELD_INO,
	[LEAKCHECK_KEY] = FIELD_KEY,
	[LEAKCHECK_MODE] = FIELD_MODE,
	[LEAKCHECK_UID] = FIELD_UID,
	[LEAKCHECK_GID] = FIELD_GID,
	[LEAKCHECK_CUID] = FIELD_CUID,
	[LEAKCHECK_CGID] = FIELD_CGID,
	[LEAKCHECK_BYTES] = FIELD_BYTES,
	[LEAKCHECK_NATTCH] = FIELD_NATTCH,
	[LEAKCHECK_MESSAGES] = FIELD_MESSAGES,
	[LEAKCHECK_NSEMS] = FIELD_NSEMS,
	[LEAKCHECK_VALUES] = FIELD_VALUES,
	[LEAKCHECK_MARKED] = FIELD_MARKED,
	[LEAKCHECK_CPID] = FIELD_CPID,
	[LEAKCHECK_LPID] = FIELD_LPID,
	[LEAKCHECK_LSPID] = FIELD_LSPID,
	[LEAKCHECK_LRPID] = FIELD_LRPID,
	[LEAKCHECK_CTIME] = FIELD_CTIME,
	[LEAKCHECK_ATIME] = FIELD_ATIME,
	[LEAKCHECK_DTIME] = FIELD_DTIME,
	[LEAKCHECK_OTIME] = FIELD_OTIME,
	[LEAKCHECK_STIME] = FIELD_STIME,
	[LEAKCHECK_RTIME] = FIELD_RTIME,
	[LEAKCHECK_MTIME] = FIELD_MTIME,
	[LEAKCHECK_BTIME] = FIELD_BTIME,
};
static_assert(ARRAY_LEN(fields) == FIELD_COUNT, "all fields are public");

static const struct object *
as_object(const struct leakcheck_object *object)
{
	return (const struct object *)object;
}

static const struct leakcheck_object *
as_public(const struct object *object)
{
	return (const struct leakcheck_object *)object;
}

static const struct blind_spot *
as_blind_spot(const struct leakcheck_blind_spot *spot)
{
	return (const struct blind_spot *)spot;
}

static const struct diff_entry *
as_entry(const struct leakcheck_entry *entry)
{
	return (const struct diff_entry *)entry;
}

/* Always returns -1, so that `return report(...)` reads as one statement. */
static int
report(const struct err *err, struct leakcheck_error *error)
{
	static_assert(sizeof(error->message) >= sizeof(err->text), "fits");

	if (!error)
		return -1;
	error->code = err->code;
	memcpy(error->message, err->text, sizeof(err->text));
	return -1;
}

/* As snprintf(3) has it: what fits, and how long it would be. */
static size_t
copy_out(const struct buf *text, char *buffer, size_t size)
{
	size_t length = text->length < size ? text->length : size - 1;

	if (size > 0) {
		memcpy(buffer, buf_text(text), length);
		buffer[length] = '\0';
	}
	return text->length;
}

const char *
leakcheck_version(void)
{
	return VERSION;
}

const char *
leakcheck_kind_name(enum leakcheck_kind kind)
{
	if ((unsigned)kind >= KIND_COUNT)
		return NULL;
	return kind_name((enum kind)kind);
}

const char *
leakcheck_field_name(enum leakcheck_field field)
{
	if ((size_t)field >= ARRAY_LEN(fields))
		return NULL;
	return object_field_name(fields[field]);
}

/* @path becomes the options'. */
static void
add_watch(struct leakcheck_options *options, char *path)
{
	struct collect_settings *collect = &options->settings.collect;

	options->watch = mem_grow(options->watch, collect->watch_count + 1,
				  sizeof(*options->watch));
	options->watch[collect->watch_count++] = path;
	collect->watch = (const char *const *)options->watch;
}

static void
clear_watch(struct leakcheck_options *options)
{
	struct collect_settings *collect = &options->settings.collect;

	for (size_t i = 0; i < collect->watch_count; i++)
		free(options->watch[i]);
	free(options->watch);
	options->watch = NULL;
	options->is_usual = false;
	collect->watch = NULL;
	collect->watch_count = 0;
}

/* @fd becomes the options'. */
static void
set_mqueue_dir(struct leakcheck_options *options, int fd)
{
	fd_close(&options->mqueue_dir);
	options->mqueue_dir = fd;
	options->settings.collect.mqueue_dir =
		fd < 0 ? NULL : &options->mqueue_dir;
}

/* With @settings, of which nothing is kept but what is no pointer. */
static struct leakcheck_options *
new_options(const struct guard_settings *settings)
{
	struct leakcheck_options *options = mem_zalloc(sizeof(*options));
	const struct collect_settings *collect = &settings->collect;

	options->settings = *settings;
	options->settings.collect.watch_count = 0;
	for (size_t i = 0; i < collect->watch_count; i++)
		add_watch(options, mem_strdup(collect->watch[i]));
	options->mqueue_dir = -1;
	set_mqueue_dir(options,
		       collect->mqueue_dir
			       ? fcntl(*collect->mqueue_dir, F_DUPFD_CLOEXEC, 0)
			       : -1);
	return options;
}

struct leakcheck_options *
leakcheck_options_new(void)
{
	const struct guard_settings settings = {.collect = collect_defaults()};
	struct leakcheck_options *options = new_options(&settings);

	options->is_usual = true;
	return options;
}

void
leakcheck_options_free(struct leakcheck_options *options)
{
	if (!options)
		return;
	clear_watch(options);
	fd_close(&options->mqueue_dir);
	free(options);
}

int
leakcheck_options_set_kinds(struct leakcheck_options *options, unsigned kinds,
			    struct leakcheck_error *error)
{
	struct err err;

	if (!(kinds & KIND_ALL)) {
		err_set(&err, EINVAL, "no known kind in the set %#x", kinds);
		return report(&err, error);
	}
	options->settings.collect.kinds = kinds & KIND_ALL;
	return 0;
}

int
leakcheck_options_watch(struct leakcheck_options *options,
			const char *directory, struct leakcheck_error *error)
{
	CLEANUP_FD int fd = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
	char *path = fd < 0 ? NULL : realpath(directory, NULL);
	struct err err;

	if (!path) {
		err_set(&err, errno, "cannot watch %s", directory);
		return report(&err, error);
	}
	if (options->is_usual)
		clear_watch(options);
	add_watch(options, path);
	return 0;
}

/* Takes over @data. */
static struct leakcheck_snapshot *
wrap_snapshot(struct snapshot *data)
{
	struct leakcheck_snapshot *snapshot = mem_zalloc(sizeof(*snapshot));

	snapshot->data = data;
	atomic_init(&snapshot->references, 1);
	return snapshot;
}

struct leakcheck_snapshot *
leakcheck_snapshot_take(const struct leakcheck_options *options,
			struct leakcheck_error *error)
{
	const struct collect_settings normal = collect_defaults();
	struct snapshot *data;
	struct err err;

	data = collect_snapshot(options ? &options->settings.collect : &normal,
				&err);
	if (data)
		return wrap_snapshot(data);
	report(&err, error);
	return NULL;
}

void
leakcheck_snapshot_free(struct leakcheck_snapshot *snapshot)
{
	if (!snapshot || atomic_fetch_sub(&snapshot->references, 1) > 1)
		return;
	snapshot_free(snapshot->data);
	free(snapshot);
}

size_t
leakcheck_snapshot_count(const struct leakcheck_snapshot *snapshot)
{
	return snapshot->data->objects.count;
}

const struct leakcheck_object *
leakcheck_snapshot_object(const struct leakcheck_snapshot *snapshot,
			  size_t index)
{
	const struct object_list *objects = &snapshot->data->objects;

	return index < objects->count ? as_public(&objects->items[index])
				      : NULL;
}

const struct leakcheck_blind_spot *
leakcheck_snapshot_blind_spot(const struct leakcheck_snapshot *snapshot,
			      size_t index)
{
	const struct snapshot *data = snapshot->data;

	if (index >= data->blind_count)
		return NULL;
	return (const struct leakcheck_blind_spot *)&data->blind[index];
}

unsigned
leakcheck_blind_spot_kinds(const struct leakcheck_blind_spot *spot)
{
	return as_blind_spot(spot)->kinds;
}

const char *
leakcheck_blind_spot_path(const struct leakcheck_blind_spot *spot)
{
	return as_blind_spot(spot)->path;
}

const char *
leakcheck_blind_spot_why(const struct leakcheck_blind_spot *spot)
{
	return as_blind_spot(spot)->why;
}

size_t
leakcheck_blind_spot_format(const struct leakcheck_blind_spot *spot,
			    char *buffer, size_t size)
{
	CLEANUP_BUF struct buf text = {0};

	snapshot_add_blind_text(&text, as_blind_spot(spot));
	return copy_out(&text, buffer, size);
}

int
leakcheck_snapshot_save(const struct leakcheck_snapshot *snapshot,
			const char *path, struct leakcheck_error *error)
{
	struct err err;

	if (snapshot_file_save(snapshot->data, path, &err))
		return report(&err, error);
	return 0;
}

struct leakcheck_snapshot *
leakcheck_snapshot_load(const char *path, struct leakcheck_error *error)
{
	struct err err;
	struct snapshot *data = snapshot_file_read(path, &err);

	if (data)
		return wrap_snapshot(data);
	report(&err, error);
	return NULL;
}

enum leakcheck_kind
leakcheck_object_kind(const struct leakcheck_object *object)
{
	return (enum leakcheck_kind)as_object(object)->kind;
}

const char *
leakcheck_object_path(const struct leakcheck_object *object)
{
	return object_knows(as_object(object), FIELD_PATH)
		       ? as_object(object)->path
		       : NULL;
}

static bool
read_number(const void *member, enum field_type type, int64_t *number)
{
	switch (type) {
	case TYPE_INT:
		*number = *(const int32_t *)member;
		return true;
	case TYPE_UINT:
	case TYPE_HEX:
	case TYPE_OCTAL:
		*number = *(const uint32_t *)member;
		return true;
	case TYPE_U64:
		*number = (int64_t) * (const uint64_t *)member;
		return true;
	case TYPE_TIME:
		*number = *(const int64_t *)member;
		return true;
	case TYPE_BOOL:
		*number = *(const bool *)member;
		return true;
	case TYPE_STRING:
	case TYPE_LIST:
		break;
	}
	return false;
}

bool
leakcheck_object_number(const struct leakcheck_object *object,
			enum leakcheck_field field, int64_t *number)
{
	const struct field_row *row;

	if ((size_t)field >= ARRAY_LEN(fields) ||
	    !object_knows(as_object(object), fields[field]))
		return false;
	row = &field_rows[fields[field]];
	return read_number((const char *)object + row->offset, row->type,
			   number);
}

const uint16_t *
leakcheck_object_values(const struct leakcheck_object *object, size_t *count)
{
	const struct object *inner = as_object(object);
	bool known = object_knows(inner, FIELD_VALUES);

	*count = known ? inner->count : 0;
	return known ? inner->values : NULL;
}

bool
leakcheck_object_is_same(const struct leakcheck_object *a,
			 const struct leakcheck_object *b)
{
	return object_compare(as_object(a), as_object(b)) == 0;
}

static void
add_object(struct buf *into, const struct object *object)
{
	object_add_name(into, object);
	buf_add_text(into, " (");
	object_add_details(into, object);
	buf_add_text(into, ")");
}

size_t
leakcheck_object_format(const struct leakcheck_object *object, char *buffer,
			size_t size)
{
	CLEANUP_BUF struct buf text = {0};

	add_object(&text, as_object(object));
	return copy_out(&text, buffer, size);
}

size_t
leakcheck_object_format_field(const struct leakcheck_object *object,
			      enum leakcheck_field field, char *buffer,
			      size_t size)
{
	CLEANUP_BUF struct buf text = {0};

	if ((size_t)field < ARRAY_LEN(fields))
		object_add_field(&text, as_object(object), fields[field]);
	return copy_out(&text, buffer, size);
}

/* The count is no part of what a snapshot says: a reader may add to it. */
static struct leakcheck_snapshot *
share(const struct leakcheck_snapshot *snapshot)
{
	struct leakcheck_snapshot *shared =
		(struct leakcheck_snapshot *)snapshot;

	atomic_fetch_add(&shared->references, 1);
	return shared;
}

struct leakcheck_diff *
leakcheck_diff_new(const struct leakcheck_snapshot *before,
		   const struct leakcheck_snapshot *after,
		   struct leakcheck_error *error)
{
	struct leakcheck_diff *diff;
	struct diff data;
	struct err err;

	if (diff_make(&data, before->data, after->data, &err)) {
		report(&err, error);
		return NULL;
	}
	diff = mem_zalloc(sizeof(*diff));
	diff->data = data;
	diff->before = share(before);
	diff->after = share(after);
	return diff;
}

void
leakcheck_diff_free(struct leakcheck_diff *diff)
{
	if (!diff)
		return;
	diff_free(&diff->data);
	leakcheck_snapshot_free(diff->before);
	leakcheck_snapshot_free(diff->after);
	free(diff);
}

size_t
leakcheck_diff_count(const struct leakcheck_diff *diff)
{
	return diff->data.count;
}

const struct leakcheck_entry *
leakcheck_diff_entry(const struct leakcheck_diff *diff, size_t index)
{
	if (index >= diff->data.count)
		return NULL;
	return (const struct leakcheck_entry *)&diff->data.entries[index];
}

enum leakcheck_change
leakcheck_entry_change(const struct leakcheck_entry *entry)
{
	return (enum leakcheck_change)as_entry(entry)->class;
}

const struct leakcheck_object *
leakcheck_entry_before(const struct leakcheck_entry *entry)
{
	return as_public(as_entry(entry)->before);
}

const struct leakcheck_object *
leakcheck_entry_after(const struct leakcheck_entry *entry)
{
	return as_public(as_entry(entry)->after);
}

bool
leakcheck_entry_is_changed(const struct leakcheck_entry *entry,
			   enum leakcheck_field field)
{
	if ((size_t)field >= ARRAY_LEN(fields))
		return false;
	return as_entry(entry)->changes & FIELD_BIT(fields[field]);
}

int
leakcheck_isolate(struct leakcheck_options *options,
		  struct leakcheck_error *error)
{
	struct err err;
	int mqueue_dir = -1;

	if (isolate_process(&mqueue_dir, &err))
		return report(&err, error);
	set_mqueue_dir(options, mqueue_dir);
	options->settings.isolated = true;
	return 0;
}

int
leakcheck_can_isolate(struct leakcheck_error *error)
{
	struct err err;

	if (isolate_probe(&err))
		return report(&err, error);
	return 0;
}

struct leakcheck_guard *
leakcheck_guard_new(const struct leakcheck_options *options,
		    struct leakcheck_error *error)
{
	struct leakcheck_guard *guard = mem_zalloc(sizeof(*guard));
	struct err err;

	guard->options = options ? new_options(&options->settings)
				 : leakcheck_options_new();
	if (!guard_begin(&guard->data, &guard->options->settings, &err))
		return guard;
	leakcheck_guard_free(guard);
	report(&err, error);
	return NULL;
}

void
leakcheck_guard_free(struct leakcheck_guard *guard)
{
	if (!guard)
		return;
	guard_free(&guard->data);
	leakcheck_options_free(guard->options);
	free(guard);
}

pid_t
leakcheck_guard_fork(struct leakcheck_guard *guard,
		     struct leakcheck_error *error)
{
	struct err err;
	pid_t pid = guard_fork(&guard->data, &err);

	return pid < 0 ? report(&err, error) : pid;
}

struct leakcheck_leaks *
leakcheck_guard_finish(struct leakcheck_guard *guard, int *status,
		       struct leakcheck_error *error)
{
	struct leakcheck_leaks *leaks = mem_zalloc(sizeof(*leaks));
	struct err err;

	if (guard_finish(&guard->data, status, &leaks->result, &err)) {
		leakcheck_leaks_free(leaks);
		report(&err, error);
		return NULL;
	}
	leaks->after = wrap_snapshot(leaks->result.after);
	leaks->result.after = NULL;
	return leaks;
}

void
leakcheck_leaks_free(struct leakcheck_leaks *leaks)
{
	if (!leaks)
		return;
	guard_result_free(&leaks->result);
	leakcheck_snapshot_free(leaks->after);
	free(leaks);
}

size_t
leakcheck_leaks_count(const struct leakcheck_leaks *leaks)
{
	return leaks->result.count;
}

const struct leakcheck_object *
leakcheck_leaks_object(const struct leakcheck_leaks *leaks, size_t index)
{
	if (index >= leaks->result.count)
		return NULL;
	return as_public(leaks->result.leaks[index].object);
}

bool
leakcheck_leaks_is_certain(const struct leakcheck_leaks *leaks, size_t index)
{
	return index < leaks->result.count &&
	       leaks->result.leaks[index].certain;
}

const struct leakcheck_snapshot *
leakcheck_leaks_snapshot(const struct leakcheck_leaks *leaks)
{
	return leaks->after;
}

static void
add_leak(struct buf *into, const struct guard_leak *leak)
{
	add_object(into, leak->object);
	if (!leak->certain)
		buf_add_text(into, ", perhaps by another program of this user");
}

/* "; and 12 more": room is kept for it until the last has found its place. */
enum { TAIL_BYTES = 40 };

size_t
leakcheck_leaks_format(const struct leakcheck_leaks *leaks, char *buffer,
		       size_t size)
{
	CLEANUP_BUF struct buf text = {0};
	CLEANUP_BUF struct buf one = {0};
	size_t count = leaks->result.count;
	size_t shown = 0;
	size_t whole = 0;

	for (size_t i = 0; i < count; i++) {
		size_t tail = i + 1 < count ? TAIL_BYTES : 0;

		buf_clear(&one);
		buf_add_text(&one, i ? "; " : "leaked ");
		add_leak(&one, &leaks->result.leaks[i]);
		whole += one.length;
		/* One is shown in any case, and then cut like any text. */
		if (i && (shown < i || text.length + one.length + tail >= size))
			continue;
		buf_add(&text, one.data, one.length);
		shown++;
	}
	if (shown < count)
		buf_printf(&text, "; and %zu more", count - shown);
	copy_out(&text, buffer, size);
	return whole;
}
