/* SPDX-License-Identifier: MIT */
/*
 * snapshot.c - fuzz: files of `leakcheck snapshot`. What was read and is
 * written again reads the same, and nothing has changed between the two.
 */

#include "base/mem.h"
#include "leakcheck/diff.h"
#include "leakcheck/snapshot_file.h"
#include "tests/fuzz/fuzz.h"

static struct snapshot *
read_snapshot(const void *data, size_t size)
{
	struct err err = {0};
	struct snapshot *snapshot =
		snapshot_file_read(fuzz_file(data, size), &err);

	if (!snapshot)
		MUST(fuzz_is_explained(&err) && strstr(err.text, "/fd/"));
	return snapshot;
}

static void
write_snapshot(struct buf *into, const struct snapshot *snapshot)
{
	struct err err = {0};
	FILE *out = mem_stream(&into->data, &into->length);

	MUST(snapshot_file_write(snapshot, out, &err) == 0);
	fclose(out);
}

static void
check_diff(const struct snapshot *before, const struct snapshot *after)
{
	struct err err = {0};
	struct diff diff;

	MUST(diff_make(&diff, before, after, &err) == 0);
	MUST(diff.count == 0);
	diff_free(&diff);
}

static void
check_texts(const struct snapshot *snapshot)
{
	const struct object_list *objects = &snapshot->objects;
	CLEANUP_BUF struct buf text = {0};

	for (size_t i = 0; i < snapshot->blind_count; i++)
		snapshot_add_blind_text(&text, &snapshot->blind[i]);
	for (size_t i = 0; i < objects->count; i++) {
		object_add_name(&text, &objects->items[i]);
		object_add_details(&text, &objects->items[i]);
	}
	MUST(fuzz_is_plain(&text));
}

static void
check_order(const struct object_list *objects)
{
	for (size_t i = 1; i < objects->count; i++)
		MUST(object_compare(&objects->items[i - 1],
				    &objects->items[i]) < 0);
}

static void
check_again(const struct snapshot *snapshot)
{
	CLEANUP_BUF struct buf text = {0};
	CLEANUP_BUF struct buf text_again = {0};
	CLEANUP_SNAPSHOT struct snapshot *again = NULL;

	write_snapshot(&text, snapshot);
	again = read_snapshot(text.data, text.length);
	MUST(again);
	write_snapshot(&text_again, again);
	MUST(fuzz_is_same(&text, &text_again));
	MUST(again->objects.count == snapshot->objects.count);
	check_diff(snapshot, again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP_SNAPSHOT struct snapshot *snapshot = read_snapshot(data, size);

	if (!snapshot)
		return 0;
	check_order(&snapshot->objects);
	check_texts(snapshot);
	check_again(snapshot);
	return 0;
}
