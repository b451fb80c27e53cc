/* SPDX-License-Identifier: MIT */
/*
 * fault.c - fault.def as tables, and the names of faults.
 *
 *	fault: "exit" | "_exit" | signal | error [",persistent"]
 *	signal: ["SIG"] name | ["SIG"] "RTMIN" ["+" n] | number
 *	error: what errno(3) lists
 *
 * Names are taken in any case, as kill(1) does.
 */
#include "model/fault.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/nearest.h"
#include "base/number.h"
#include "base/text.h"
#include "model/calls.h"

enum fault_set { SET_DEFAULT, SET_NAMED };

static const struct fault faults[] = {
#define FAULT(name, class, number, set, policy) {FAULT_##class, number, false},
#include "model/fault.def"
#undef FAULT
};

/* Parallel to faults[], which callers get a part of. */
static const struct {
	const char *name;
	enum fault_set set;
	enum policy policy;
} rows[] = {
#define FAULT(name, class, number, set, policy) \
	{name, SET_##set, POLICY_##policy},
#include "model/fault.def"
#undef FAULT
};
static_assert(ARRAY_LEN(rows) == ARRAY_LEN(faults), "a row for each fault");

/* From SIGRTMIN, which the C library decides on: signal(7). */
#define RT(n) "SIGRTMIN+" #n
static const char *const real_time_names[] = {
	"SIGRTMIN", RT(1),  RT(2),  RT(3),  RT(4),  RT(5),  RT(6),  RT(7),
	RT(8),	    RT(9),  RT(10), RT(11), RT(12), RT(13), RT(14), RT(15),
	RT(16),	    RT(17), RT(18), RT(19), RT(20), RT(21), RT(22), RT(23),
	RT(24),	    RT(25), RT(26), RT(27), RT(28), RT(29), RT(30), RT(31),
};

/* Other names of errors, errno(3); strerrorname_np(3) gives one only. */
static const struct {
	const char *name;
	int number;
} error_aliases[] = {
	{"EWOULDBLOCK", EWOULDBLOCK},
	{"EDEADLOCK", EDEADLOCK},
	{"ENOTSUP", ENOTSUP},
	{"EOPNOTSUPP", EOPNOTSUPP},
};

/* Errors have numbers up to 4095, include/linux/err.h; all named are below. */
enum { ERROR_END = 256 };

static const char PERSISTENT[] = ",persistent";

bool
fault_equal(const struct fault *a, const struct fault *b)
{
	return a->class == b->class && a->number == b->number &&
	       a->persistent == b->persistent;
}

static const char *
real_time_name(int number)
{
	int nth = number - SIGRTMIN;

	if (nth < 0 || number > SIGRTMAX ||
	    (size_t)nth >= ARRAY_LEN(real_time_names))
		return NULL;
	return real_time_names[nth];
}

const char *
fault_signal_name(int number)
{
	for (size_t i = 0; i < ARRAY_LEN(faults); i++)
		if (faults[i].class == FAULT_SIGNAL &&
		    faults[i].number == number)
			return rows[i].name;
	return real_time_name(number);
}

const char *
fault_error_name(int number)
{
	/* strerrorname_np(3) has the name "0" for no error. */
	return number > 0 ? strerrorname_np(number) : NULL;
}

static const char *
fault_name(const struct fault *fault)
{
	switch (fault->class) {
	case FAULT_SIGNAL:
		return fault_signal_name(fault->number);
	case FAULT_EXIT:
		return "exit";
	case FAULT_EXIT_AT_ONCE:
		return "_exit";
	case FAULT_ERROR:
		return fault_error_name(fault->number);
	}
	abort();
}

void
fault_format(const struct fault *fault, struct buf *into)
{
	const char *name = fault_name(fault);

	assert(name);
	buf_add_text(into, name);
	if (fault->persistent)
		buf_add_text(into, PERSISTENT);
}

/* The name without "SIG", which may be left out where one is typed. */
static const char *
skip_sig(const char *name)
{
	return strncasecmp(name, "SIG", 3) == 0 ? name + 3 : name;
}

static bool
is_called(const struct fault *fault, const char *name, const char *typed)
{
	if (fault->class == FAULT_SIGNAL)
		return strcasecmp(skip_sig(name), skip_sig(typed)) == 0;
	return strcasecmp(name, typed) == 0;
}

static bool
parse_row(const char *text, struct fault *fault)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (!is_called(&faults[i], rows[i].name, text))
			continue;
		*fault = faults[i];
		return true;
	}
	return false;
}

static bool
parse_real_time(const char *text, struct fault *fault)
{
	*fault = (struct fault) {.class = FAULT_SIGNAL};
	for (int number = SIGRTMIN; number <= SIGRTMAX; number++) {
		const char *name = real_time_name(number);

		if (!name || !is_called(fault, name, text))
			continue;
		fault->number = number;
		return true;
	}
	return false;
}

static bool
parse_number(const char *text, struct fault *fault)
{
	uint64_t number;

	if (strlen(text) > 2 || !number_parse(text, 10, NSIG, &number))
		return false;
	*fault = (struct fault) {.class = FAULT_SIGNAL, .number = (int)number};
	return fault_signal_name(fault->number);
}

