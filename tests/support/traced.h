/* SPDX-License-Identifier: MIT */
/*
 * traced.h - running a program of tests/tracees under the tracer, in a sandbox,
 * with orders for some of its calls, and writing down what the hooks were told:
 *
 *	0 born
 *	0 enter shmget
 *	0 leave shmget ENOSPC
 *	0 dead exit 28
 */
#ifndef TESTS_SUPPORT_TRACED_H
#define TESTS_SUPPORT_TRACED_H

#include <check.h>

#include "base/buf.h"
#include "harness/tracer/stack.h"
#include "harness/tracer/tracer.h"

enum traced_what {
	TRACED_NOTHING,
	TRACED_WATCH,
	TRACED_FAIL,	     /* value: errno */
	TRACED_AMEND,	     /* value: argument 2; not to be -EEXIST */
	TRACED_EXIT_GROUP,   /* instead; value: the status */
	TRACED_SIGNAL,	     /* before; value: the signal */
	TRACED_CALL_EXIT,    /* libc's exit(value) */
	TRACED_ABORT_AFTER,  /* at the return: abort() */
	TRACED_SIGNAL_AFTER, /* at the return */
	TRACED_STEP_SIGNAL,  /* value instructions after it, SIGTERM */
	TRACED_UNBLOCK,	     /* and SIGNAL */
	TRACED_DETACH,
};

/* What is done at the @nth time (from 1) that @call is entered. */
struct traced_order {
	const char *call;
	unsigned nth;
	enum traced_what what;
	int value;
};

enum { TRACED_ORDERS = 4, TRACED_ARGUMENTS = 4 };

struct traced {
	/* What is wanted. */
	const char *arguments[TRACED_ARGUMENTS]; /* the first: a path, or in
						  * tests/tracees */
	struct traced_order orders[TRACED_ORDERS];
	bool all_calls, detachable, until_main;
	bool may_not_start; /* who kills may be quick */
	/* Own hooks, called with the struct traced. */
	void (*born)(void *traced, struct tracee *tracee);
	void (*enter)(void *traced, struct tracee *tracee,
		      const struct call *call);
	int (*signal)(void *traced, struct tracee *tracee,
		      const siginfo_t *info);
	int64_t limit_ms; /* 0: 20 s */
	/* What was seen. */
	struct buf log;
	enum tracer_end end;
	int status; /* of the first process */
	/* While it runs. */
	struct tracer *tracer;
	unsigned times[TRACED_ORDERS];
	int to_do; /* TRACED_STEP_SIGNAL */
};

/* Enter a sandbox; returns false, and says so, where that is refused. */
bool traced_begin(const char *test);
void traced_end(void);
#define TRACED_BEGIN()                       \
	do {                                 \
		if (!traced_begin(__func__)) \
			return;              \
	} while (0)

/* Run it until all is dead; a failure is one of the test. */
void traced_run(struct traced *traced);
void traced_free(struct traced *traced);

/* How many lines of the log contain @text? */
unsigned traced_count(const struct traced *traced, const char *text);

/* Kept from traced_begin() to traced_end(). */
struct stacks *traced_stacks(void);
/* Descriptor of a /proc in which our pid numbers hold. */
int traced_proc(void);
/* The path of a program in tests/tracees; good until called again. */
const char *traced_program(const char *name);

#define CHECK_LOG(traced, expected) \
	ck_assert_str_eq(buf_text(&(traced)->log), expected)
#define CHECK_EXIT(traced, expected)                                   \
	ck_assert_msg((traced)->status == (expected) << 8,             \
		      "status %#x, not exit %d\n%s", (traced)->status, \
		      (expected), buf_text(&(traced)->log))
#define CHECK_COUNT(traced, text, expected)                                   \
	ck_assert_msg(traced_count(traced, text) == (expected),               \
		      "%u lines with \"%s\", not %u\n%s",                     \
		      traced_count(traced, text), text, (unsigned)(expected), \
		      buf_text(&(traced)->log))

#endif
