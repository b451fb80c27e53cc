/* SPDX-License-Identifier: MIT */
/*
 * junit_fit.c - how much of each case is told, where not all can be. From all
 * that could be in the report, in the order of its worth, what fits is taken.
 * That a case is there comes before what there is to say of it, or who counts
 * them is misled; but half of the room is for what there is to say of failures.
 */
#include "base/attr.h"
#include "reports/junit_part.h"

/* What a case takes is measured by writing it. */
struct ruler {
	struct xml *xml;
	const struct junit *junit;
	size_t used;
};

static size_t
measure(struct ruler *ruler, const struct junit_case *entry,
	enum junit_detail detail)
{
	struct junit_case told = *entry;
	size_t before = xml_length(ruler->xml);

	told.detail = detail;
	junit_put_case(ruler->xml, ruler->junit, &told);
	return xml_length(ruler->xml) - before;
}

/* Tell more of what came out so, as long as there is room. */
static void
raise_detail(struct ruler *ruler, enum outcome outcome,
	     enum junit_detail detail, size_t limit)
{
	for (size_t i = 0; i < ruler->junit->results->case_count; i++) {
		struct junit_case *entry = &ruler->junit->cases[i];
		size_t more;

		if (entry->result->outcome != outcome ||
		    entry->detail >= detail)
			continue;
		more = measure(ruler, entry, detail) -
		       measure(ruler, entry, entry->detail);
		if (ruler->used > limit || more > limit - ruler->used)
			continue;
		ruler->used += more;
		entry->detail = detail;
	}
}

static void
count(struct junit *junit)
{
	junit->brief = junit->absent = 0;
	for (size_t i = 0; i < junit->results->case_count; i++) {
		const struct junit_case *entry = &junit->cases[i];

		junit->absent += entry->detail == JUNIT_ABSENT;
		junit->brief += entry->detail == JUNIT_BRIEF &&
				entry->result->block.count > 0;
	}
}

void
junit_fit(struct junit *junit, size_t limit)
{
	static const struct {
		enum outcome outcome;
		enum junit_detail detail;
		unsigned part; /* 2: half of the room, no more */
	} worth[] = {
		{OUTCOME_FAILED, JUNIT_BRIEF, 1},
		{OUTCOME_ERROR, JUNIT_BRIEF, 1},
		{OUTCOME_FAILED, JUNIT_WHOLE, 2},
		{OUTCOME_ERROR, JUNIT_WHOLE, 2},
		{OUTCOME_EXCUSED, JUNIT_BRIEF, 1},
		{OUTCOME_SKIPPED, JUNIT_BRIEF, 1},
		{OUTCOME_PASSED, JUNIT_WHOLE, 1},
		{OUTCOME_FAILED, JUNIT_WHOLE, 1},
		{OUTCOME_ERROR, JUNIT_WHOLE, 1},
		{OUTCOME_SKIPPED, JUNIT_WHOLE, 1},
		{OUTCOME_EXCUSED, JUNIT_WHOLE, 1},
	};
	struct ruler ruler = {.xml = xml_begin(NULL), .junit = junit};
	struct err ignored = {0}; /* no memory: the report will say it */

	/* As deep as they will be, and not the first child. */
	xml_open(ruler.xml, "testsuites");
	xml_open(ruler.xml, "testsuite");
	xml_open(ruler.xml, "properties");
	xml_close(ruler.xml);
	for (size_t i = 0; i < ARRAY_LEN(worth); i++)
		raise_detail(&ruler, worth[i].outcome, worth[i].detail,
			     limit / worth[i].part);
	xml_end(ruler.xml, &ignored);
	count(junit);
}