static int
find_error(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(error_aliases); i++)
		if (strcasecmp(error_aliases[i].name, name) == 0)
			return error_aliases[i].number;
	for (int number = 1; number < ERROR_END; number++) {
		const char *known = fault_error_name(number);

		if (known && strcasecmp(known, name) == 0)
			return number;
	}
	return 0;
}

/* Consists the end of @text, with a beginning, of @end? Then how long is it? */
static bool
find_end(const char *text, const char *end, size_t *beginning)
{
	size_t length = strlen(text);

	if (length <= strlen(end))
		return false;
	*beginning = length - strlen(end);
	return strcmp(text + *beginning, end) == 0;
}

static bool
parse_error(const char *text, struct fault *fault)
{
	CLEANUP_FREE char *name = mem_strdup(text);
	size_t beginning;

	*fault = (struct fault) {.class = FAULT_ERROR};
	fault->persistent = find_end(text, PERSISTENT, &beginning);
	if (fault->persistent)
		name[beginning] = '\0';
	fault->number = find_error(name);
	return fault->number;
}

void
fault_each(fault_visit *visit, void *owner)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		visit(owner, rows[i].name);
	for (int number = SIGRTMIN; number <= SIGRTMAX; number++)
		if (real_time_name(number))
			visit(owner, real_time_name(number));
	for (int number = 1; number < ERROR_END; number++)
		if (fault_error_name(number))
			visit(owner, fault_error_name(number));
}

static void
offer(void *owner, const char *name)
{
	nearest_offer(owner, name);
	nearest_offer(owner, skip_sig(name));
}

static int
refuse(const char *text, struct err *err)
{
	struct nearest nearest = {.word = text};
	CLEANUP_BUF struct buf shown = {0};

	fault_each(offer, &nearest);
	text_add_printable(&shown, text, strlen(text));
	if (nearest.best)
		return err_set(err, 0,
			       "there is no fault '%s', did you mean '%s'?",
			       buf_text(&shown), nearest.best);
	return err_set(err, 0,
		       "there is no fault '%s'; there are exit, _exit, signals "
		       "(SIGTERM), errors (ENOSPC) and errors from then on "
		       "(ENOSPC,persistent)",
		       buf_text(&shown));
}

typedef bool parse_form(const char *text, struct fault *fault);
static parse_form *const forms[] = {
	parse_row,
	parse_real_time,
	parse_number,
	parse_error,
};

int
fault_parse(const char *text, struct fault *fault, struct err *err)
{
	struct fault parsed;

	for (size_t i = 0; i < ARRAY_LEN(forms); i++)
		if (forms[i](text, &parsed)) {
			*fault = parsed;
			return 0;
		}
	return refuse(text, err);
}

int
fault_signal_number(const char *name)
{
	struct fault fault;
	struct err unused;

	if (!name || fault_parse(name, &fault, &unused) ||
	    fault.class != FAULT_SIGNAL)
		return 0;
	return fault.number;
}

enum policy
fault_policy(const struct fault *fault)
{
	if (fault->class == FAULT_ERROR)
		return POLICY_MUST_CLEAN;
	for (size_t i = 0; i < ARRAY_LEN(faults); i++)
		if (faults[i].class == fault->class &&
		    faults[i].number == fault->number)
			return rows[i].policy;
	return POLICY_MAY_LEAK;
}

static const char *const policy_names[] = {
	[POLICY_MUST_CLEAN] = "must-clean",
	[POLICY_MAY_LEAK] = "may-leak",
};

const char *
policy_name(enum policy policy)
{
	return policy_names[policy];
}

bool
policy_parse(const char *text, enum policy *policy)
{
	for (size_t i = 0; i < ARRAY_LEN(policy_names); i++)
		if (!strcmp(text, policy_names[i])) {
			*policy = (enum policy)i;
			return true;
		}
	return false;
}

size_t
fault_defaults(const struct fault **defaults)
{
	size_t count = 0;

	while (count < ARRAY_LEN(rows) && rows[count].set == SET_DEFAULT)
		count++;
	*defaults = faults;
	return count;
}

static size_t
count_numbers(const int *numbers)
{
	size_t count = 0;

	while (numbers[count])
		count++;
	return count;
}

size_t
fault_errors(const struct call_row *row, const int **numbers)
{
	*numbers = row->errors;
	return count_numbers(row->errors);
}

static const struct {
	const char *call;
	const int *errors;
} bystanders[] = {
#define BYSTANDER(name, ...) {#name, (const int[]) {__VA_ARGS__, 0}},
#include "model/bystanders.def"
#undef BYSTANDER
};

size_t
fault_errors_beside(const char *call, const int **numbers)
{
	for (size_t i = 0; i < ARRAY_LEN(bystanders); i++)
		if (strcmp(bystanders[i].call, call) == 0) {
			*numbers = bystanders[i].errors;
			return count_numbers(*numbers);
		}
	return 0;
}

bool
fault_is_of_processor(int number)
{
	return number == SIGSEGV || number == SIGBUS || number == SIGFPE ||
	       number == SIGILL;
}
