/* SPDX-License-Identifier: MIT */
/*
 * leakcheck.h - see which IPC objects are alive, and what a piece of code
 * leaves behind: System V and POSIX shared memory, semaphores and message
 * queues, FIFOs, unix socket paths. The library is libleakcheck; leakcheck(3)
 * has all of this with examples.
 *
 * Errors. A function that can fail takes a `struct leakcheck_error *` last. It
 * returns 0 or a pointer, or it returns -1 or NULL and fills in why. The
 * structure is the caller's, needs no initialisation and no release; NULL is
 * allowed where the reason does not matter. Out of memory ends the program, as
 * in other libraries that cannot do better (GLib).
 *
 * Ownership. What a function with `new`, `take`, `load` or `finish` in its name
 * returns is the caller's, who frees it with the function of that type that
 * ends in `_free`; those accept NULL. Everything that is `const` in a
 * result belongs to what it was asked of and lives as long as that. A
 * diff keeps what it needs of its snapshots: they may be freed first.
 *
 * Threads. There is no global state. A snapshot, a diff and a list of leaks
 * never change, so that any number of threads may read them. Options and
 * guards are for one thread at a time.
 *
 * Iteration is by index: objects are in a fixed order, and asking for one past
 * the end gives NULL.
 */
#ifndef LEAKCHECK_H
#define LEAKCHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LEAKCHECK_VERSION "0.1.0"
#define LEAKCHECK_API	  __attribute__((__visibility__("default")))

/* The version of the library that runs, like "0.1.0". */
LEAKCHECK_API const char *leakcheck_version(void);

struct leakcheck_error {
	int code;	   /* an errno value, 0 when none fits */
	char message[508]; /* one sentence, without a newline */
};

/* Numbers are never changed; later versions may have more. */
enum leakcheck_kind {
	LEAKCHECK_SYSV_SHM = 0,
	LEAKCHECK_SYSV_SEM = 1,
	LEAKCHECK_SYSV_MSG = 2,
	LEAKCHECK_POSIX_SHM = 3,
	LEAKCHECK_POSIX_SEM = 4,
	LEAKCHECK_POSIX_MQ = 5,
	LEAKCHECK_FIFO = 6,
	LEAKCHECK_UNIX_SOCKET = 7
};

/* Sets of kinds are bit masks. */
#define LEAKCHECK_BIT(kind) (1u << (kind))
#define LEAKCHECK_ALL	    (~0u) /* those of later versions, too */

/* "sysv-shm" and so on; NULL for a number that is no kind. */
LEAKCHECK_API const char *leakcheck_kind_name(enum leakcheck_kind kind);

/* What can be known of an object; see leakcheck_object_number(). */
enum leakcheck_field {
	LEAKCHECK_ID = 0,	 /* System V identifier */
	LEAKCHECK_PATH = 1,	 /* of the other kinds, see *_object_path() */
	LEAKCHECK_DEV = 2,	 /* device of the path */
	LEAKCHECK_INO = 3,	 /* inode of the path */
	LEAKCHECK_KEY = 4,	 /* System V key, 0 is IPC_PRIVATE */
	LEAKCHECK_MODE = 5,	 /* permission bits */
	LEAKCHECK_UID = 6,	 /* owner */
	LEAKCHECK_GID = 7,	 /* group */
	LEAKCHECK_CUID = 8,	 /* creator's user */
	LEAKCHECK_CGID = 9,	 /* creator's group */
	LEAKCHECK_BYTES = 10,	 /* size, or bytes in a queue */
	LEAKCHECK_NATTCH = 11,	 /* attachments of a segment */
	LEAKCHECK_MESSAGES = 12, /* in a queue */
	LEAKCHECK_NSEMS = 13,	 /* semaphores in a set */
	LEAKCHECK_VALUES = 14,	 /* of semaphores, see *_object_values() */
	LEAKCHECK_MARKED = 15,	 /* 1: IPC_RMID, goes with the last detach */
	LEAKCHECK_CPID = 16,	 /* creator's process */
	LEAKCHECK_LPID = 17,	 /* last attach, detach or semop(2) */
	LEAKCHECK_LSPID = 18,	 /* last msgsnd(2) */
	LEAKCHECK_LRPID = 19,	 /* last msgrcv(2) */
	LEAKCHECK_CTIME = 20,	 /* seconds since 1970, as all but the last */
	LEAKCHECK_ATIME = 21,
	LEAKCHECK_DTIME = 22,
	LEAKCHECK_OTIME = 23,
	LEAKCHECK_STIME = 24,
	LEAKCHECK_RTIME = 25,
	LEAKCHECK_MTIME = 26,
	LEAKCHECK_BTIME = 27 /* birth, nanoseconds since 1970 */
};

