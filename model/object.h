/* SPDX-License-Identifier: MIT */
/*
 * object.h - one live IPC object as it was seen: what it is, who owns it, what
 * is in it. Plain data. What could not be seen is not guessed: `known` says
 * which members hold something.
 */
#ifndef MODEL_OBJECT_H
#define MODEL_OBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/mem.h"
#include "model/kind.h"

enum field {
#define FIELD(symbol, name, type, member, kinds, compared) FIELD_##symbol,
#include "model/field.def"
#undef FIELD
	FIELD_COUNT
};
#define FIELD_BIT(field) (1u << (field))

/*
 * Thousands of these are looked at, and memory that is touched for the first
 * time costs more than the system call that fills it: members that never meet
 * in one kind share their place. Only `known` says which holds something.
 */
struct object {
	enum kind kind;
	uint32_t known; /* FIELD_BIT()s of the members that are set */
	uint32_t mode;	/* permission bits only */
	uid_t uid;
	gid_t gid;
	int32_t id; /* System V identifier */
	uint64_t bytes;
	uint64_t count; /* attachments, messages or semaphores */
	int64_t ctime, used_at, left_at;
	union {
		struct {	      /* BY_ID */
			uint32_t key; /* 0 is IPC_PRIVATE */
			uid_t cuid;
			gid_t cgid;
			pid_t cpid;  /* creator */
			pid_t lpid;  /* last attach, send or operation */
			pid_t lrpid; /* last receive */
		};
		struct { /* BY_PATH */
			uint64_t dev, ino;
			int64_t btime_ns;
		};
	};
	union {
		const char *path;	/* BY_PATH: NUL-terminated, any bytes */
		const uint16_t *values; /* BY_ID: `count` of them */
	};
	bool marked; /* IPC_RMID was called, goes with the last detach */
};

static inline bool
object_knows(const struct object *object, enum field field)
{
	return object->known & FIELD_BIT(field);
}

/* Its value, of the type that field.def says. */
const void *object_member(const struct object *object, enum field field);

/*
 * The total order by identity: kind, then id, or path, dev, ino. Where both
 * sides know a birth time it counts too, for inode numbers are used again.
 * Returns <0, 0 or >0; 0 means "the same object".
 */
int object_compare(const struct object *a, const struct object *b);

/*
 * Are two looks, @a the earlier, at one object? More than object_compare() asks
 * for: a System V identifier may be given again, after very many creations or
 * by kernel.shm_next_id and its like (CRIU), but what a creator gave an object
 * for good is then another.
 */
bool object_is_same(const struct object *a, const struct object *b);

/* Was enough of it seen to tell it from another of its number or name? */
bool object_is_identified(const struct object *object);

/* FIELD_BIT()s of the compared fields that both know and that differ. */
uint32_t
object_changes(const struct object *before, const struct object *after);

/* Append the value of @field as text; nothing when it is not known. */
void object_add_field(struct buf *into, const struct object *object,
		      enum field field);
const char *object_field_name(enum field field);

/* Append "sysv-shm 7" or "fifo /tmp/f": kind and identity, printable. */
void object_add_name(struct buf *into, const struct object *object);
/* Append the essentials: "key 0x00000000, 4096 bytes, mode 0600, ...". */
void object_add_details(struct buf *into, const struct object *object);

/* A growing list that owns its strings. Zero-initialise to start. */
struct object_list {
	struct object *items;
	size_t count;
	size_t room;
	size_t populated;   /* items whose memory is there */
	struct arena arena; /* paths and semaphore values */
};

/* Append a cleared object of @kind. The pointer holds until the next add. */
struct object *object_list_add(struct object_list *list, enum kind kind);
/* Make room for @more; what is not used costs nothing. Moves the items. */
void object_list_reserve(struct object_list *list, size_t more);
/* Set the path to a copy of @path that @list owns. */
void object_list_set_path(struct object_list *list, struct object *object,
			  const char *path);
/* Bring into object_compare() order. Cheap when it is in order already. */
void object_list_sort(struct object_list *list);
/* Drop all but the first of equal objects from a list that is in order. */
void object_list_unique(struct object_list *list);
void object_list_free(struct object_list *list);

#endif
