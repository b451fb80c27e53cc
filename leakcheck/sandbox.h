/* SPDX-License-Identifier: MIT */
/*
 * sandbox.h - private namespaces, so that what a program leaves behind can be
 * seen without a doubt and goes away with the sandbox.
 *
 * The process that enters is in the sandbox's IPC, mount and (when it is not
 * root) user namespace, but stays outside its pid namespace:
 *
 *   leakcheck or warden   holds the namespaces, looks at the objects, is the
 *      |        |         parent of the target (getppid() is 0 there)
 *      |        v
 *      |     target ... descendants      orphans go to init, as on a host
 *      v
 *   init, pid 1           reaps, tells when all are dead, kills all; dies with
 *                         its maker, and the kernel then kills all the others
 */
#ifndef LEAKCHECK_SANDBOX_H
#define LEAKCHECK_SANDBOX_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/err.h"

enum sandbox_parts {
	SANDBOX_OBJECTS = 0,   /* IPC and mount namespaces, the user one if
			      * needed: private objects */
	SANDBOX_PROCESSES = 1, /* and a pid namespace for the next children */
};

/*
 * Move the calling process, which must have one thread, into new namespaces
 * with an empty /dev/shm and, where the directory exists, /dev/mqueue. The
 * user id stays what it is. Returns 0, or -1 with *err set: what was refused,
 * by which setting if it can be told, and what to do. On failure the process
 * may be in some of the namespaces; nothing on the host has changed.
 * namespaces(7), user_namespaces(7), mount_namespaces(7).
 */
int sandbox_enter(enum sandbox_parts parts, struct err *err);

/* Is @path, absolute, in a directory that is another one in a sandbox? */
bool sandbox_covers(const char *path);

/*
 * The sandbox's pid 1. Without a pid namespace it is only a witness of what
 * signals the process group gets; it then refuses to kill.
 */
struct sandbox_init {
	pid_t pid;	/* as the maker sees it, 0: none */
	int control;	/* socket, -1: none */
	unsigned asked; /* requests so far */
};
#define SANDBOX_INIT_NONE ((struct sandbox_init) {.control = -1})

/*
 * After sandbox_enter(SANDBOX_PROCESSES): start pid 1, which mounts the
 * namespace's own /proc. pid_namespaces(7).
 */
int sandbox_init_start(struct sandbox_init *init, struct err *err);

/* The way back from a sandbox that was entered in part. Root only. */
enum { SANDBOX_HOME_NAMESPACES = 3 };
struct sandbox_home {
	int namespaces[SANDBOX_HOME_NAMESPACES];
	int root, cwd;
};
#define SANDBOX_HOME_NONE        \
	((struct sandbox_home) { \
		.namespaces = {-1, -1, -1}, .root = -1, .cwd = -1})
/* Before entering. Returns false when there will be no way back. */
bool sandbox_home_save(struct sandbox_home *home);
int sandbox_home_return(struct sandbox_home *home, struct err *err);
void sandbox_home_free(struct sandbox_home *home);
#define CLEANUP_SANDBOX_HOME CLEANUP(sandbox_home_free)

/*
 * Would both of the above succeed? Tries it in a child, for an ordinary user
 * has no way back: it would have to join the parent of its user namespace.
 * Returns 0, or -1 with *err set.
 */
int sandbox_probe(struct err *err);

/* Without a sandbox: start a process for sandbox_init_was_sent() only. */
int sandbox_sentinel_start(struct sandbox_init *init, struct err *err);

/*
 * Wait until every process of the sandbox but pid 1 is dead and reaped, at
 * most until @deadline_ns (base/clock.h). The maker must have reaped its own
 * children first. Returns 1 when all are dead, 0 when time is up, -1 with
 * *err set.
 */
int sandbox_init_drain(struct sandbox_init *init, int64_t deadline_ns,
		       struct err *err);

/*
 * The same without waiting: begin, then poll init->control for input and ask.
 * sandbox_init_drained() returns 1 once all are dead, 0 before that, -1 with
 * *err set. No other request may be made in between, or begin again.
 */
int sandbox_init_begin_drain(struct sandbox_init *init, struct err *err);
int sandbox_init_drained(struct sandbox_init *init, struct err *err);

/*
 * Does pid 1 live? When it dies the kernel kills all the others: what they left
 * behind then says nothing about them. pid_namespaces(7).
 */
bool sandbox_init_lives(const struct sandbox_init *init);

/* Send @number to every process of the sandbox but pid 1. */
int sandbox_init_kill(struct sandbox_init *init, int number, struct err *err);

/*
 * Has pid 1, which shares the maker's process group, been sent @signal since
 * this was last asked? Tells a signal to the group from one to the maker.
 */
bool sandbox_init_was_sent(struct sandbox_init *init, int signal);

/* Have every process of the sandbox killed, pid 1 too; reaps none. */
void sandbox_init_doom(struct sandbox_init *init);

/*
 * End pid 1, and with it every process of the sandbox. May run twice. Pid 1
 * does not end before its maker has reaped the sandbox's processes that are
 * its own children: doom, reap them, then stop. pid_namespaces(7).
 */
void sandbox_init_stop(struct sandbox_init *init);

#define CLEANUP_SANDBOX_INIT CLEANUP(sandbox_init_stop)

#endif
