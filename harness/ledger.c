/* SPDX-License-Identifier: MIT */
/* ledger.c - the objects that one run has made. */
#include "harness/ledger.h"

#include <stdlib.h>
#include <string.h>

#include "base/attr.h"

static bool
is_object(const struct entry *entry, enum kind kind, int id, const char *path)
{
	if (entry->kind != kind)
		return false;
	return kind_identity(kind) == BY_ID ? entry->id == id
					    : !strcmp(entry->path, path);
}

/* From the end: what was made last is mostly what is used next. */
int
ledger_find(const struct ledger *ledger, enum kind kind, int id,
	    const char *path)
{
	for (size_t i = ledger->count; i-- > 0;)
		if (ledger->entries[i].alive &&
		    is_object(&ledger->entries[i], kind, id, path))
			return (int)i;
	return -1;
}

int
ledger_find_sighting(const struct ledger *ledger,
		     const struct sighting *sighting)
{
	if (sighting->kind == KIND_COUNT ||
	    (kind_identity(sighting->kind) == BY_ID && sighting->id < 0))
		return -1;
	return ledger_find(ledger, sighting->kind, sighting->id,
			   buf_text(&sighting->path));
}

/* Are these looks, under whatever names, at one object? */
static bool
is_same(const struct object *a, const struct object *b)
{
	struct object left = *a;
	struct object right = *b;

	if (kind_identity(a->kind) == BY_PATH)
		left.path = right.path = "";
	return object_is_same(&left, &right);
}

/* Are they certainly not? */
static bool
differs(const struct object *a, const struct object *b)
{
	return object_is_identified(a) && object_is_identified(b) &&
	       !is_same(a, b);
}

static bool
has_its_name(const struct entry *entry, const struct object *object)
{
	bool by_id = kind_identity(object->kind) == BY_ID;

	return is_object(entry, object->kind, by_id ? object->id : -1,
			 by_id ? "" : object->path);
}

int
ledger_find_object(const struct ledger *ledger, const struct object *object)
{
	for (size_t i = ledger->count; i-- > 0;)
		if (has_its_name(&ledger->entries[i], object) &&
		    !differs(&ledger->entries[i].made, object))
			return (int)i;
	return -1;
}

/* An object has one entry alive of one name. */
enum whose
ledger_whose(const struct ledger *ledger, const struct object *object)
{
	for (size_t i = ledger->count; i-- > 0;) {
		const struct entry *entry = &ledger->entries[i];

		if (!entry->alive || !has_its_name(entry, object))
			continue;
		if (differs(&entry->made, object))
			return WHOSE_OTHERS;
		return object_is_identified(&entry->made) &&
				       object_is_identified(object)
			       ? WHOSE_TARGET
			       : WHOSE_UNSURE;
	}
	return WHOSE_OTHERS;
}

bool
ledger_has_kinds(const struct ledger *ledger, unsigned kinds)
{
	for (size_t i = ledger->count; ledger->alive && i-- > 0;)
		if (ledger->entries[i].alive &&
		    kinds & KIND_BIT(ledger->entries[i].kind))
			return true;
	return false;
}

static int
add(struct ledger *ledger, const struct entry *entry)
{
	if (ledger->count == ledger->room) {
		ledger->room = ledger->room ? 2 * ledger->room : 16;
		ledger->entries = mem_grow(ledger->entries, ledger->room,
					   sizeof(*ledger->entries));
	}
	ledger->entries[ledger->count] = *entry;
	ledger->alive++;
	if (!(*tally_of(&ledger->makers, entry->stack))++)
		ledger->alive_stacks += entry->stack;
	ledger->named = (int)ledger->count;
	return (int)ledger->count++;
}

static void
bury(struct ledger *ledger, int index, int releaser)
{
	struct entry *entry = &ledger->entries[index];

	entry->alive = false;
	entry->releaser = releaser;
	ledger->buried = index;
	ledger->alive--;
	if (!--*tally_of(&ledger->makers, entry->stack))
		ledger->alive_stacks -= entry->stack;
}

/* mknod(2) and bind(2) make it or fail; others may find what is there. */
static bool
makes_new(const struct sighting *sighting)
{
	return !sighting->there || sighting->role == ROLE_NODE ||
	       sighting->role == ROLE_BIND ||
	       differs(&sighting->before, &sighting->made);
}

/* The path that belongs to the look, too, must live as long as the entry. */
static void
set_name(struct ledger *ledger, struct entry *entry, const struct buf *path)
{
	entry->path = arena_copy(&ledger->texts, buf_text(path), path->length);
	entry->made.path = entry->path;
}

/*
 * What a call says that it makes may have been there: IPC_CREAT, O_CREAT. Where
 * it is new, what the entry of that name was about must have gone unseen.
 */
