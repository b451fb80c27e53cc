/* SPDX-License-Identifier: MIT */
/* check_log.c - unit: reading run.jsonl, whole, cut off, and what is none. */
#include <check.h>
#include <signal.h>
#include <string.h>

#include "base/mem.h"
#include "tests/support/made_log.h"

Suite *log_suite(void);

static struct log log_read_now;
static struct buf text;
static struct err err;

static void
setup(void)
{
	err = (struct err) {0};
}

static void
teardown(void)
{
	log_free(&log_read_now);
	buf_free(&text);
}

static void
add_example(void)
{
	made_log_start(&text, 3);
	made_log_site(&text, "pool_open:shmget", "sysv-shm", "acquire", 42);
	made_log_site(&text, "pool_close:shmctl", "sysv-shm", "release", 88);
	made_log_object(&text, "sysv-shm", "pool_open:shmget",
			"pool_close:shmctl");
	made_log_trial(&text,
		       &(struct made_trial) {.site = "pool_open:shmget",
					     .phase = "return",
					     .fault = "SIGTERM",
					     .verdict = "leaked",
					     .kind = "sysv-shm",
					     .created = "pool_open:shmget"});
	made_log_trial(&text, &(struct made_trial) {.site = "pool_open:shmget",
						    .fault = "exit"});
}

START_TEST(all_records_are_read)
{
	const struct trial *trial;

	add_example();
	made_log_read(&log_read_now, &text);
	ck_assert_str_eq(log_read_now.campaign.tool, "ipcrash 0.1.0");
	ck_assert_uint_eq(log_read_now.campaign.target.count, 3);
	ck_assert_str_eq(log_read_now.campaign.target.items[1], "-p");
	ck_assert(log_read_now.campaign.sandboxed);
	ck_assert_int_eq(log_read_now.campaign.plan.trials, 3);
	ck_assert_uint_eq(log_read_now.site_count, 2);
	ck_assert_uint_eq(log_read_now.object_count, 1);
	ck_assert_str_eq(log_read_now.objects[0].released_at,
			 "src/pool.c:pool_close:shmctl:1");
	ck_assert_uint_eq(log_read_now.trial_count, 2);
	ck_assert(!log_read_now.has_summary);
	ck_assert_int_eq(log_read_now.torn_bytes, 0);
	ck_assert_int_gt(log_read_now.whole_bytes, 0);
	trial = log_trial(&log_read_now,
			  "src/pool.c:pool_open:shmget:1:return:SIGTERM");
	/* exit, before, comes first in program order. */
	ck_assert_ptr_eq(trial, &log_read_now.trials[1]);
	ck_assert_int_eq(trial->verdict, VERDICT_LEAKED);
	ck_assert_str_eq(trial->left[0].created_at, log_read_now.sites[0].id);
	ck_assert_ptr_null(log_trial(&log_read_now, "none"));
	ck_assert_ptr_eq(log_site(&log_read_now, trial->site),
			 &log_read_now.sites[0]);
	ck_assert_ptr_null(log_site(&log_read_now, NULL));
}
END_TEST

/* Wherever a campaign was killed, what it had written counts. */
START_TEST(a_log_may_be_cut_off_anywhere)
{
	const char *start;
	size_t first;

	add_example();
	start = buf_text(&text);
	first = strcspn(start, "\n") + 1;
	for (size_t length = first; length <= text.length; length++) {
		const char *end = memrchr(start, '\n', length);
		size_t whole = (size_t)(end - start) + 1;
		struct log part = {0};

		ck_assert_int_eq(made_log_try(&part, start, length, &err), 0);
		ck_assert_int_eq(part.whole_bytes, (int64_t)whole);
		ck_assert_int_eq(part.torn_bytes, (int64_t)(length - whole));
		log_free(&part);
	}
}
END_TEST

START_TEST(the_last_record_of_a_trial_counts)
{
	struct made_trial trial = {.site = "pool_open:shmget",
				   .fault = "exit",
				   .verdict = "broken"};

	add_example();
	made_log_trial(&text, &trial);
	buf_add_text(&text, "{\"type\":\"summary\",\"gate\":\"failed\"}\n");
	trial.verdict = "hung";
	made_log_trial(&text, &trial);
	made_log_read(&log_read_now, &text);
	ck_assert_uint_eq(log_read_now.trial_count, 2);
	ck_assert_int_eq(log_read_now.trials[0].verdict, VERDICT_HUNG);
	/* What came behind it is not in it. */
	ck_assert(!log_read_now.has_summary);
}
END_TEST

