/* SPDX-License-Identifier: MIT */
/* diff.c - merge two sorted lists of objects. */
#include "leakcheck/diff.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static const char *const class_names[] = {
	[DIFF_ADDED] = "added",
	[DIFF_REMOVED] = "removed",
	[DIFF_CHANGED] = "changed",
	[DIFF_UNSURE] = "unsure",
};
static_assert(ARRAY_LEN(class_names) == DIFF_CLASS_COUNT, "a name for each");

const char *diff_class_name(enum diff_class class)
{
	return class_names[class];
}

const struct object *
diff_object(const struct diff_entry *entry)
{
	return entry->after ? entry->after : entry->before;
}

/* An unknown namespace (0) or boot id ("") is no reason to refuse. */
static int
check_same_world(const struct snapshot_origin *a,
		 const struct snapshot_origin *b, struct err *err)
{
	const char *what = NULL;

	if (a->boot_id[0] && b->boot_id[0] &&
	    strcmp(a->boot_id, b->boot_id) != 0)
		what = "different boots of the machine (or different machines)";
	else if (a->ipc_ns && b->ipc_ns && a->ipc_ns != b->ipc_ns)
		what = "different IPC namespaces";
	else if (a->mnt_ns && b->mnt_ns && a->mnt_ns != b->mnt_ns)
		what = "different mount namespaces";
	if (!what)
		return 0;
	return err_set(err, 0,
		       "the snapshots are from %s and cannot be compared; "
		       "take both in one place",
		       what);
}

static void
add_entry(struct diff *diff, enum diff_class class, const struct object *before,
	  const struct object *after)
{
	/* Doubles at powers of two, so that it needs no member for room. */
	if ((diff->count & (diff->count - 1)) == 0)
		diff->entries = mem_grow(diff->entries,
					 diff->count ? diff->count * 2 : 1,
					 sizeof(*diff->entries));
	diff->entries[diff->count++] = (struct diff_entry) {
		.class = class, .before = before, .after = after};
	diff->counts[class]++;
}

static void
add_one_sided(struct diff *diff, enum diff_class class,
	      const struct snapshot *other, const struct object *before,
	      const struct object *after)
{
	const struct object *object = before ? before : after;

	if (!snapshot_covers(other, object))
		class = DIFF_UNSURE;
	add_entry(diff, class, before, after);
}

static void
add_pair(struct diff *diff, const struct object *before,
	 const struct object *after)
{
	uint32_t changes;

	/*
	 * Most of many objects are as they were, to the byte. Where only the
	 * bytes between members differ they are compared after all.
	 */
	/* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison) */
	if (memcmp(before, after, sizeof(*before)) == 0)
		return;
	changes = object_changes(before, after);
	if (!object_is_same(before, after)) {
		add_entry(diff, DIFF_REMOVED, before, NULL);
		add_entry(diff, DIFF_ADDED, NULL, after);
		return;
	}
	if (!changes)
		return;
	add_entry(diff, DIFF_CHANGED, before, after);
	diff->entries[diff->count - 1].changes = changes;
}

int
diff_make(struct diff *diff, const struct snapshot *before,
	  const struct snapshot *after, struct err *err)
{
	const struct object_list *a = &before->objects;
	const struct object_list *b = &after->objects;
	size_t i = 0;
	size_t j = 0;

	*diff = (struct diff) {0};
	if (check_same_world(&before->origin, &after->origin, err))
		return -1;
	while (i < a->count || j < b->count) {
		int order = i == a->count   ? 1
			    : j == b->count ? -1
					    : object_compare(&a->items[i],
							     &b->items[j]);

		if (order < 0)
			add_one_sided(diff, DIFF_REMOVED, after, &a->items[i++],
				      NULL);
		else if (order > 0)
			add_one_sided(diff, DIFF_ADDED, before, NULL,
				      &b->items[j++]);
		else
			add_pair(diff, &a->items[i++], &b->items[j++]);
	}
	return 0;
}

void
diff_free(struct diff *diff)
{
	free(diff->entries);
	*diff = (struct diff) {0};
}
