/* SPDX-License-Identifier: MIT */
/*
 * baseline.c - fuzz: baselines. What was read and is written again reads the
 * same; a campaign that saw nothing takes nothing out, and one that saw all
 * fixed leaves a baseline that has less.
 */
#include <stdlib.h>

#include "reports/baseline.h"
#include "reports/evidence.h"
#include "tests/fuzz/fuzz.h"

/* A campaign in which a segment of f() is alive while SIGTERM and exit come. */
static const char log_text[] =
	"{\"type\":\"campaign\",\"version\":1,\"sandbox\":\"host\"}\n"
	"{\"type\":\"site\",\"site\":\"a.c:f:shmget:1\",\"role\":\"0\","
	"\"operation\":\"shmget\",\"syscall\":\"shmget\",\"action\":"
	"\"acquire\"}\n"
	"{\"type\":\"lifetime\",\"kind\":\"sysv-shm\",\"created_at\":"
	"\"a.c:f:shmget:1\"}\n"
	"{\"type\":\"trial\",\"id\":\"a.c:f:shmget:1:return:SIGTERM\","
	"\"short\":\"00000001\",\"site\":\"a.c:f:shmget:1\",\"phase\":"
	"\"return\",\"fault\":\"SIGTERM\",\"policy\":\"must-clean\","
	"\"verdict\":\"clean\"}\n"
	"{\"type\":\"trial\",\"id\":\"a.c:f:shmget:1:return:exit\","
	"\"short\":\"00000002\",\"site\":\"a.c:f:shmget:1\",\"phase\":"
	"\"return\",\"fault\":\"exit\",\"policy\":\"must-clean\","
	"\"verdict\":\"clean\"}\n";

static int
parse(struct baseline *baseline, const void *text, size_t size)
{
	struct err err = {0};
	int failed = baseline_parse(baseline, "x", text, size, &err);

	if (failed)
		MUST(fuzz_is_explained(&err) &&
		     strncmp(err.text, "x:", 2) == 0);
	return failed;
}

static size_t
count_faults(const struct baseline *baseline)
{
	size_t count = 0;

	for (size_t i = 0; i < baseline->count; i++)
		count += baseline->items[i].fault_count;
	return count;
}

static void
check_again(struct baseline *baseline)
{
	CLEANUP_BASELINE struct baseline again = {0};
	CLEANUP_BUF struct buf text = {0};
	CLEANUP_BUF struct buf text_again = {0};

	baseline_write(&text, baseline);
	MUST(parse(&again, text.data, text.length) == 0);
	MUST(again.count == baseline->count);
	MUST(count_faults(&again) == count_faults(baseline));
	baseline_write(&text_again, &again);
	MUST(fuzz_is_same(&text, &text_again));
}

static void
check_tighten(const struct baseline *baseline, const char *text, size_t size)
{
	CLEANUP_BASELINE struct baseline left = {0};
	CLEANUP_EVIDENCE struct evidence evidence;
	CLEANUP_CLASSES struct classes classes = {0};
	CLEANUP_LOG struct log log = {0};
	CLEANUP_BUF struct buf rest = {0};
	struct baseline_review review;
	struct err err = {0};
	FILE *in = fuzz_stream(log_text, sizeof(log_text) - 1);

	if (log_read(&log, in, "log", &err))
		abort();
	fclose(in);
	classes_make(&classes, &log, false);
	evidence_make(&evidence, &log, &classes);
	baseline_tighten(baseline, text, size, &evidence, &review, &rest);
	if (!review.fixed && !review.better) {
		MUST(rest.length == size);
		MUST(size == 0 || memcmp(rest.data, text, size) == 0);
		return;
	}
	MUST(!review.why_not);
	MUST(parse(&left, buf_text(&rest), rest.length) == 0);
	MUST(left.count == baseline->count - review.fixed);
	MUST(count_faults(&left) < count_faults(baseline));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP_BASELINE struct baseline baseline = {0};

	if (parse(&baseline, data, size))
		return 0;
	check_tighten(&baseline, (const char *)data, size);
	check_again(&baseline);
	return 0;
}