/* What "exit" came to, in the order of the log. */
static const struct {
	struct {
		int repetition;
		const char *verdict;
	} runs[6];
	enum verdict worst;
	size_t count;
} repetitions[] = {
	{{{1, "leaked"}, {2, "clean"}, {3, "clean"}}, VERDICT_LEAKED, 3},
	{{{3, "clean"}, {1, "clean"}, {2, "hung"}}, VERDICT_HUNG, 3},
	{{{1, "clean"}, {2, "broken"}, {3, "window"}}, VERDICT_BROKEN, 3},
	/* Made again after it was broken, in a resumed campaign. */
	{{{1, "clean"}, {2, "broken"}, {3, "clean"}, {2, "unavoidable"}},
	 VERDICT_UNAVOIDABLE,
	 3},
	{{{1, "broken"}, {1, "clean"}, {2, "clean"}}, VERDICT_CLEAN, 2},
	{{{1, "hung"},
	  {2, "clean"},
	  {1, "window"},
	  {2, "leaked"},
	  {2, "clean"}},
	 VERDICT_WINDOW,
	 2},
};

START_TEST(the_worst_repetition_counts)
{
	const struct trial *exit_trial;

	add_example();
	for (size_t i = 0; repetitions[_i].runs[i].verdict; i++) {
		CLEANUP_FREE char *more =
			mem_printf("\"repetition\":%d",
				   repetitions[_i].runs[i].repetition);

		made_log_trial(
			&text,
			&(struct made_trial) {
				.site = "pool_open:shmget",
				.fault = "exit",
				.verdict = repetitions[_i].runs[i].verdict,
				.more = more});
	}
	made_log_read(&log_read_now, &text);
	ck_assert_uint_eq(log_read_now.trial_count, 2);
	exit_trial = log_trial(&log_read_now,
			       "src/pool.c:pool_open:shmget:1:before:exit");
	ck_assert_int_eq(exit_trial->verdict, repetitions[_i].worst);
	ck_assert_uint_eq(exit_trial->run_count, repetitions[_i].count);
	for (size_t i = 0; i < exit_trial->run_count; i++)
		ck_assert_uint_eq(exit_trial->runs[i].repetition, i + 1);
}
END_TEST

START_TEST(what_is_not_known_is_passed_over)
{
	add_example();
	buf_add_text(&text, "{\"type\":\"weather\",\"rain\":[1,2]}\n"
			    "{\"type\":\"summary\",\"gate\":\"passed\","
			    "\"mood\":\"good\",\"verdicts\":{\"clean\":2,"
			    "\"odd\":1}}\n");
	made_log_read(&log_read_now, &text);
	ck_assert(log_read_now.has_summary);
	ck_assert_int_eq(log_read_now.summary.verdicts[VERDICT_CLEAN], 2);
	ck_assert_int_eq(log_read_now.summary.gate, GATE_PASSED);
}
END_TEST

#define HEAD                                                       \
	"{\"type\":\"campaign\",\"version\":1,\"target\":[\"a\"]," \
	"\"sandbox\":\"host\"}\n"

