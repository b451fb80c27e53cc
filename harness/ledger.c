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

int
ledger_find_object(const struct ledger *ledger, const struct object *object)
{
	bool by_id = kind_identity(object->kind) == BY_ID;

	for (size_t i = ledger->count; i-- > 0;)
		if (is_object(&ledger->entries[i], object->kind,
			      by_id ? object->id : -1,
			      by_id ? "" : object->path))
			return (int)i;
	return -1;
}

bool
ledger_is_alive(const struct ledger *ledger, const struct object *object)
{
	int entry = ledger_find_object(ledger, object);

	return entry >= 0 && ledger->entries[entry].alive;
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
	return (int)ledger->count++;
}

static void
bury(struct ledger *ledger, int index, int releaser)
{
	struct entry *entry = &ledger->entries[index];

	entry->alive = false;
	entry->releaser = releaser;
	ledger->alive--;
	if (!--*tally_of(&ledger->makers, entry->stack))
		ledger->alive_stacks -= entry->stack;
}

static const char *
keep(struct ledger *ledger, const struct buf *text)
{
	return arena_copy(&ledger->texts, buf_text(text), text->length);
}

/* What a call says that it makes may have been there: IPC_CREAT, O_CREAT. */
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
			      .stack = stack};
	int there = ledger_find(ledger, entry.kind, entry.id,
				buf_text(&sighting->path));

	if (there >= 0 || sighting->there)
		return there;
	if (!by_id)
		entry.path = keep(ledger, &sighting->path);
	return add(ledger, &entry);
}

static int
note_use(struct ledger *ledger, const struct sighting *sighting, int64_t result,
	 int creator, uint64_t stack)
{
	(void)creator;
	(void)stack;
	if (sighting->row->role == ROLE_GET)
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

/* link(2) gives a second name, rename(2) another; both may replace what had
 * it. The creator stays who made the first name. */
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
	if (old < 0)
		return -1;
	if (replaced >= 0)
		bury(ledger, replaced, creator);
	entry = ledger->entries[old];
	entry.path = keep(ledger, &sighting->new_path);
	if (!sighting->moves)
		return add(ledger, &entry);
	ledger->entries[old].path = entry.path;
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
	if (sighting->kind == KIND_COUNT)
		return -1;
	if (result < 0)
		return ledger_find_sighting(ledger, sighting);
	if (sighting->row->role == ROLE_RENAME)
		return note_rename(ledger, sighting, result, creator, stack);
	return notes[sighting->row->action](ledger, sighting, result, creator,
					    stack);
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