/* "key", "mode", "nattch" ...; NULL for a number that is no field. */
LEAKCHECK_API const char *leakcheck_field_name(enum leakcheck_field field);

/*
 * Options: what to look for and where. Wherever options are taken, NULL means
 * the defaults: all kinds, and for FIFOs and sockets the directories where they
 * are usual (/tmp, /run and the like).
 */
struct leakcheck_options;

LEAKCHECK_API struct leakcheck_options *leakcheck_options_new(void);
LEAKCHECK_API void leakcheck_options_free(struct leakcheck_options *options);

/* Look for a set of LEAKCHECK_BIT()s only. Fails when it holds no kind. */
LEAKCHECK_API int
leakcheck_options_set_kinds(struct leakcheck_options *options, unsigned kinds,
			    struct leakcheck_error *error);

/*
 * Look for FIFOs and sockets in @directory and below, at first instead of the
 * default directories, then in one more with each call. Fails when there is no
 * such directory.
 */
LEAKCHECK_API int
leakcheck_options_watch(struct leakcheck_options *options,
			const char *directory, struct leakcheck_error *error);

/*
 * A snapshot: the objects that were alive at one moment, and what was not
 * looked at.
 */
struct leakcheck_snapshot;
struct leakcheck_object;
struct leakcheck_blind_spot;

/* Look at what is alive now, in this process's namespaces. */
LEAKCHECK_API struct leakcheck_snapshot *
leakcheck_snapshot_take(const struct leakcheck_options *options,
			struct leakcheck_error *error);
LEAKCHECK_API void leakcheck_snapshot_free(struct leakcheck_snapshot *snapshot);

LEAKCHECK_API size_t
leakcheck_snapshot_count(const struct leakcheck_snapshot *snapshot);
LEAKCHECK_API const struct leakcheck_object *
leakcheck_snapshot_object(const struct leakcheck_snapshot *snapshot,
			  size_t index);

/*
 * A blind spot is something that was not looked at: objects of these kinds (a
 * set) at or below that path (NULL: anywhere) may have been alive without
 * being in the snapshot.
 */
LEAKCHECK_API const struct leakcheck_blind_spot *
leakcheck_snapshot_blind_spot(const struct leakcheck_snapshot *snapshot,
			      size_t index);
LEAKCHECK_API unsigned
leakcheck_blind_spot_kinds(const struct leakcheck_blind_spot *spot);
LEAKCHECK_API const char *
leakcheck_blind_spot_path(const struct leakcheck_blind_spot *spot);
LEAKCHECK_API const char *
leakcheck_blind_spot_why(const struct leakcheck_blind_spot *spot);
/*
 * All of that in one line, as leakcheck_object_format() makes it, and whether
 * only what is deep below the path was not looked at.
 */
LEAKCHECK_API size_t leakcheck_blind_spot_format(
	const struct leakcheck_blind_spot *spot, char *buffer, size_t size);

/*
 * Write a snapshot into a file that leakcheck(1) reads, too, and read one. The
 * file is written whole or, on failure, not at all; a file that is not whole is
 * not read.
 */
LEAKCHECK_API int
leakcheck_snapshot_save(const struct leakcheck_snapshot *snapshot,
			const char *path, struct leakcheck_error *error);
LEAKCHECK_API struct leakcheck_snapshot *
leakcheck_snapshot_load(const char *path, struct leakcheck_error *error);

/* One object as it was seen. */
LEAKCHECK_API enum leakcheck_kind
leakcheck_object_kind(const struct leakcheck_object *object);