static const struct {
	const char *text;
	const char *says;
} wrong[] = {
	{"", "run.jsonl: this is no log of ipcrash: it is empty"},
	{"{\"type\"", "this is no log of ipcrash: its first record is cut off"},
	{"\n", "run.jsonl:1: this is no log of ipcrash"},
	{"hello\n", "run.jsonl:1: this is no log of ipcrash"},
	{"[1]\n", "run.jsonl:1: this is no log of ipcrash"},
	{"{\"type\":\"snapshot\",\"version\":1}\n",
	 "run.jsonl:1: this is no log of ipcrash"},
	{"{\"type\":\"campaign\",\"version\":2}\n",
	 "run.jsonl:1: this log has version 2, known is 1"},
	{"{\"type\":\"campaign\",\"version\":1,\"sandbox\":\"moon\"}\n",
	 "run.jsonl:1: \"sandbox\" must be host or namespaces"},
	{"{\"type\":\"campaign\",\"version\":1,\"sandbox\":\"host\","
	 "\"target\":\"a\"}\n",
	 "run.jsonl:1: \"target\" must be an array of strings"},
	{"{\"type\":\"campaign\",\"version\":1,\"sandbox\":\"host\","
	 "\"plan\":{\"points\":true}}\n",
	 "run.jsonl:1: \"plan\": \"points\" must be an integer"},
	{HEAD "hello\n", "run.jsonl:2: "},
	{HEAD "{}\n", "run.jsonl:2: \"type\" is missing"},
	{HEAD "{\"type\":\"site\"}\n", "run.jsonl:2: "},
	{HEAD "{\"type\":\"trial\"}\n", "run.jsonl:2: "},
	{HEAD "{\"type\":\"lifetime\",\"kind\":\"fifo\"}\n",
	 "run.jsonl:2: \"created_at\" is missing"},
	{HEAD "{\"type\":\"lifetime\",\"kind\":\"pipe\"}\n",
	 "run.jsonl:2: \"kind\" must be a kind of object"},
	{HEAD "{\"type\":\"summary\",\"gate\":\"open\"}\n",
	 "run.jsonl:2: \"gate\" must be"},
	{HEAD "{\"type\":\"summary\",\"gate\":\"failed\",\"findings\":[{}]}\n",
	 "run.jsonl:2: \"findings\": \"class\" must be 8 hex"},
	{HEAD "{\"type\":\"campaign\",\"version\":1,\"sandbox\":\"host\","
	      "\"target\":[\"b\"]}\n",
	 "run.jsonl:2: this is a campaign of another target"},
};

START_TEST(what_is_wrong_is_said_with_its_line)
{
	const char *line = wrong[_i].text;

	ck_assert_int_eq(made_log_try(&log_read_now, line, strlen(line), &err),
			 -1);
	if (strncmp(err.text, wrong[_i].says, strlen(wrong[_i].says)) != 0 &&
	    !strstr(err.text, wrong[_i].says))
		ck_abort_msg("'%s' and not '%s'", err.text, wrong[_i].says);
}
END_TEST

/* Every byte of a log replaced by others: read or refused, never a crash. */
START_TEST(any_byte_may_be_wrong)
{
	static const char bytes[] = {0, ' ', '"', '}', '9', '\n', (char)0xff};

	add_example();
	for (size_t i = 0; i < text.length; i++)
		for (size_t j = 0; j < sizeof(bytes); j++) {
			struct log part = {0};
			char kept = text.data[i];

			text.data[i] = bytes[j];
			made_log_try(&part, text.data, text.length, &err);
			log_free(&part);
			text.data[i] = kept;
		}
}
END_TEST

START_TEST(shards_are_put_together)
{
	struct log *log = &log_read_now;
	struct made_trial trial = {.site = "pool_open:shmget",
				   .fault = "SIGHUP"};

	add_example();
	made_log_read(log, &text);
	made_log_start(&text, 3);
	made_log_trial(&text, &trial);
	made_log_read(log, &text);
	ck_assert_uint_eq(log->trial_count, 3);
	ck_assert_uint_eq(log->site_count, 2);
}
END_TEST

/* Members of the options, and the faults that were tried at one point. */
static const struct shard {
	const char *options;
	int trials; /* planned */
	const char *faults[3];
	int repetitions; /* of each that was tried */
} shards[][2] = {
	/* A whole one does not stand for one that was cut off, */
	{{"\"only\":[\"a\"]", 3, {"exit"}, 1},
	 {"\"only\":[\"b\"]", 1, {"SIGTERM"}, 1}},
	{{"\"only\":[\"a\"]", 1, {"exit"}, 1},
	 {"\"only\":[\"b\"]", 3, {"SIGTERM"}, 1}},
	/* nor does one of which more was made than planned, */
	{{"\"only\":[\"a\"]", 1, {"exit", "SIGINT"}, 1},
	 {"\"only\":[\"b\"]", 2, {"SIGTERM"}, 1}},
	/* nor more repetitions of another trial. */
	{{"\"repeat\":3", 2, {"exit"}, 3}, {"\"repeat\":1", 2, {NULL}, 1}},
	{{"\"repeat\":1", 2, {"exit"}, 3}, {"\"repeat\":1", 2, {"exit"}, 3}},
	/* All that were to be made are there: */
	{{"\"only\":[\"a\"]", 1, {"exit"}, 1},
	 {"\"only\":[\"b\"]", 2, {"exit", "SIGTERM"}, 1}},
	/* in the second part of what was cut off, too. */
	{{"\"repeat\":2", 2, {"exit"}, 2}, {"\"repeat\":2", 2, {"SIGTERM"}, 2}},
};
enum { SHARDS_WHOLE = 5 };

