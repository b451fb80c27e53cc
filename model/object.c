/* SPDX-License-Identifier: MIT */
/* object.c - order, comparison, text form and lists of objects. */
#include "model/object.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "model/field.h"

enum { POPULATE_BYTES = 256 * 1024, VALUES_SHOWN = 32 };

#define ORDER(a, b) (((a) > (b)) - ((a) < (b)))

static int
compare_births(const struct object *a, const struct object *b)
{
	if (!object_knows(a, FIELD_BTIME) || !object_knows(b, FIELD_BTIME))
		return 0;
	return ORDER(a->btime_ns, b->btime_ns);
}

int
object_compare(const struct object *a, const struct object *b)
{
	int order = ORDER(a->kind, b->kind);

	if (order)
		return order;
	if (kind_identity(a->kind) == BY_ID)
		return ORDER(a->id, b->id);
	order = strcmp(a->path, b->path);
	if (!order)
		order = ORDER(a->dev, b->dev);
	if (!order)
		order = ORDER(a->ino, b->ino);
	return order ? order : compare_births(a, b);
}

bool
object_is_same(const struct object *a, const struct object *b)
{
	const uint32_t both = a->known & b->known;

	if (object_compare(a, b) != 0)
		return false;
	if (kind_identity(a->kind) == BY_PATH)
		return true;
	/* Marking a segment for destruction takes its key away. */
	if (both & FIELD_BIT(FIELD_KEY) && a->key != b->key && !b->marked)
		return false;
	if (both & FIELD_BIT(FIELD_CUID) && a->cuid != b->cuid)
		return false;
	if (both & FIELD_BIT(FIELD_CGID) && a->cgid != b->cgid)
		return false;
	if (both & FIELD_BIT(FIELD_CPID) && a->cpid != b->cpid)
		return false;
	if (both & FIELD_BIT(FIELD_NSEMS) && a->count != b->count)
		return false;
	return a->kind != KIND_SYSV_SHM || !(both & FIELD_BIT(FIELD_BYTES)) ||
	       a->bytes == b->bytes;
}

bool
object_is_identified(const struct object *object)
{
	return object_knows(object, kind_identity(object->kind) == BY_ID
					    ? FIELD_ID
					    : FIELD_INO);
}

const void *
object_member(const struct object *object, enum field field)
{
	return (const char *)object + field_rows[field].offset;
}

/* Only fields that are compared come here; times and identity never do. */
static bool
is_different(const struct object *a, const struct object *b, enum field field)
{
	const void *left = object_member(a, field);
	const void *right = object_member(b, field);

	switch (field_rows[field].type) {
	case TYPE_INT:
	case TYPE_UINT:
	case TYPE_HEX:
	case TYPE_OCTAL:
		return memcmp(left, right, sizeof(uint32_t)) != 0;
	case TYPE_U64:
	case TYPE_TIME:
		return memcmp(left, right, sizeof(uint64_t)) != 0;
	case TYPE_BOOL:
		return *(const bool *)left != *(const bool *)right;
	case TYPE_STRING:
		return strcmp(*(char *const *)left, *(char *const *)right) != 0;
	case TYPE_LIST:
		return a->count != b->count ||
		       memcmp(a->values, b->values,
			      a->count * sizeof(*a->values)) != 0;
	}
	return false;
}

/* The rows of field.def that are compared, as a mask. */
static const uint32_t compared_fields = 0
#define FIELD(symbol, name, type, member, kinds, compared) \
	| (uint32_t)(compared) << FIELD_##symbol
#include "model/field.def"
#undef FIELD
	;

/* Bit by bit: most of many objects have not changed, so this must be quick. */
uint32_t
object_changes(const struct object *before, const struct object *after)
{
	uint32_t left = before->known & after->known & compared_fields;
	uint32_t changes = 0;

	while (left) {
		enum field field = (enum field)__builtin_ctz(left);

		left &= left - 1;
		if (is_different(before, after, field))
			changes |= FIELD_BIT(field);
	}
	return changes;
}

