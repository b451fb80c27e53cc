/* SPDX-License-Identifier: MIT */
/* options.c - options that several commands have. */
#include "harness/cli/options.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/mem.h"
#include "base/number.h"
#include "base/text.h"
#include "harness/cli/commands.h"
#include "model/fault_list.h"

enum { SETTLE_MS = 5000, IDLE_MS = 300 };

struct campaign_settings
options_defaults(void)
{
	return (struct campaign_settings) {
		.place = RUN_ANYWHERE,
		.plan = {.errors = true, .repeat_equal = POINTS_EQUAL_TRIED},
		.settle_ms = SETTLE_MS,
		.idle_ms = IDLE_MS,
	};
}

void
options_free(struct campaign_settings *settings)
{
	free((void *)settings->plan.faults);
	cli_texts_free(&settings->plan.only);
	cli_texts_free(&settings->plan.skip);
	cli_texts_free(&settings->plan.require);
	cli_texts_free(&settings->plan.allow);
}

int
options_finish(const struct cli_command *command,
	       struct campaign_settings *settings, char **argv, struct err *err)
{
	if (!*argv)
		return err_set(
			err, 0,
			"%s: the program to run is missing, as in: " PROGRAM
			" %s -- ./test_pool",
			command->name, command->name);
	if (settings->input && access(settings->input, R_OK))
		return err_set(err, errno, "%s: --input %s", command->name,
			       settings->input);
	settings->argv = argv;
	return 0;
}

/* The next of a list by comma, "" at its end. *list is moved on. */
static char *
next_name(char **list)
{
	char *name = *list;
	char *end = name + fault_list_first(name);

	*list = end + (*end == ',');
	*end = '\0';
	return name;
}

static void
add_faults(struct plan_settings *plan, const struct fault *faults, size_t count)
{
	struct fault *grown =
		mem_grow((void *)plan->faults, plan->fault_count + count + 1,
			 sizeof(*grown));

	for (size_t i = 0; i < count; i++)
		grown[plan->fault_count++] = faults[i];
	plan->faults = grown;
}

static int
add_fault_named(struct plan_settings *plan, const char *name, struct err *err)
{
	const struct fault *defaults;
	struct fault fault;

	if (strcmp(name, "errors") == 0) {
		plan->errors = true;
	} else if (strcmp(name, "default") == 0) {
		size_t count = fault_defaults(&defaults);

		add_faults(plan, defaults, count);
	} else if (fault_parse(name, &fault, err)) {
		return -1;
	} else {
		add_faults(plan, &fault, 1);
	}
	return 0;
}

/* No faults at all is not what NULL stands for: the default set. */
int
options_take_faults(const struct cli_option *option, void *settings,
		    const char *value, struct err *err)
{
	struct plan_settings *plan = cli_member(option, settings);
	CLEANUP_FREE char *list = mem_strdup(value);
	char *rest = list;

	if (!plan->faults)
		plan->errors = false;
	add_faults(plan, NULL, 0);
	do
		if (add_fault_named(plan, next_name(&rest), err))
			return -1;
	while (*rest);
	return 0;
}

/* The plan points to the names, so the argument itself is cut in pieces. */
int
options_take_policy(const struct cli_option *option, void *settings,
		    const char *value, struct err *err)
{
	char *rest = (char *)value;

	do {
		const char *name = next_name(&rest);

		if (fault_list_check(name, err) ||
		    cli_more(option, settings, name, err))
			return -1;
	} while (*rest);
	return 0;
}

int
options_take_points(const struct cli_option *option, void *settings,
		    const char *value, struct err *err)
{
	if (points_parse(value, cli_member(option, settings)))
		return 0;
	return err_set(err, 0, "'%s' is none of ipc and syscalls", value);
}

static int
refuse_number(const char *value, uint64_t limit, struct err *err)
{
	return err_set(err, 0, "'%s' is no whole number up to %" PRIu64, value,
		       limit);
}

int
options_take_equal(const struct cli_option *option, void *settings,
		   const char *value, struct err *err)
{
	uint64_t number;

	if (!number_parse(value, 10, UINT32_MAX, &number))
		return refuse_number(value, UINT32_MAX, err);
	*(unsigned *)cli_member(option, settings) = (unsigned)number;
	return 0;
}

int
options_take_seed(const struct cli_option *option, void *settings,
		  const char *value, struct err *err)
{
	if (!number_parse_either(value, UINT64_MAX,
				 cli_member(option, settings)))
		return refuse_number(value, UINT64_MAX, err);
	return 0;
}

int
options_take_stop(const struct cli_option *option, void *settings,
		  const char *value, struct err *err)
{
	CLEANUP_BUF struct buf shown = {0};
	const int number = fault_signal_number(value);

	if (!number) {
		text_add_printable(&shown, value, strlen(value));
		return err_set(err, 0, "'%s' is no signal, such as TERM",
			       buf_text(&shown));
	}
	*(int *)cli_member(option, settings) = number;
	return 0;
}

static int
take_place(enum run_place *place, enum run_place wanted, struct err *err)
{
	if (*place != RUN_ANYWHERE && *place != wanted)
		return err_set(err, 0,
			       "--host and --sandbox exclude each "
			       "other");
	*place = wanted;
	return 0;
}

int
options_take_host(const struct cli_option *option, void *settings,
		  const char *value, struct err *err)
{
	(void)value;
	return take_place(cli_member(option, settings), RUN_HOST, err);
}

int
options_take_sandbox(const struct cli_option *option, void *settings,
		     const char *value, struct err *err)
{
	(void)value;
	return take_place(cli_member(option, settings), RUN_SANDBOX, err);
}
