/* SPDX-License-Identifier: MIT */
/*
 * fault.h - what is made to go wrong at a point: a signal, exit(), an error
 * return. From fault.def and, for errors, from the catalogue.
 */
#ifndef MODEL_FAULT_H
#define MODEL_FAULT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

enum fault_class {
	FAULT_SIGNAL,
	FAULT_EXIT,	    /* libc's exit(): atexit hooks run */
	FAULT_EXIT_AT_ONCE, /* "_exit": they do not */
	FAULT_ERROR,	    /* the call is not made and fails */
};

struct fault {
	enum fault_class class;
	int number;	 /* of the signal, or errno value, or exit status */
	bool persistent; /* FAULT_ERROR: this and all later such calls */
};

enum policy { POLICY_MUST_CLEAN, POLICY_MAY_LEAK };

/*
 * Append "SIGTERM", "exit", "_exit", "ENOSPC" or "ENOSPC,persistent". The
 * number must have a name.
 */
void fault_format(const struct fault *fault, struct buf *into);
/*
 * The other way; in any case, signals also without "SIG" and by number.
 * Returns 0, or -1 with *err set: what was not understood, and what was perhaps
 * meant.
 */
int fault_parse(const char *text, struct fault *fault, struct err *err);
bool fault_equal(const struct fault *a, const struct fault *b);

/*
 * What is demanded by default: code of the program can be relied upon to run
 * after exit, SIGINT, SIGTERM, SIGHUP and errors, and after no other.
 */
enum policy fault_policy(const struct fault *fault);
const char *policy_name(enum policy policy); /* "must-clean" */
bool policy_parse(const char *text, enum policy *policy);

/* Those of the default set that are no errors: exit, SIGINT, ... SIGKILL. */
size_t fault_defaults(const struct fault **defaults);

/* The errors of a call, the likeliest first; 0 when it can meet none. */
struct call_row;
size_t fault_errors(const struct call_row *row, const int **numbers);

/* Those of a call that has no row, bystanders.def. */
size_t fault_errors_beside(const char *call, const int **numbers);

/* "SIGTERM" and "ENOSPC" of a number, NULL when it has no name. */
const char *fault_signal_name(int number);
const char *fault_error_name(int number);
/* The number of a signal by any name that fault_parse() takes; 0: it is none,
 * as NULL is. */
int fault_signal_number(const char *name);

/*
 * Is it a signal by which the processor tells of a fault of the program? Who
 * blocks or ignores it is ended by the kernel, whatever handler there is; what
 * another process sends only pends or is ignored. signal(7)
 */
bool fault_is_of_processor(int number);

/* Visit all that have a name, persistent errors left out. */
typedef void fault_visit(void *owner, const char *name);
void fault_each(fault_visit *visit, void *owner);

#endif