const char *
object_field_name(enum field field)
{
	return field_rows[field].name;
}

/* A set may have 32,000 semaphores; nobody reads so many on a line. */
static void
add_values(struct buf *into, const struct object *object)
{
	for (uint64_t i = 0; i < object->count && i < VALUES_SHOWN; i++)
		buf_printf(into, "%s%u", i ? "," : "", object->values[i]);
	if (object->count > VALUES_SHOWN)
		buf_add_text(into, ",...");
}

void
object_add_field(struct buf *into, const struct object *object,
		 enum field field)
{
	const void *value = object_member(object, field);

	if (!object_knows(object, field))
		return;
	switch (field_rows[field].type) {
	case TYPE_INT:
		buf_printf(into, "%" PRId32, *(const int32_t *)value);
		break;
	case TYPE_UINT:
		buf_printf(into, "%" PRIu32, *(const uint32_t *)value);
		break;
	case TYPE_HEX:
		buf_printf(into, "0x%08" PRIx32, *(const uint32_t *)value);
		break;
	case TYPE_OCTAL:
		buf_printf(into, "%04" PRIo32, *(const uint32_t *)value);
		break;
	case TYPE_U64:
		buf_printf(into, "%" PRIu64, *(const uint64_t *)value);
		break;
	case TYPE_TIME:
		buf_printf(into, "%" PRId64, *(const int64_t *)value);
		break;
	case TYPE_BOOL:
		buf_add_text(into, *(const bool *)value ? "yes" : "no");
		break;
	case TYPE_STRING:
		text_add_printable(into, *(char *const *)value,
				   strlen(*(char *const *)value));
		break;
	case TYPE_LIST:
		add_values(into, object);
		break;
	}
}

void
object_add_name(struct buf *into, const struct object *object)
{
	enum kind_identity identity = kind_identity(object->kind);

	buf_printf(into, "%s ", kind_name(object->kind));
	object_add_field(into, object,
			 identity == BY_ID ? FIELD_ID : FIELD_PATH);
}

/* What a reader wants to see of an object, in this order. */
static const struct {
	enum field field;
	const char *before;
	const char *after;
} details[] = {
	{FIELD_KEY, "key ", ""},	   {FIELD_BYTES, "", " bytes"},
	{FIELD_NSEMS, "nsems ", ""},	   {FIELD_VALUES, "values ", ""},
	{FIELD_MESSAGES, "messages ", ""}, {FIELD_MODE, "mode ", ""},
	{FIELD_NATTCH, "nattch ", ""},
};

void
object_add_details(struct buf *into, const struct object *object)
{
	const char *comma = "";

	for (size_t i = 0; i < ARRAY_LEN(details); i++) {
		if (!object_knows(object, details[i].field))
			continue;
		buf_printf(into, "%s%s", comma, details[i].before);
		object_add_field(into, object, details[i].field);
		buf_add_text(into, details[i].after);
		comma = ", ";
	}
	if (object->marked)
		buf_printf(into, "%smarked for destruction", comma);
}

/*
 * Pages of the rest, a stretch ahead of what is used: asking for a page when
 * it is first written costs more than twice as much.
 */
static void
populate(struct object_list *list)
{
	size_t more = POPULATE_BYTES / sizeof(*list->items);

	if (more > list->room - list->count)
		more = list->room - list->count;
	mem_populate(list->items + list->count, more * sizeof(*list->items));
	list->populated = list->count + more;
}

/* Into a block whose pages are there, or where new ones have to be found. */
static void
resize(struct object_list *list, size_t room)
{
	size_t bytes = room * sizeof(*list->items);
	struct object *items = mem_block_get(&bytes);

	if (!items) {
		list->items = mem_grow(list->items, room, sizeof(*items));
		list->room = room;
		return;
	}
	if (list->count > 0)
		memcpy(items, list->items, list->count * sizeof(*items));
	mem_block_put(list->items, list->room * sizeof(*items));
	list->items = items;
	list->room = list->populated = bytes / sizeof(*items);
}