/*
 * The path of a POSIX object, FIFO or socket, NULL for System V kinds. May hold
 * any bytes.
 */
LEAKCHECK_API const char *
leakcheck_object_path(const struct leakcheck_object *object);

/*
 * Set *number to a field that is a number. Returns false, and leaves it, when
 * the kind has no such field, it could not be seen, or it is no number.
 * LEAKCHECK_DEV and LEAKCHECK_INO use all 64 bits: cast them to uint64_t.
 */
LEAKCHECK_API bool
leakcheck_object_number(const struct leakcheck_object *object,
			enum leakcheck_field field, int64_t *number);

/*
 * The values of a System V semaphore set, NULL when they are not known.
 * *count is set in any case.
 */
LEAKCHECK_API const uint16_t *
leakcheck_object_values(const struct leakcheck_object *object, size_t *count);

/* Are these two looks at the same object? */
LEAKCHECK_API bool leakcheck_object_is_same(const struct leakcheck_object *a,
					    const struct leakcheck_object *b);

/*
 * Text, for people: one line in which control bytes are escaped. Like
 * snprintf(3): at most @size bytes with the final NUL are written, and the
 * length of the whole text is returned.
 *
 *	sysv-shm 7 (key 0x00000000, 4096 bytes, mode 0600, nattch 0)
 */
LEAKCHECK_API size_t leakcheck_object_format(
	const struct leakcheck_object *object, char *buffer, size_t size);
/* One field, "" when it is not known. */
LEAKCHECK_API size_t leakcheck_object_format_field(
	const struct leakcheck_object *object, enum leakcheck_field field,
	char *buffer, size_t size);

/* What differs between two snapshots, by identity and never by count. */
struct leakcheck_diff;
struct leakcheck_entry;

enum leakcheck_change {
	LEAKCHECK_ADDED = 0,   /* only in the second */
	LEAKCHECK_REMOVED = 1, /* only in the first */
	LEAKCHECK_CHANGED = 2, /* in both, with a difference worth telling */
	LEAKCHECK_UNSURE = 3   /* in one; the other did not look there */
};

/*
 * Fails when the snapshots are of different worlds (another boot, IPC or mount
 * namespace): their difference would mean nothing.
 */
LEAKCHECK_API struct leakcheck_diff *
leakcheck_diff_new(const struct leakcheck_snapshot *before,
		   const struct leakcheck_snapshot *after,
		   struct leakcheck_error *error);
LEAKCHECK_API void leakcheck_diff_free(struct leakcheck_diff *diff);

/* Objects that are in both and did not change have no entry. */
LEAKCHECK_API size_t leakcheck_diff_count(const struct leakcheck_diff *diff);
LEAKCHECK_API const struct leakcheck_entry *
leakcheck_diff_entry(const struct leakcheck_diff *diff, size_t index);

LEAKCHECK_API enum leakcheck_change
leakcheck_entry_change(const struct leakcheck_entry *entry);
/* The object in the first and in the second snapshot; NULL: not in there. */
LEAKCHECK_API const struct leakcheck_object *
leakcheck_entry_before(const struct leakcheck_entry *entry);
LEAKCHECK_API const struct leakcheck_object *
leakcheck_entry_after(const struct leakcheck_entry *entry);
/* Does that field differ? Of LEAKCHECK_CHANGED entries. */
LEAKCHECK_API bool
leakcheck_entry_is_changed(const struct leakcheck_entry *entry,
			   enum leakcheck_field field);

/*
 * Move this process, which must have one thread, into IPC and mount namespaces
 * of its own, with an empty /dev/shm: what it and its children make is seen by
 * nobody else and goes away with the last of them. FIFOs and socket paths are
 * not covered. There is no way back.
 *
 * The process keeps its user id and exactly the privileges that it had: an
 * ordinary user's process is in a user namespace then, but with no capability
 * there. Its other groups and all other users are shown as the overflow user
 * (65534) and set-user-ID programs do not work any more. user_namespaces(7).
 *
 * @options, which may not be NULL, remember it: take snapshots of the process
 * with them, or message queues may be a blind spot.
 *
 * On failure the process may be in some of the namespaces and should end;
 * leakcheck_can_isolate() tries it in a child, without harm.
 */
