/* SPDX-License-Identifier: MIT */
/*
 * suppress.c - fuzz: suppressions, ipcrash-suppressions(5). Each line that is
 * no comment is a rule or an error that names it; what a rule covers is what it
 * asks for. The first line is a function's name: the rule that is printed for
 * pasting covers it, whatever it is.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "reports/classes.h"
#include "reports/suppress.h"
#include "tests/fuzz/fuzz.h"

enum { TODAY = 20270601 };

static void
check_shown(const struct suppression *rule)
{
	CLEANUP_BUF struct buf text = {0};

	buf_printf(&text, "%s%s%s", rule->head.text, rule->known.reason,
		   rule->known.source);
	MUST(fuzz_is_plain(&text) && !memchr(text.data, '\n', text.length));
	MUST(strcmp(rule->known.reason, RULE_TODO) != 0);
}

static void
check_find(const struct suppressions *list, const struct finding *finding)
{
	const struct known *known = suppressions_find(list, finding);

	for (size_t i = 0; i < list->count; i++) {
		const struct suppression *rule = &list->items[i];

		if (known != &rule->known)
			continue;
		MUST(!rule->head.expired);
		MUST(rule->verdicts & (1u << finding->trial->verdict));
		MUST(!rule->wanted[SUPPRESS_PATH] || finding->left);
		MUST(!rule->wanted[SUPPRESS_FUNC] || finding->site);
		return;
	}
	MUST(!known);
}

static void
check_findings(const struct suppressions *list, const struct site *site)
{
	struct leftover left = {.object = {.kind = KIND_FIFO,
					   .path = "/tmp/x",
					   .known = FIELD_BIT(FIELD_PATH)}};
	struct trial trial = {.fault = {.class = FAULT_EXIT, .number = 1},
			      .verdict = VERDICT_LEAKED};
	struct finding finding = {.class = "31c3022a",
				  .trial = &trial,
				  .left = &left,
				  .site = site,
				  .gates = true};

	check_find(list, &finding);
	finding.site = NULL;
	trial.verdict = VERDICT_WINDOW;
	check_find(list, &finding);
	finding.left = NULL;
	trial.verdict = VERDICT_HUNG;
	check_find(list, &finding);
}

/* The rule for pasting, with a reason, covers the place that it is for. */
static void
check_own(const struct site *site)
{
	CLEANUP_SUPPRESSIONS struct suppressions list = {0};
	CLEANUP_BUF struct buf rule = {0};
	struct class_fault fault = {.fault = {.class = FAULT_EXIT, .number = 1},
				    .gating = true};
	const struct leak_class class = {.id = "31c3022a",
					 .verdict = VERDICT_HUNG,
					 .kind = KIND_COUNT,
					 .site = site,
					 .faults = &fault,
					 .fault_count = 1};
	const struct trial trial = {.fault = fault.fault,
				    .verdict = VERDICT_HUNG};
	const struct finding finding = {
		.class = class.id, .trial = &trial, .site = site};
	struct err err = {0};

	suppress_add_rule(&rule, &class);
	MUST(fuzz_is_plain(&rule) && !memchr(rule.data, '\n', rule.length));
	MUST(suppressions_parse(&list, TODAY, "x", buf_text(&rule), rule.length,
				&err) == -1);
	buf_add_text(&rule, ": known");
	MUST(suppressions_parse(&list, TODAY, "x", buf_text(&rule), rule.length,
				&err) == 0);
	MUST(suppressions_find(&list, &finding));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_bytes bytes = {data, size};
	CLEANUP_FREE char *name = fuzz_line(&bytes);
	const char *text = (const char *)bytes.next;
	CLEANUP_SUPPRESSIONS struct suppressions list = {0};
	struct frame frame = {.file = name, .function = name};
	const struct site site = {
		.operation = "shmget", .frames = &frame, .frame_count = 1};
	struct err err = {0};

	if (!name)
		return 0;
	check_own(&site);
	if (suppressions_parse(&list, TODAY, "x", text, bytes.left, &err))
		MUST(fuzz_is_explained(&err) &&
		     strncmp(err.text, "x:", 2) == 0);
	for (size_t i = 0; i < list.count; i++)
		check_shown(&list.items[i]);
	check_findings(&list, &site);
	return 0;
}
