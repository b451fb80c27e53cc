/* SPDX-License-Identifier: MIT */
/*
 * pass.h - one run of the target, seen as visits: calls that concern an IPC
 * object, numbered so that the same one is found in the next run. Golden runs
 * and trials are passes with different hooks.
 */
#ifndef HARNESS_PASS_H
#define HARNESS_PASS_H

#include "harness/handlers.h"
#include "harness/holds.h"
#include "harness/ledger.h"
#include "harness/lost.h"
#include "harness/sighting.h"
#include "harness/tally.h"
#include "harness/trail.h"
#include "harness/tracer/stack.h"
#include "model/caution.h"

/*
 * What a visit is known by in every run: the key is of a role, the call and its
 * stack. The visit is the nth with that key, from 1.
 */
struct mark {
	uint64_t key;
	unsigned nth;
};

/* A directory that is renamed with objects of the target in it. */
struct moved {
	struct buf from, to; /* empty: there is none */
	bool exchanges;
	dev_t device;
	ino_t inode;
	/* Of what is in it, with the names that it will have. */
	struct trail_record **records;
	size_t count;
};

struct visit {
	struct sighting sighting;
	struct call call;
	struct stack stack;
	/*
	 * By the thread's role, and by the process's whichever thread it is: in
	 * Go and in pools work is done by threads as they come.
	 */
	struct mark in_thread, in_process;
	int number;	    /* of all visits of this run, from 0 */
	int entry;	    /* in leave(): of the ledger, -1: none */
	bool again;	    /* restarted or undone before: counted already */
	bool open;	    /* entered and not yet left */
	bool made;	    /* the call itself is made, no order came instead */
	bool making;	    /* counted in pass->making */
	bool makes;	    /* it makes what it returns, and finds nothing */
	bool finds;	    /* it finds what it returns, and makes nothing */
	bool amended;	    /* so that it is one of these */
	unsigned retries;   /* it failed for that and is made anew */
	struct claim claim; /* on what it makes, where others do, too */
	struct trail_record *trail; /* of that, until the call is over */
	struct buf takes;   /* what it removes and another has made, or empty */
	struct moved moved; /* the directory that it renames */
};

struct pass;
struct pass_hooks {
	/*
	 * A visit begins. Returns true when it has given one of the tracer's
	 * orders; otherwise the end is watched.
	 */
	bool (*enter)(void *owner, struct tracee *tracee, struct visit *visit);
	/* It ends; the ledger is up to date. */
	void (*leave)(void *owner, struct tracee *tracee,
		      const struct visit *visit, int64_t result);
	void (*stepped)(void *owner, struct tracee *tracee, unsigned left);
};

struct pass {
	struct ledger ledger;
	struct handlers handlers;
	struct holds holds;
	struct lost lost;
	struct tally tally;
	int visits;	   /* so far */
	unsigned cautions; /* CAUTION_BIT()s: what was not followed */
	struct stacks *stacks;
	int proc_dir;
	bool every_call; /* in windows all calls are visits */
	bool sandboxed;
	ino_t ipc_namespace; /* the number of our own */
	bool namespaces;     /* there may be processes in others */
	struct trail *trail;
	bool trail_lost; /* it had no room: what is left cannot be known */
	/* What may be left, and why that is not known. */
	struct buf unsure;
	struct buf taken;      /* the first that it removed and had not made */
	struct tracer *tracer; /* while it runs */
	bool strays; /* a process may have been made that is not traced */
	/* Calls under way whose result alone names what they make. */
	size_t making;
	unsigned faults; /* made so far: the program has to settle anew */
	bool closing; /* no such call is begun any more: who tries is killed */
	pid_t let_go; /* left stopped and untraced for gdb(1), 0: none */
	pid_t let_go_thread;
	const struct pass_hooks *hooks;
	void *owner;
};

extern const struct tracer_hooks pass_tracer_hooks; /* owner: the pass */
/* The tracer must stop at these, too. */
enum { PASS_ROW_COUNT = 6 };
extern const struct call_row pass_rows[PASS_ROW_COUNT];

/* Forget what one run has brought. */
void pass_clear(struct pass *pass);
void pass_free(struct pass *pass);

/*
 * Do others make objects of that kind where the target does? Without a sandbox,
 * and in the directories of the host.
 */
bool pass_is_shared(const struct pass *pass, enum kind kind);

/* An object that no call was seen to make: it may be of one that was lost. */
void pass_claim(struct pass *pass, const struct object *object);

/* Name of the call, "semop"; of calls of no row, too. */
const char *visit_call(const struct visit *visit);
/* "shm_open" for openat of a posix-shm. */
const char *visit_operation(const struct visit *visit);
/* Append "sysv-shm 7" or "fifo /tmp/f"; nothing when it is not known. */
void
visit_add_object(struct buf *into, const struct visit *visit, int64_t result);

#endif