static void
add_shard(const struct shard *shard)
{
	buf_printf(&text,
		   "{\"type\":\"campaign\",\"version\":1,\"sandbox\":\"host\","
		   "\"options\":{%s},\"plan\":{\"trials\":%d}}\n",
		   shard->options, shard->trials);
	made_log_site(&text, "pool_open:shmget", "sysv-shm", "acquire", 42);
	for (const char *const *fault = shard->faults; *fault; fault++)
		for (int i = 1; i <= shard->repetitions; i++) {
			CLEANUP_FREE char *more =
				mem_printf("\"repetition\":%d", i);

			made_log_trial(&text, &(struct made_trial) {
						      .site = "pool_open:"
							      "shmget",
						      .fault = *fault,
						      .more = more});
		}
	made_log_read(&log_read_now, &text);
}

START_TEST(each_shard_must_be_whole)
{
	struct log_runs runs;

	add_shard(&shards[_i][0]);
	add_shard(&shards[_i][1]);
	runs = log_count_runs(&log_read_now);
	if (_i < SHARDS_WHOLE)
		ck_assert_int_lt(runs.made, runs.planned);
	else
		ck_assert_int_eq(runs.made, runs.planned);
}
END_TEST

START_TEST(trials_are_found_by_short_ids)
{
	struct log *log = &log_read_now;
	const struct trial *trial;
	CLEANUP_FREE char *upper = NULL;

	add_example();
	made_log_read(log, &text);
	trial = &log->trials[0];
	ck_assert_ptr_eq(log_find_trial(log, trial->id, &err), trial);
	ck_assert_ptr_eq(log_find_trial(log, trial->short_id, &err), trial);
	upper = mem_printf("%.4s", trial->short_id);
	ck_assert_ptr_eq(log_find_trial(log, upper, &err), trial);
	upper[3] = '\0';
	ck_assert_ptr_null(log_find_trial(log, upper, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "the log has no trial"));
}
END_TEST

/* Short ids may be equal in their first digits: they are named. */
START_TEST(ambiguous_short_ids_are_refused)
{
	struct log *log = &log_read_now;

	made_log_start(&text, 0);
	for (int i = 1; i <= 64; i++) {
		CLEANUP_FREE char *fault =
			mem_printf("SIGRTMIN+%d", i % 30 + 1);
		CLEANUP_FREE char *site = mem_printf("f%d:shmget", i);

		made_log_trial(&text,
			       &(struct made_trial) {
				       .site = site,
				       .fault = fault,
				       .more = "\"short\":\"abcd0123\""});
	}
	made_log_read(log, &text);
	ck_assert_uint_eq(log->trial_count, 64);
	ck_assert_ptr_null(log_find_trial(log, "abcd", &err));
	ck_assert_ptr_nonnull(
		strstr(err.text, "64 trials are called 'abcd': "));
	ck_assert_ptr_nonnull(strstr(err.text, ", ..."));
}
END_TEST

