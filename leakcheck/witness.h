/* SPDX-License-Identifier: MIT */
/*
 * witness.h - who made which object, learnt from the system calls themselves.
 *
 * The command carries a seccomp filter whose calls of model/syscalls.def wait
 * until the witness has looked at them, and then go on (seccomp_unotify(2),
 * SECCOMP_USER_NOTIF_FLAG_CONTINUE). No ptrace is used, so that debuggers,
 * tracers and sanitizers work inside. What the witness learns is only for
 * telling: that an object is left is for the snapshots to say.
 *
 * Life: witness_new(), vfork, witness_join() in the child before exec,
 * witness_listen() in the parent, witness_serve() whenever witness_fd() is
 * readable, witness_finish() when all is dead, then the questions.
 */
#ifndef LEAKCHECK_WITNESS_H
#define LEAKCHECK_WITNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"
#include "model/object.h"

struct witness;

struct maker {
	pid_t pid;	     /* 0: not sure which process of several */
	const char *command; /* printable; of the first of several */
	bool certain; /* the object was seen to appear when it was made */
};

/*
 * @proc_dir: a descriptor of a /proc of the caller's own pid namespace, which
 * must stay open. @crowded: others make objects in the same namespaces, so that
 * what appears has to be looked at while the call that makes it is under way.
 * Returns NULL with *err set when there is no such filter.
 */
struct witness *witness_new(int proc_dir, bool crowded, struct err *err);
void witness_free(struct witness *witness); /* NULL is allowed */

/*
 * In the child: put the filter on and pass the listener to the parent. Where
 * the kernel wants PR_SET_NO_NEW_PRIVS for it (no CAP_SYS_ADMIN) that is set.
 * Returns 0, or an errno value when the filter is refused. Only makes system
 * calls, so that it may run after vfork(2).
 */
int witness_join(struct witness *witness);
/* What that errno value means. */
void witness_explain(int code, struct err *err);

/* In the parent, after the child has joined: take the listener. */
int witness_listen(struct witness *witness, struct err *err);

/*
 * Leave the listener in @channel, a socket of unix(7): as long as nobody closes
 * its other end the calls wait when this process has died, and do not fail.
 */
void witness_lend(const struct witness *witness, int channel);

/* Poll it for input. -1 when nothing is, or is any longer, witnessed. */
int witness_fd(const struct witness *witness);

/* Look at one waiting call and let it go on. */
void witness_serve(struct witness *witness);

/* The descriptor hung up: the last process with the filter has ended. */
void witness_stop(struct witness *witness);

/* No more calls will come: prepare for the questions below. */
void witness_finish(struct witness *witness);

/* Who made it? Returns false when that was not seen. */
bool witness_maker(const struct witness *witness, const struct object *object,
		   struct maker *maker);

/*
 * Was it there before, though the command did what makes one of its name? A
 * FIFO or a socket that no snapshot may have looked for.
 */
bool
witness_was_there(const struct witness *witness, const struct object *object);

/*
 * Where the command may have left FIFOs and sockets, and the names of message
 * queues that it may have made: the next one, NULL after the last. Start with
 * *cursor 0.
 */
const char *witness_next_place(const struct witness *witness, size_t *cursor);
const char *witness_next_queue(const struct witness *witness, size_t *cursor);

/*
 * How many calls, of those that make one of @kinds, named a path that could not
 * be followed: it is in another mount namespace or below a mount that has gone,
 * or its text could not be read.
 */
size_t witness_missed(const struct witness *witness, unsigned kinds);

#endif