static int
note_acquire(struct ledger *ledger, const struct sighting *sighting,
	     int64_t result, int creator, uint64_t stack)
{
	bool by_id = kind_identity(sighting->kind) == BY_ID;
	struct entry entry = {.kind = sighting->kind,
			      .id = by_id ? (int)result : -1,
			      .alive = true,
			      .creator = creator,
			      .releaser = -1,
			      .stack = stack,
			      .made = sighting->made};
	int there = ledger_find(ledger, entry.kind, entry.id,
				buf_text(&sighting->path));

	if (!makes_new(sighting))
		return there;
	if (there >= 0 && !differs(&ledger->entries[there].made, &entry.made))
		return there;
	if (there >= 0)
		bury(ledger, there, creator);
	if (!by_id)
		set_name(ledger, &entry, &sighting->path);
	return add(ledger, &entry);
}

static int
note_use(struct ledger *ledger, const struct sighting *sighting, int64_t result,
	 int creator, uint64_t stack)
{
	(void)creator;
	(void)stack;
	if (sighting->role == ROLE_GET)
		return ledger_find(ledger, sighting->kind, (int)result, NULL);
	return ledger_find_sighting(ledger, sighting);
}

static int
note_release(struct ledger *ledger, const struct sighting *sighting,
	     int64_t result, int creator, uint64_t stack)
{
	int index = ledger_find_sighting(ledger, sighting);

	(void)result;
	(void)stack;
	if (index >= 0)
		bury(ledger, index, creator);
	return index;
}

/* Are two names of one object? Then rename(2) does nothing. */
static bool
are_one(const struct ledger *ledger, int one, int other)
{
	const struct entry *entries = ledger->entries;

	return one == other ||
	       (other >= 0 && object_is_identified(&entries[one].made) &&
		object_is_identified(&entries[other].made) &&
		is_same(&entries[one].made, &entries[other].made));
}

/*
 * link(2) gives a second name, rename(2) another; rename(2) may replace what
 * had it, or exchange the two. The creator stays who made the first name.
 */
static int
note_rename(struct ledger *ledger, const struct sighting *sighting,
	    int64_t result, int creator, uint64_t stack)
{
	int old = ledger_find_sighting(ledger, sighting);
	int replaced = ledger_find(ledger, sighting->kind, -1,
				   buf_text(&sighting->new_path));
	struct entry entry;

	(void)result;
	(void)stack;
	/* Another's may have had the old name. */
	if (old < 0 || differs(&ledger->entries[old].made, &sighting->made) ||
	    are_one(ledger, old, replaced))
		return old;
	if (replaced >= 0 && sighting->exchanges) {
		set_name(ledger, &ledger->entries[replaced], &sighting->path);
		ledger->exchanged = replaced;
	} else if (replaced >= 0) {
		bury(ledger, replaced, creator);
	}
	entry = ledger->entries[old];
	set_name(ledger, &entry, &sighting->new_path);
	if (!sighting->moves) {
		entry.trail = NULL;
		return add(ledger, &entry);
	}
	ledger->entries[old] = entry;
	ledger->named = old;
	return old;
}

typedef int
note_function(struct ledger *ledger, const struct sighting *sighting,
	      int64_t result, int creator, uint64_t stack);

static note_function *const notes[] = {
	[ACTION_ACQUIRE] = note_acquire,
	[ACTION_USE] = note_use,
	[ACTION_RELEASE] = note_release,
};

int
ledger_note(struct ledger *ledger, const struct sighting *sighting,
	    int64_t result, int creator, uint64_t stack)
{
	ledger->named = ledger->exchanged = ledger->buried = -1;
	if (sighting->kind == KIND_COUNT)
		return -1;
	if (result < 0)
		return ledger_find_sighting(ledger, sighting);
	if (sighting->role == ROLE_RENAME)
		return note_rename(ledger, sighting, result, creator, stack);
	return notes[sighting->row->action](ledger, sighting, result, creator,
					    stack);
}

/* Replaces the begin of a path: false when it is not below @from. */
static bool
put_below(const char *path, const char *from, const char *to, struct buf *into)
{
	const size_t length = strlen(from);

	if (strncmp(path, from, length) != 0 || path[length] != '/')
		return false;
	buf_clear(into);
	buf_printf(into, "%s%s", to, path + length);
	return true;
}

bool
ledger_is_moved(const struct entry *entry, const struct ledger_move *move,
		struct buf *path)
{
	if (!entry->alive || entry->kind == KIND_POSIX_MQ ||
	    kind_identity(entry->kind) == BY_ID)
		return false;
	return put_below(entry->path, move->from, move->to, path) ||
	       (move->exchanges &&
		put_below(entry->path, move->to, move->from, path));
}

void
ledger_set_path(struct ledger *ledger, int index, const struct buf *path)
{
	set_name(ledger, &ledger->entries[index], path);
}

void
ledger_clear(struct ledger *ledger)
{
	ledger->count = 0;
	ledger->alive = 0;
	ledger->alive_stacks = 0;
	tally_clear(&ledger->makers);
	arena_free(&ledger->texts);
}

void
ledger_free(struct ledger *ledger)
{
	tally_free(&ledger->makers);
	arena_free(&ledger->texts);
	free(ledger->entries);
	*ledger = (struct ledger) {0};
}