/* The campaign's records survive the way to JSON and back. */
START_TEST(a_campaign_goes_to_json_and_back)
{
	static const char *const words[] = {"./a", "b\xff", "", "c d"};
	const struct record_texts target = {(const char **)words, 4};
	const struct campaign_record record = {
		.tool = "ipcrash 9",
		.target = target,
		.directory = "/tmp/\xfe",
		.sandboxed = false,
		.refused = "why",
		.started = 1795627786,
		.must_clean = {(const char **)words, 1},
		.options = {.points = "syscalls",
			    .only = {(const char **)words, 2},
			    .seed = UINT64_MAX,
			    .timeout_ms = 77,
			    .repeat = 5,
			    .strict = true},
		.plan = {.golden_ns = 4294000,
			 .differs = "at x",
			 .notes = {(const char **)words, 2},
			 .trials = 168},
	};
	struct campaign_record back;
	struct arena arena = {0};
	json_t *json = campaign_to_json(&record);

	ck_assert_int_eq(campaign_from_json(&back, json, &arena, &err), 0);
	for (size_t i = 0; i < 4; i++)
		ck_assert_str_eq(back.target.items[i], words[i]);
	ck_assert_str_eq(back.directory, record.directory);
	ck_assert_str_eq(back.options.only.items[1], words[1]);
	ck_assert_uint_eq(back.options.seed, UINT64_MAX);
	ck_assert_int_eq(back.options.timeout_ms, 77);
	ck_assert_int_eq(back.options.repeat, 5);
	ck_assert(back.options.strict && !back.options.no_window);
	ck_assert_str_eq(back.options.points, "syscalls");
	ck_assert_ptr_null(back.options.input);
	ck_assert_int_eq(back.plan.golden_ns, 4294000);
	ck_assert_str_eq(back.plan.differs, "at x");
	ck_assert_uint_eq(back.plan.notes.count, 2);
	ck_assert_str_eq(back.plan.notes.items[1], words[1]);
	ck_assert_str_eq(back.refused, "why");
	ck_assert(!back.sandboxed);
	json_decref(json);
	arena_free(&arena);
}
END_TEST

START_TEST(a_summary_goes_to_json_and_back)
{
	static const char *const faults[] = {"SIGHUP", "ENOSPC,persistent"};
	const struct campaign_finding findings[] = {
		{"9f2b6c0d",
		 VERDICT_LEAKED,
		 KIND_SYSV_SHM,
		 "a:b:shmget:1",
		 {(const char **)faults, 2},
		 true},
		{"00000000", VERDICT_HUNG, KIND_COUNT, NULL, {NULL, 0}, false},
	};
	const struct campaign_summary summary = {
		.sites = 12,
		.trials = 168,
		.unsteady = 3,
		.verdicts = {[VERDICT_CLEAN] = 150, [VERDICT_HUNG] = 18},
		.findings = findings,
		.finding_count = 2,
		.gate = GATE_FAILED,
		.interrupted_by = SIGINT,
		.duration_ns = 1500000,
	};
	struct campaign_summary back;
	struct arena arena = {0};
	json_t *json = campaign_summary_to_json(&summary);

	ck_assert_int_eq(campaign_summary_from_json(&back, json, &arena, &err),
			 0);
	ck_assert_int_eq(back.trials, 168);
	ck_assert_int_eq(back.unsteady, 3);
	ck_assert_int_eq(back.verdicts[VERDICT_HUNG], 18);
	ck_assert_int_eq(back.interrupted_by, SIGINT);
	ck_assert_int_eq(back.duration_ns, 1500000);
	ck_assert_uint_eq(back.finding_count, 2);
	ck_assert_str_eq(back.findings[0].class, "9f2b6c0d");
	ck_assert_str_eq(back.findings[0].faults.items[1], faults[1]);
	ck_assert(back.findings[0].gating && !back.findings[1].gating);
	ck_assert_int_eq(back.findings[1].kind, KIND_COUNT);
	ck_assert_int_eq(back.findings[1].verdict, VERDICT_HUNG);
	ck_assert_ptr_null(back.findings[1].created_at);
	json_decref(json);
	arena_free(&arena);
}
END_TEST

Suite *
log_suite(void)
{
	Suite *suite = suite_create("log");
	TCase *tests = tcase_create("log");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, all_records_are_read);
	tcase_add_test(tests, a_log_may_be_cut_off_anywhere);
	tcase_add_test(tests, the_last_record_of_a_trial_counts);
	tcase_add_loop_test(tests, the_worst_repetition_counts, 0,
			    ARRAY_LEN(repetitions));
	tcase_add_test(tests, what_is_not_known_is_passed_over);
	tcase_add_loop_test(tests, what_is_wrong_is_said_with_its_line, 0,
			    ARRAY_LEN(wrong));
	tcase_add_test(tests, any_byte_may_be_wrong);
	tcase_add_test(tests, shards_are_put_together);
	tcase_add_loop_test(tests, each_shard_must_be_whole, 0,
			    ARRAY_LEN(shards));
	tcase_add_test(tests, trials_are_found_by_short_ids);
	tcase_add_test(tests, ambiguous_short_ids_are_refused);
	tcase_add_test(tests, a_campaign_goes_to_json_and_back);
	tcase_add_test(tests, a_summary_goes_to_json_and_back);
	suite_add_tcase(suite, tests);
	return suite;
}
