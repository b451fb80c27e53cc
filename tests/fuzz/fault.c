/* SPDX-License-Identifier: MIT */
/*
 * fault.c - fuzz: names of faults, alone and as a list of --faults. One that is
 * understood has a name that means it.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "harness/cli/options.h"
#include "tests/fuzz/fuzz.h"

static void
check_fault(const struct fault *fault)
{
	CLEANUP_BUF struct buf name = {0};
	struct fault again;
	struct err err = {0};

	fault_format(fault, &name);
	MUST(name.length > 0 && fuzz_is_plain(&name));
	MUST(fault_parse(buf_text(&name), &again, &err) == 0);
	MUST(fault_equal(fault, &again));
	MUST(policy_name(fault_policy(fault))[0] == 'm');
}

static void
check_name(const char *name)
{
	struct err err = {0};
	struct fault fault;

	if (fault_parse(name, &fault, &err) == 0)
		check_fault(&fault);
	else
		MUST(fuzz_is_explained(&err));
}

static void
check_list(const char *list)
{
	const struct cli_option option = {.name = "faults"};
	struct plan_settings plan = {.errors = true};
	struct err err = {0};

	if (options_take_faults(&option, &plan, list, &err))
		MUST(fuzz_is_explained(&err));
	else
		MUST(plan.fault_count > 0 || plan.errors);
	for (size_t i = 0; i < plan.fault_count; i++)
		check_fault(&plan.faults[i]);
	free((void *)plan.faults);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_bytes bytes = {data, size};
	CLEANUP_FREE char *name = fuzz_line(&bytes);
	CLEANUP_FREE char *list = fuzz_line(&bytes);

	if (name)
		check_name(name);
	if (list)
		check_list(list);
	return 0;
}