void
object_list_reserve(struct object_list *list, size_t more)
{
	if (list->room - list->count >= more)
		return;
	resize(list, list->count + more);
}

/* To copy it is quicker than the `rep stos` that gcc clears a struct with. */
static const struct object blank;

struct object *
object_list_add(struct object_list *list, enum kind kind)
{
	struct object *object;

	if (list->count == list->room)
		object_list_reserve(list, list->room ? list->room : 64);
	if (list->count >= list->populated)
		populate(list);
	object = &list->items[list->count++];
	*object = blank;
	object->kind = kind;
	return object;
}

void
object_list_set_path(struct object_list *list, struct object *object,
		     const char *path)
{
	object->path = arena_copy(&list->arena, path, strlen(path));
	object->known |= FIELD_BIT(FIELD_PATH);
}

/* The end of the run in order that begins at @start. */
static size_t
run_end(struct object *const *order, size_t start, size_t count)
{
	size_t end = start + 1;

	while (end < count && object_compare(order[end - 1], order[end]) <= 0)
		end++;
	return end;
}

/* Merge [start, middle) and [middle, end) of @from into @to, stably. */
static void
merge(struct object **to, struct object *const *from, size_t start,
      size_t middle, size_t end)
{
	size_t left = start;
	size_t right = middle;

	for (size_t i = start; i < end; i++) {
		bool take_left = right == end ||
				 (left < middle &&
				  object_compare(from[left], from[right]) <= 0);

		to[i] = take_left ? from[left++] : from[right++];
	}
}

/* Merge the runs two by two. Returns how many are left. */
static size_t
merge_runs(struct object **to, struct object *const *from, size_t count)
{
	size_t runs = 0;

	for (size_t start = 0; start < count; runs++) {
		size_t middle = run_end(from, start, count);
		size_t end =
			middle < count ? run_end(from, middle, count) : count;

		merge(to, from, start, middle, end);
		start = end;
	}
	return runs;
}

/* Put the objects where @order says, in one go. */
static void
rearrange(struct object_list *list, struct object *const *order)
{
	struct object *sorted = mem_alloc(list->count * sizeof(*sorted));

	for (size_t i = 0; i < list->count; i++)
		sorted[i] = *order[i];
	memcpy(list->items, sorted, list->count * sizeof(*sorted));
	free(sorted);
}

static bool
is_sorted(const struct object_list *list)
{
	for (size_t i = 1; i < list->count; i++)
		if (object_compare(&list->items[i - 1], &list->items[i]) > 0)
			return false;
	return true;
}

/*
 * Natural merge sort (Knuth, TAOCP 5.2.4, algorithm N) of pointers: identifiers
 * come as a few runs in order, one more each time that the kernel began again
 * with the lowest index.
 */
void
object_list_sort(struct object_list *list)
{
	size_t count = list->count;
	struct object **from;
	struct object **to;

	if (is_sorted(list))
		return;
	from = mem_alloc(count * sizeof(struct object *));
	to = mem_alloc(count * sizeof(struct object *));
	for (size_t i = 0; i < count; i++)
		from[i] = &list->items[i];
	while (merge_runs(to, from, count) > 1) {
		struct object **swap = from;

		from = to;
		to = swap;
	}
	rearrange(list, to);
	free(from);
	free(to);
}

void
object_list_unique(struct object_list *list)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->count; i++) {
		if (kept > 0 && object_compare(&list->items[kept - 1],
					       &list->items[i]) == 0)
			continue;
		if (kept != i)
			list->items[kept] = list->items[i];
		kept++;
	}
	list->count = kept;
}

void
object_list_free(struct object_list *list)
{
	mem_block_put(list->items, list->room * sizeof(*list->items));
	arena_free(&list->arena);
	*list = (struct object_list) {0};
}
