/* SPDX-License-Identifier: MIT */
/*
 * snapshot.h - what was alive at one moment, what was not looked at, and where
 * and when that was. Plain data; collect.h takes snapshots, snapshot_file.h
 * stores them, diff.h compares them.
 */
#ifndef LEAKCHECK_SNAPSHOT_H
#define LEAKCHECK_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "model/object.h"

/* Tells whether two snapshots are of the same world. */
struct snapshot_origin {
	char boot_id[40];    /* /proc/sys/kernel/random/boot_id, "" unknown */
	uint64_t ipc_ns;     /* inode of /proc/self/ns/ipc, 0 unknown */
	uint64_t mnt_ns;     /* inode of /proc/self/ns/mnt, 0 unknown */
	int64_t taken_at_ns; /* CLOCK_REALTIME */
};

/*
 * Something that was not looked at. An object of these kinds under this path
 * may have been alive without being in the list.
 */
struct blind_spot {
	unsigned kinds; /* KIND_BIT()s */
	char *path;	/* a directory or file, NULL: everywhere */
	int levels;	/* of directories below it that were searched; -1: none,
			 * nor itself */
	char *why;	/* the reason and, where there is one, the remedy */
};

struct snapshot {
	struct snapshot_origin origin;
	unsigned kinds;		    /* that were asked for */
	struct object_list objects; /* in object_compare() order */
	struct blind_spot *blind;
	size_t blind_count;
	char **watched; /* directories searched for FIFOs and sockets */
	size_t watched_count;
};

struct snapshot *snapshot_new(void);
void snapshot_free(struct snapshot *snapshot); /* NULL is allowed */
void snapshot_free_ptr(struct snapshot **snapshot);
#define CLEANUP_SNAPSHOT CLEANUP(snapshot_free_ptr)

/* Note a blind spot. @path may be NULL; both texts are copied. */
void snapshot_add_blind(struct snapshot *snapshot, unsigned kinds,
			const char *path, const char *why);
/* Note that what is more than @levels below @path was not searched. */
void snapshot_add_depth(struct snapshot *snapshot, unsigned kinds,
			const char *path, unsigned levels, const char *why);
/* "fifo in /root: Permission denied", printable */
void snapshot_add_blind_text(struct buf *into, const struct blind_spot *spot);
/* What was not looked at of these kinds has been learnt in another way. */
void snapshot_drop_blind(struct snapshot *snapshot, unsigned kinds);
/* Note that @directory was searched for FIFOs and sockets. */
void snapshot_add_watched(struct snapshot *snapshot, const char *directory);

/*
 * Would @snapshot have listed @object had it been alive then? False when its
 * kind was not asked for, its directory not watched, or a blind spot hides it.
 */
bool
snapshot_covers(const struct snapshot *snapshot, const struct object *object);

/* The blind spot that hides @object, NULL when none does. */
const struct blind_spot *
snapshot_hides(const struct snapshot *snapshot, const struct object *object);

/*
 * Is @path the directory @directory or something below it? Textual: both are
 * absolute and normalised.
 */
bool path_is_under(const char *path, const char *directory);

#endif