LEAKCHECK_API int leakcheck_isolate(struct leakcheck_options *options,
				    struct leakcheck_error *error);
LEAKCHECK_API int leakcheck_can_isolate(struct leakcheck_error *error);

/*
 * A guard: it knows what is there, and later tells what was left behind. Around
 * a part of this process:
 *
 *	guard = leakcheck_guard_new(options, &error);
 *	... the part ...
 *	leaks = leakcheck_guard_finish(guard, NULL, &error);
 *
 * or, better, around a process from outside, as a test framework does. All
 * that the process does to clean up, up to its last exit handler, counts then,
 * and a crash is seen, too:
 *
 *	guard = leakcheck_guard_new(options, &error);
 *	pid = leakcheck_guard_fork(guard, &error);
 *	if (pid == 0) {
 *		leakcheck_guard_free(guard);
 *		... the process to look at ...
 *		exit(0);
 *	}
 *	leaks = leakcheck_guard_finish(guard, &status, &error);
 *
 * What other programs make meanwhile is told from leaks where it can be told:
 * always for namespaces of our own (leakcheck_isolate()), else by the process
 * that the kernel has as the creator, where it has one, and by the owner. See
 * leakcheck_leaks_is_certain().
 */
struct leakcheck_guard;
struct leakcheck_leaks;

/* Look at what is there already. @options are copied. */
LEAKCHECK_API struct leakcheck_guard *
leakcheck_guard_new(const struct leakcheck_options *options,
		    struct leakcheck_error *error);
LEAKCHECK_API void leakcheck_guard_free(struct leakcheck_guard *guard);

/*
 * fork(2). The child is the process to look at: it goes on with the signal mask
 * that was set, and is killed should the parent die first. The parent, which
 * must have no other child, blocks all signals, becomes the reaper of the
 * child's orphans and has leakcheck_guard_finish() to call. Returns the child's
 * pid in the parent, 0 in the child, -1 on failure.
 */
LEAKCHECK_API pid_t leakcheck_guard_fork(struct leakcheck_guard *guard,
					 struct leakcheck_error *error);

/*
 * Wait for the end of the forked process, if there is one, and store its wait
 * status (NULL: do not); then tell what is left. As long as somebody may still
 * clean up or leave more (a process that it started, another thread) that is
 * waited for, up to one second. Without the fork, a child or a thread that was
 * there before the guard is waited for only while something is left. To be
 * called once; the guard is then only to be freed.
 */
LEAKCHECK_API struct leakcheck_leaks *
leakcheck_guard_finish(struct leakcheck_guard *guard, int *status,
		       struct leakcheck_error *error);

LEAKCHECK_API void leakcheck_leaks_free(struct leakcheck_leaks *leaks);
LEAKCHECK_API size_t leakcheck_leaks_count(const struct leakcheck_leaks *leaks);
LEAKCHECK_API const struct leakcheck_object *
leakcheck_leaks_object(const struct leakcheck_leaks *leaks, size_t index);

/*
 * Is it known who made it? If not, it has appeared meanwhile and belongs to the
 * user of this process, but another program of the same user may have made it.
 */
LEAKCHECK_API bool
leakcheck_leaks_is_certain(const struct leakcheck_leaks *leaks, size_t index);

/* The last look, for what is around and for blind spots. */
LEAKCHECK_API const struct leakcheck_snapshot *
leakcheck_leaks_snapshot(const struct leakcheck_leaks *leaks);

/*
 * All leaks in one line, "" when there are none. Like snprintf(3), but what
 * does not fit is cut between two objects: "...; and 3 more".
 *
 *	leaked sysv-shm 7 (key 0x00000000, 4096 bytes, mode 0600, nattch 0)
 */
LEAKCHECK_API size_t leakcheck_leaks_format(const struct leakcheck_leaks *leaks,
					    char *buffer, size_t size);

#ifdef __cplusplus
}
#endif

#endif
