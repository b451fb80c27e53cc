/* SPDX-License-Identifier: MIT */
/*
 * ledger.h - the objects that one run has made, by the calls that it made: what
 * is alive, who created it. Pure. That an object is left is for a snapshot to
 * say, the ledger says where it came from. Names and numbers are free for all
 * again once they are given up, so where sightings have seen what was made, an
 * entry is only about that.
 */
#ifndef HARNESS_LEDGER_H
#define HARNESS_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/mem.h"
#include "harness/tally.h"
#include "model/calls.h"
#include "model/kind.h"
#include "model/object.h"

/* A call, and the object that it is about as far as the arguments tell. */
struct sighting {
	const struct call_row *row;
	enum call_role role;  /* of its row, unless the arguments say more */
	enum kind kind;	      /* KIND_COUNT: about no object */
	int id;		      /* BY_ID; -1: the result will tell, or unknown */
	struct buf path;      /* BY_PATH; of a queue "/name" */
	struct buf new_path;  /* of ROLE_RENAME */
	bool moves;	      /* ROLE_RENAME: the old name goes */
	bool exchanges;	      /* it goes to what has the new name */
	bool directories;     /* a directory has one of the two */
	bool there;	      /* what it would make was there before */
	struct object before; /* that, as far as it was seen */
	struct object made;   /* what has its name at its end, the same */
	bool beyond;	      /* the path cannot be reached from here */
};

struct trail_record;

struct entry {
	enum kind kind;
	int id;
	const char *path;
	bool alive;
	int creator;	    /* number of the call, the caller's own count */
	int releaser;	    /* of the release, -1 while alive */
	uint64_t stack;	    /* of the creator */
	struct object made; /* as far as it was seen */
	struct trail_record *trail; /* the caller's, NULL: none */
};

struct ledger {
	struct entry *entries; /* in the order of their making */
	size_t count, room;
	size_t alive;
	/* Of the latest ledger_note(): the entry that has got its name by it,
	 * the one that has that one's old name now, and the one that is no
	 * longer alive. -1: none. */
	int named, exchanged, buried;
	/* The different stacks of what is alive, added up: the same on every
	 * turn of a loop that makes objects. */
	uint64_t alive_stacks;
	struct tally makers; /* objects alive by entry.stack */
	struct arena texts;
};

/* The entry that is alive and is this object, -1 when there is none. */
int ledger_find(const struct ledger *ledger, enum kind kind, int id,
		const char *path);
/* The same for what a sighting is about. */
int ledger_find_sighting(const struct ledger *ledger,
			 const struct sighting *sighting);
/* The latest entry, alive or not, that may be an object of a snapshot; -1. */
int
ledger_find_object(const struct ledger *ledger, const struct object *object);

/* Was it made and not removed by the run? */
enum whose {
	WHOSE_OTHERS,
	WHOSE_TARGET,
	WHOSE_UNSURE, /* its name was, but that may be another's now */
};
enum whose
ledger_whose(const struct ledger *ledger, const struct object *object);

/*
 * The call has returned @result: note what it made, named or removed.
 * @creator and @stack are kept for a new entry. Returns the entry that it was
 * about, -1 when there is none.
 */
int ledger_note(struct ledger *ledger, const struct sighting *sighting,
		int64_t result, int creator, uint64_t stack);
bool ledger_has_kinds(const struct ledger *ledger, unsigned kinds);

/* A directory is to be called @to, and with @exchanges what has that @from. */
struct ledger_move {
	const char *from, *to;
	bool exchanges;
};
/* Is the entry alive and in it? Sets what it will be called then. */
bool ledger_is_moved(const struct entry *entry, const struct ledger_move *move,
		     struct buf *path);
/* It has been moved with its directory. */
void ledger_set_path(struct ledger *ledger, int index, const struct buf *path);

void ledger_clear(struct ledger *ledger); /* for the next run */
void ledger_free(struct ledger *ledger);

#endif
