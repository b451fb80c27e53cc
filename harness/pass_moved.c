/* SPDX-License-Identifier: MIT */
/* pass_moved.c - a pass and the directories that the target renames. */
#include "harness/pass_moved.h"

#include <stdlib.h>
#include <sys/stat.h>

static struct ledger_move
move_of(const struct moved *moved)
{
	return (struct ledger_move) {.from = buf_text(&moved->from),
				     .to = buf_text(&moved->to),
				     .exchanges = moved->exchanges};
}

/* The call is over, or was another one. */
static void
forget(struct pass *pass, struct moved *moved)
{
	for (size_t i = 0; i < moved->count; i++)
		trail_drop(pass->trail, moved->records[i]);
	free(moved->records);
	buf_free(&moved->from);
	buf_free(&moved->to);
	*moved = (struct moved) {0};
}

/* NULL where the sandbox takes it along, or there is no room. */
static struct trail_record *
add_record(struct pass *pass, const struct entry *entry, const char *path)
{
	struct object made = entry->made;
	struct trail_record *record;

	if (!entry->trail)
		return NULL;
	made.kind = entry->kind; /* though it was not seen */
	record = trail_add_made(pass->trail, &made, path);
	if (!record)
		pass->trail_lost = true;
	return record;
}

/* We may be killed before we have seen the end: it has either name then. */
static void
foresee_names(struct pass *pass, struct moved *moved)
{
	const struct ledger_move move = move_of(moved);
	const struct ledger *ledger = &pass->ledger;
	CLEANUP_BUF struct buf path = {0};

	for (size_t i = 0; i < ledger->count; i++) {
		const struct entry *entry = &ledger->entries[i];

		if (!ledger_is_moved(entry, &move, &path))
			continue;
		moved->records = mem_grow(moved->records, moved->count + 1,
					  sizeof(struct trail_record *));
		moved->records[moved->count++] =
			add_record(pass, entry, buf_text(&path));
	}
}

void
pass_moved_foresee(struct pass *pass, struct visit *visit)
{
	const struct sighting *sighting = &visit->sighting;
	struct moved *moved = &visit->moved;
	struct stat status;

	forget(pass, moved);
	if (!sighting->directories || !sighting->moves ||
	    stat(buf_text(&sighting->path), &status))
		return;
	buf_add(&moved->from, sighting->path.data, sighting->path.length);
	buf_add(&moved->to, sighting->new_path.data, sighting->new_path.length);
	moved->exchanges = sighting->exchanges;
	moved->device = status.st_dev;
	moved->inode = status.st_ino;
	foresee_names(pass, moved);
	if (!moved->count)
		forget(pass, moved);
}

bool
pass_moved_is_due(const struct visit *visit)
{
	return visit->moved.count > 0;
}

/* It has its new name now: so has the trail, from before the old one goes. */
static void
move(struct pass *pass, const struct moved *moved)
{
	const struct ledger_move move = move_of(moved);
	struct ledger *ledger = &pass->ledger;
	CLEANUP_BUF struct buf path = {0};

	for (size_t i = 0; i < ledger->count; i++) {
		struct entry *entry = &ledger->entries[i];
		struct trail_record *record;

		if (!ledger_is_moved(entry, &move, &path))
			continue;
		record = add_record(pass, entry, buf_text(&path));
		trail_drop(pass->trail, entry->trail);
		entry->trail = record;
		ledger_set_path(ledger, (int)i, &path);
	}
}

void
pass_moved_end(struct pass *pass, struct visit *visit, int64_t result)
{
	if (pass_moved_is_due(visit) && result == 0)
		move(pass, &visit->moved);
	forget(pass, &visit->moved);
}

/* What it was about has the new name, if it was done. */
void
pass_moved_lose(struct pass *pass, struct visit *visit)
{
	const struct moved *moved = &visit->moved;
	struct stat status;
	bool done = pass_moved_is_due(visit) &&
		    lstat(buf_text(&moved->to), &status) == 0 &&
		    status.st_dev == moved->device &&
		    status.st_ino == moved->inode;

	pass_moved_end(pass, visit, done ? 0 : -1);
}
