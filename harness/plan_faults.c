/* SPDX-License-Identifier: MIT */
/* plan_faults.c - which faults a plan tries, where, and what it demands. */
#include "harness/plan_faults.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "model/fault_list.h"

static void
add_fault(struct plan_faults *faults, const struct fault *fault, bool named)
{
	for (size_t i = 0; i < faults->count; i++)
		if (fault_equal(&faults->items[i].fault, fault))
			return;
	faults->items = mem_grow(faults->items, faults->count + 1,
				 sizeof(*faults->items));
	faults->items[faults->count++] =
		(struct plan_fault) {*fault, fault_policy(fault), named};
}

static void
add_usual_errors(struct plan_faults *faults)
{
	const int *numbers;

	for (size_t i = 0; i < call_row_count; i++) {
		(void)fault_errors(&call_rows[i], &numbers);
		for (size_t j = 0; j < call_rows[i].usual; j++) {
			struct fault fault = {.class = FAULT_ERROR,
					      .number = numbers[j]};

			add_fault(faults, &fault, false);
		}
	}
}

/*
 * What --require and --allow say of a fault. A name says more than a pattern:
 * --allow 'SIG*' --require SIGTERM. Where both say the same it is required.
 */
static enum fault_match
find_strength(const struct cli_texts *list, const struct fault *fault)
{
	enum fault_match strength = FAULT_NOT_MEANT;

	for (size_t i = 0; i < list->count; i++) {
		enum fault_match match =
			fault_list_match(list->items[i], fault);

		if (match > strength)
			strength = match;
	}
	return strength;
}

static void
set_policies(struct plan_faults *faults, const struct plan_settings *settings)
{
	for (size_t i = 0; i < faults->count; i++) {
		struct plan_fault *item = &faults->items[i];
		enum fault_match require =
			find_strength(&settings->require, &item->fault);
		enum fault_match allow =
			find_strength(&settings->allow, &item->fault);

		if (require != FAULT_NOT_MEANT && require >= allow)
			item->policy = POLICY_MUST_CLEAN;
		else if (allow != FAULT_NOT_MEANT)
			item->policy = POLICY_MAY_LEAK;
	}
}

static int
check_names(const struct cli_texts *list, struct err *err)
{
	for (size_t i = 0; i < list->count; i++)
		if (fault_list_check(list->items[i], err))
			return -1;
	return 0;
}

int
plan_faults_make(struct plan_faults *faults,
		 const struct plan_settings *settings, struct err *err)
{
	const struct fault *wanted = settings->faults;
	size_t count = settings->fault_count;

	if (check_names(&settings->require, err) ||
	    check_names(&settings->allow, err))
		return -1;
	if (!wanted)
		count = fault_defaults(&wanted);
	for (size_t i = 0; i < count; i++)
		add_fault(faults, &wanted[i], true);
	if (settings->errors)
		add_usual_errors(faults);
	set_policies(faults, settings);
	return 0;
}

void
plan_faults_free(struct plan_faults *faults)
{
	free(faults->items);
	*faults = (struct plan_faults) {0};
}

/*
 * A call that is about no object removes none. What a child has removed before
 * its parent's fork(2) returns may still be there the next time.
 */
static bool
is_alive_at_return(const struct site_state *state)
{
	return state->live_after > 0 ||
	       (state->row && state->row->action == ACTION_OTHER &&
		state->live_before > 0);
}

static bool
signal_applies(const struct plan_fault *fault, const struct site_state *state,
	       enum phase phase)
{
	(void)fault;
	if (phase == PHASE_RETURN)
		return state->returned && is_alive_at_return(state);
	return state->live_before > 0;
}

/*
 * Hooks that run already are not run again; and no program calls exit() in the
 * middle of sem_open(3) or malloc(3), whose locks it would wait for.
 */
static bool
exit_applies(const struct plan_fault *fault, const struct site_state *state,
	     enum phase phase)
{
	(void)fault;
	return phase == PHASE_BEFORE && state->live_before > 0 &&
	       !state->exiting && !state->in_library;
}

static bool
exit_at_once_applies(const struct plan_fault *fault,
		     const struct site_state *state, enum phase phase)
{
	(void)fault;
	return phase == PHASE_BEFORE && state->live_before > 0;
}

/* Who opens what is there makes nothing that could find no room. */
static bool
is_for_new_objects(int number)
{
	return number == ENOSPC || number == ENOMEM;
}

/* Of @count numbers, is it one? */
static bool
is_among(int number, const int *numbers, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (numbers[i] == number)
			return true;
	return false;
}

/* A call that is about no object: its error path must remove what is alive. */
static bool
error_applies_beside(const struct plan_fault *fault,
		     const struct site_state *state)
{
	const int *numbers;
	size_t count = fault_errors_beside(state->site.call, &numbers);

	return fault->named && state->live_before > 0 && state->result >= 0 &&
	       is_among(fault->fault.number, numbers, count);
}

/*
 * Acquiring also where nothing is alive yet: the error path may leak what comes
 * later. A look-up of what exists is no acquiring, it cannot meet ENOSPC.
 */
static bool
error_applies(const struct plan_fault *fault, const struct site_state *state,
	      enum phase phase)
{
	const int *numbers;
	size_t count;

	if (phase != PHASE_BEFORE)
		return false;
	if (!state->row)
		return error_applies_beside(fault, state);
	if (!fault->named && state->row->action != ACTION_ACQUIRE &&
	    !state->live_before)
		return false;
	if (state->there && is_for_new_objects(fault->fault.number))
		return false;
	count = fault_errors(state->row, &numbers);
	if (!fault->named)
		count = state->row->usual;
	return is_among(fault->fault.number, numbers, count);
}

typedef bool applies(const struct plan_fault *fault,
		     const struct site_state *state, enum phase phase);
static applies *const rules[] = {
	[FAULT_SIGNAL] = signal_applies,
	[FAULT_EXIT] = exit_applies,
	[FAULT_EXIT_AT_ONCE] = exit_at_once_applies,
	[FAULT_ERROR] = error_applies,
};

bool
plan_fault_is_barred(const struct plan_fault *fault,
		     const struct site_state *state, enum phase phase)
{
	struct site_state outside = *state;

	outside.in_library = false;
	return state->in_library && !plan_fault_applies(fault, state, phase) &&
	       plan_fault_applies(fault, &outside, phase);
}

bool
plan_fault_applies(const struct plan_fault *fault,
		   const struct site_state *state, enum phase phase)
{
	return rules[fault->fault.class](fault, state, phase);
}
