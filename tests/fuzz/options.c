/* SPDX-License-Identifier: MIT */
/*
 * options.c - fuzz: command lines. An argument a line, of a command that has
 * every type of option. What was taken is within its range, what was not has a
 * reason.
 */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "harness/cli/options.h"
#include "leakcheck/cli/options.h"
#include "tests/fuzz/fuzz.h"

enum { ARGUMENTS_MAX = 32 };

struct settings {
	struct campaign_settings campaign;
	struct scope scope;
	enum term_color color;
	int status;
	bool json;
};

static const struct cli_option options[] = {
	OPTIONS_PLAN(struct settings, campaign),
	OPTIONS_TARGET(struct settings, campaign),
	OPTIONS_SCOPE(struct settings, scope),
	OPTION_COLOR(struct settings, color),
	OPTION_ERROR_EXITCODE(struct settings, status),
	OPTION_JSON(struct settings, json),
};

static const struct cli_command command = {
	.name = "fuzz",
	.arguments = "[OPTION]...",
	.summary = "be fuzzed",
	.options = options,
	.option_count = ARRAY_LEN(options),
};

static void
check_settings(const struct settings *settings)
{
	const struct campaign_settings *campaign = &settings->campaign;

	MUST(campaign->timeout_ms >= 0 && campaign->settle_ms >= 0);
	MUST(campaign->plan.points <= POINTS_SYSCALLS);
	MUST(campaign->stop_signal == 0 ||
	     fault_signal_name(campaign->stop_signal));
	MUST(settings->status >= 0 && settings->status <= 255);
	MUST(!(settings->scope.kinds & ~(unsigned)KIND_ALL));
	MUST(settings->color <= TERM_COLOR_NEVER);
}

/* Each is a copy: a list that is taken is cut up. */
static void
check_line(char **argv, int argc)
{
	struct settings settings = {.campaign = options_defaults()};
	struct err err = {0};
	int first = cli_parse(&command, "fuzz", &settings, argc, argv, &err);

	if (first < 0)
		MUST(fuzz_is_explained(&err));
	else
		MUST(first <= argc);
	check_settings(&settings);
	options_free(&settings.campaign);
	scope_free(&settings.scope);
}

/* What must not be 0 is refused as that only. */
static void
check_limits(const char *text)
{
	const struct cli_option option = {.offset = 0};
	struct err err = {0};
	int64_t ms[2];
	size_t number[2];
	const bool is_period = !cli_period(&option, &ms[0], text, &err);
	const bool is_number = !cli_size(&option, &number[0], text, &err);

	MUST(!cli_limit(&option, &ms[1], text, &err) ==
	     (is_period && ms[0] > 0));
	MUST(!cli_count(&option, &number[1], text, &err) ==
	     (is_number && number[0] > 0));
}

static const struct {
	const char *name;
	double ms;
} units[] = {{"ms", 1},	     {"s", 1000},     {"m", 60000},
	     {"h", 3600000}, {"d", 86400000}, {"", 1000}};

/* What strtod(3) makes of it, rounded up. */
static void
check_period(const char *text)
{
	const struct cli_option option = {.offset = 0};
	struct err err = {0};
	int64_t ms;
	char *unit;
	double number = strtod(text, &unit);

	if (cli_period(&option, &ms, text, &err)) {
		MUST(fuzz_is_explained(&err));
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		double expected = ceil(number * units[i].ms);

		if (strcmp(units[i].name, unit) == 0)
			MUST(fabs((double)ms - expected) <=
			     expected / 1e12 + 1);
	}
	MUST((ms > 0) == (number > 0));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_bytes bytes = {data, size};
	char *argv[ARGUMENTS_MAX + 2] = {"fuzz"};
	char *own[ARGUMENTS_MAX + 1] = {NULL};
	int argc = 1;

	while (argc <= ARGUMENTS_MAX && (own[argc - 1] = fuzz_line(&bytes))) {
		argv[argc] = own[argc - 1];
		check_limits(argv[argc]);
		check_period(argv[argc++]);
	}
	check_line(argv, argc);
	for (int i = 0; own[i]; i++)
		free(own[i]);
	return 0;
}
