/* SPDX-License-Identifier: MIT */
/*
 * tracee.h - the traced threads, their processes and roles. For this room only;
 * tracer.h has what others may know.
 *
 *   unknown --first stop--> EARLY ----its creator's event--> RUNNING
 *   unknown --its creator's event--> EXPECTED --first stop-> RUNNING
 *
 * Both orders occur. An early one stays stopped until its creator's event says
 * who it is.
 */
#ifndef HARNESS_TRACER_TRACEE_H
#define HARNESS_TRACER_TRACEE_H

#include "harness/tracer/tracer.h"

struct process {
	pid_t pid;
	char *role;
	unsigned children, threads; /* how many it has made */
	unsigned alive;		    /* threads in the table, and who keeps it */
	uint64_t image;
	bool executed; /* false: not the target yet, our own child */
	bool foreign_told;
};

enum tracee_life { TRACEE_EARLY, TRACEE_EXPECTED, TRACEE_RUNNING };

/* Which orders may be given now. */
enum tracee_moment { AT_NOTHING, AT_ENTER, AT_LEAVE };

struct tracee {
	struct tracee *next; /* in its bucket */
	struct process *process;
	int proc_dir;
	pid_t tid;
	char *role;
	enum tracee_life life;
	int first_stop; /* while it is early: the signal of that stop */
	enum tracee_moment moment;
	bool watched;	  /* the end of its call is wanted */
	bool ordered;	  /* its call is not made as it is: orders.c */
	bool untraced;	  /* untraced.c has changed its call */
	bool in_stop;	  /* in a group-stop */
	bool was_stopped; /* it was: SIGCONT may come */
	bool stepping;
	unsigned steps_left; /* instructions */
	unsigned crashes;    /* crash.c: faults to come or seen */
	int sent;	     /* signal that was sent to it alone, 0: none */
	struct call call;    /* the last that was seen */
	unsigned amended;    /* its argument that is another, 0: none */
	int64_t retry;	     /* the result with that which is not to stay */
	bool handled;	     /* since then a signal was delivered */
	void *owner_data;
};

enum { TRACEES_BUCKETS = 256, TRACEES_GONE = 32 };

/* One that has died before its creator's event came. */
struct gone {
	pid_t tid;
	int status;
};

struct tracees {
	struct tracee *buckets[TRACEES_BUCKETS];
	size_t count;
	size_t early;
	struct process *last;		/* kept when its threads were removed */
	struct gone gone[TRACEES_GONE]; /* a ring */
	size_t next_gone;
};

struct tracee *tracees_find(const struct tracees *all, pid_t tid);
/* One without a process, early. */
struct tracee *tracees_add(struct tracees *all, pid_t tid);
/* Forget it; and its process, if it was the last thread. */
void tracees_remove(struct tracees *all, struct tracee *tracee);
/* Any of them, NULL: there is none. */
struct tracee *tracees_any(const struct tracees *all);
void tracees_each(const struct tracees *all,
		  void (*visit)(struct tracee *tracee, void *argument),
		  void *argument);

/* Keep it until another one is kept; NULL: none. */
void tracees_keep_process(struct tracees *all, struct process *process);

/* Remember a death; and was there one of @tid? It is forgotten then. */
void tracees_note_gone(struct tracees *all, pid_t tid, int status);
bool tracees_take_gone(struct tracees *all, pid_t tid, int *status);

/* Make it the first process, a process of @parent's, or a thread of it. */
void tracee_be_first(struct tracee *tracee);
void tracee_be_process(struct tracee *tracee, struct process *parent);
void tracee_be_thread(struct tracee *tracee, struct process *process);

/* A number for a program image, unlike those of all others. */
uint64_t tracee_new_image(void);

#endif
