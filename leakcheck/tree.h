/* SPDX-License-Identifier: MIT */
/*
 * tree.h - the processes of a command: start it, follow what it starts until
 * all are dead, list and end those that outlive it.
 *
 * In a sandbox its pid 1 inherits orphans; on the host this process does
 * (PR_SET_CHILD_SUBREAPER, prctl(2)). The calling process must have no other
 * children, and must block SIGCHLD and call tree_reap() when it comes.
 */
#ifndef LEAKCHECK_TREE_H
#define LEAKCHECK_TREE_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"
#include "leakcheck/sandbox.h"
#include "leakcheck/witness.h"

struct survivor {
	pid_t pid;
	char *command; /* printable */
};

struct survivors {
	struct survivor *items;
	size_t count;
};

struct tree {
	int proc_dir; /* a /proc of our own pid namespace */
	int front;    /* on the host: hangs up with it, apart.h; -1: no more */
	pid_t group;  /* the process group that the command starts in */
	bool sandboxed;
	struct sandbox_init init; /* pid 1, or the sentinel on the host */
	pid_t command;		  /* 0: not started, or reaped */
	int status;		  /* of the command once reaped, wait(2) */
	bool children;		  /* the command or orphans live */
	bool draining;		  /* pid 1 was asked and has not answered */
};

/* Enter a sandbox, or become the subreaper of the host's kind of tree. */
int tree_enter(struct tree *tree, bool sandboxed, struct err *err);

/* What the command gets back that we had changed. */
struct tree_signals {
	sigset_t mask;
	struct sigaction child; /* of SIGCHLD */
};

enum tree_start {
	TREE_RUNS,
	TREE_NOT_EXECUTED, /* err->code is the errno of execvp(3) */
	TREE_UNWITNESSED,  /* the witness's filter is refused: nothing runs */
	TREE_FAILED,	   /* trouble of our own */
};

/*
 * Start the command, with witness_join() done if @witness is not NULL. Unless
 * it runs *err says why not.
 */
enum tree_start tree_start(struct tree *tree, char *const *argv,
			   const struct tree_signals *signals,
			   struct witness *witness, struct err *err);

/* Collect the ended children. Call it on every SIGCHLD. */
void tree_reap(struct tree *tree);
/* 1: every process of the command is dead; 0: not yet; -1 with *err set. */
int tree_is_dead(struct tree *tree, struct err *err);
/* Poll it for input as well as for SIGCHLD while waiting for the end. */
int tree_fd(const struct tree *tree);

/* The processes of the command that live, the command itself included. */
void tree_list(const struct tree *tree, struct survivors *survivors);
/* Send @number to all of them. */
int tree_signal_all(struct tree *tree, int number, struct err *err);
/*
 * Kill and reap them all. More than once, for on the host a fork may be too
 * quick for one look. The calling process blocks SIGCHLD.
 */
int tree_kill(struct tree *tree, struct err *err);
/* Was @signal sent to our process group, so that the command has it too? */
bool tree_group_was_sent(struct tree *tree, int signal);

/* Kill and reap what is left, close everything. May run twice. */
void tree_end(struct tree *tree);
#define TREE_NONE \
	((struct tree) {.proc_dir = -1, .front = -1, .init = SANDBOX_INIT_NONE})
#define CLEANUP_TREE CLEANUP(tree_end)

/*
 * Kill and reap all descendants of the calling process, which must be a
 * subreaper and block SIGCHLD. Gives up on those that do not die of it.
 */
void tree_end_orphans(void);

void survivors_free(struct survivors *survivors);

#endif
