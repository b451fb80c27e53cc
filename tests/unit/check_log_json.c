/* SPDX-License-Identifier: MIT */
/* check_log_json.c - unit: sites and trials to JSON and back; hostile JSON. */
#include <check.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/attr.h"
#include "model/site_json.h"
#include "model/trial_json.h"

Suite *log_json_suite(void);

static struct arena arena;
static struct err err;
static struct site site;
static struct trial trial;

static void
setup(void)
{
	err = (struct err) {0};
}

static void
teardown(void)
{
	arena_free(&arena);
}

/* Any byte but NUL may be in a path, a name, what a program writes. */
#define HOSTILE "\"\\\n\t\x1b[31m\x7f\xff\xfe</script>]]>\xc3\xa4\xed\xa0\x80"

static const struct frame frames[] = {
	{"/lib/libc.so.6", 0x11bb2d, "shmget", NULL, 0},
	{"/usr/bin/pool", 0x1234, "pool_open", "src/pool.c", 42},
	{HOSTILE "m", UINT64_MAX, HOSTILE "f", HOSTILE "s", INT_MAX},
	{NULL, 0x7ffff7fc1000, NULL, NULL, 0},
	{NULL, 0, NULL, NULL, 0},
};

static const struct site full_site = {
	.id = "0.1/src/pool.c:pool_open:shmget:3",
	.role = "0.1",
	.operation = "shmget",
	.call = "shmget",
	.nth = 5,
	.role_nth = 4,
	.n = 3,
	.kind = KIND_SYSV_SHM,
	.action = ACTION_ACQUIRE,
	.frames = frames,
	.frame_count = ARRAY_LEN(frames),
	.place = 1,
	.stack = 0xfedcba9876543210,
};

/* Text and back: what is in a log is read by another program. */
static json_t *
through_text(json_t *json)
{
	char *text = json_dumps(json, JSON_COMPACT);
	json_t *again = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

	ck_assert_msg(again, "%s", text);
	json_decref(json);
	free(text);
	return again;
}

static void
read_site(json_t *json)
{
	ck_assert_msg(site_from_json(&site, json, &arena, &err) == 0, "%s",
		      err.text);
	json_decref(json);
}

static void
same_text(const char *a, const char *b)
{
	if (!a || !b)
		ck_assert_ptr_eq(a, b);
	else
		ck_assert_str_eq(a, b);
}

static void
same_frame(const struct frame *a, const struct frame *b)
{
	same_text(a->module, b->module);
	ck_assert_uint_eq(a->offset, b->offset);
	same_text(a->function, b->function);
	same_text(a->file, b->file);
	ck_assert_int_eq(a->line, b->line);
}

static void
same_site(const struct site *a, const struct site *b)
{
	same_text(a->id, b->id);
	same_text(a->role, b->role);
	same_text(a->operation, b->operation);
	same_text(a->call, b->call);
	ck_assert_uint_eq(a->nth, b->nth);
	ck_assert_uint_eq(a->role_nth, b->role_nth);
	ck_assert_uint_eq(a->n, b->n);
	ck_assert_int_eq(a->kind, b->kind);
	ck_assert_int_eq(a->action, b->action);
	ck_assert_uint_eq(a->frame_count, b->frame_count);
	for (size_t i = 0; i < a->frame_count; i++)
		same_frame(&a->frames[i], &b->frames[i]);
	ck_assert_uint_eq(a->place, b->place);
	ck_assert_uint_eq(a->stack, b->stack);
}

START_TEST(a_site_with_everything)
{
	read_site(through_text(site_to_json(&full_site)));
	same_site(&site, &full_site);
}
END_TEST

START_TEST(a_site_with_next_to_nothing)
{
	struct site bare = {.id = "unknown:fork:1",
			    .role = "0",
			    .operation = "fork",
			    .call = "clone",
			    .n = 1,
			    .kind = KIND_COUNT,
			    .action = ACTION_OTHER};
	json_t *json = through_text(site_to_json(&bare));

	ck_assert_ptr_null(json_object_get(json, "kind"));
	ck_assert_ptr_null(json_object_get(json, "file"));
	ck_assert_ptr_null(json_object_get(json, "line"));
	ck_assert_ptr_null(json_object_get(json, "function"));
	read_site(json);
	same_site(&site, &bare);
}
END_TEST

START_TEST(every_kind_and_action_of_a_site)
{
	struct site one = full_site;

	one.kind = (enum kind)_i;
	one.action = (enum action)(_i % (ACTION_OTHER + 1));
	read_site(through_text(site_to_json(&one)));
	same_site(&site, &one);
}
END_TEST

static const char *
string_at(const json_t *json, const char *name)
{
	return json_string_value(json_object_get(json, name));
}

/* What others rely on: docs and DESIGN name these. */
START_TEST(the_documented_form_of_a_site)
{
	json_t *json = site_to_json(&full_site);
	json_t *frame = json_array_get(json_object_get(json, "stack"), 1);

	ck_assert_str_eq(string_at(json, "type"), "site");
	ck_assert_str_eq(string_at(json, "site"), full_site.id);
	ck_assert_str_eq(string_at(json, "operation"), "shmget");
	ck_assert_str_eq(string_at(json, "syscall"), "shmget");
	ck_assert_str_eq(string_at(json, "kind"), "sysv-shm");
	ck_assert_str_eq(string_at(json, "action"), "acquire");
	ck_assert_str_eq(string_at(json, "file"), "src/pool.c");
	ck_assert_str_eq(string_at(json, "function"), "pool_open");
	ck_assert_int_eq(json_integer_value(json_object_get(json, "line")), 42);
	ck_assert_int_eq(json_integer_value(json_object_get(json, "nth")), 5);
	ck_assert_str_eq(string_at(frame, "module"), "/usr/bin/pool");
	ck_assert_str_eq(string_at(frame, "offset"), "0x0000000000001234");
	frame = json_array_get(json_object_get(json, "stack"), 4);
	ck_assert_uint_eq(json_object_size(frame), 0);
	json_decref(json);
}
END_TEST

START_TEST(one_member_makes_a_frame_known)
{
	static const struct frame known[] = {{.module = "m"},
					     {.offset = 1},
					     {.function = "f"},
					     {.file = "a.c"},
					     {.line = 1}};
	static const struct frame unknown;

	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		ck_assert(frame_is_known(&known[i]));
	ck_assert(!frame_is_known(&unknown));
}
END_TEST

#define SITE                                                        \
	"\"site\":\"a.c:f:shmget:1\",\"role\":\"0\",\"operation\":" \
	"\"shmget\",\"syscall\":\"shmget\",\"action\":\"acquire\""

static json_t *
parse(const char *text)
{
	json_t *json = json_loads(text, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);

	ck_assert_msg(json, "the test's JSON is wrong: %s", text);
	return json;
}

START_TEST(a_site_without_a_stack_has_its_source)
{
	read_site(parse("{" SITE ",\"file\":\"a.c\",\"line\":7,"
			"\"function\":\"f\",\"place\":3,\"new\":[{}]}"));
	ck_assert_uint_eq(site.frame_count, 1);
	ck_assert_str_eq(site_place(&site)->file, "a.c");
	ck_assert_str_eq(site_place(&site)->function, "f");
	ck_assert_int_eq(site_place(&site)->line, 7);
	read_site(parse("{" SITE ",\"file\":\"b.c\"}"));
	ck_assert_str_eq(site_place(&site)->file, "b.c");
	read_site(parse("{" SITE "}"));
	ck_assert_uint_eq(site.frame_count, 0);
	ck_assert_int_eq(site.kind, KIND_COUNT);
}
END_TEST

static const struct {
	const char *json;
	const char *told;
} wrong_sites[] = {
	{"7", "no JSON object"},
	{"[]", "no JSON object"},
	{"{}", "no \"site\""},
	{"{\"site\":\"\"}", "no \"site\""},
	{"{\"site\":\"x\"}", "no \"role\""},
	{"{\"site\":\"x\",\"role\":\"0\"}", "no \"operation\""},
	{"{\"site\":\"x\",\"role\":\"0\",\"operation\":\"shmget\"}",
	 "no \"syscall\""},
	{"{\"site\":\"x\",\"role\":\"0\",\"operation\":\"a\","
	 "\"syscall\":\"b\"}",
	 "\"action\" must be a string"},
	{"{\"site\":7}", "\"site\" must be a string"},
	{"{\"site\":\"a\\u0000b\"}", "NUL"},
	{"{" SITE ",\"kind\":7}", "\"kind\" must be a string"},
	{"{" SITE ",\"kind\":\"pipe\"}", "\"kind\": 'pipe' is not known"},
	{"{" SITE ",\"kind\":\"\\u001b\"}", "'\\x1b' is not known"},
	{"{" SITE ",\"action\":\"acquires\"}", "'acquires' is not known"},
	{"{" SITE ",\"nth\":-1}", "\"nth\" must be an integer"},
	{"{" SITE ",\"nth\":1.0}", "\"nth\" must be an integer"},
	{"{" SITE ",\"n\":4294967296}", "\"n\" must be an integer"},
	{"{" SITE ",\"role_nth\":\"1\"}", "\"role_nth\" must be an integer"},
	{"{" SITE ",\"place\":null}", "\"place\" must be an integer"},
	{"{" SITE ",\"stack_id\":7}", "\"stack_id\" must be"},
	{"{" SITE ",\"line\":2147483648}", "\"line\" must be an integer"},
	{"{" SITE ",\"file\":7}", "\"file\" must be a string"},
	{"{" SITE ",\"stack\":{}}", "\"stack\" must be an array"},
	{"{" SITE ",\"stack\":[7]}", "\"stack\": a frame must be an object"},
	{"{" SITE ",\"stack\":[{\"line\":-1}]}", "\"stack\": \"line\""},
	{"{" SITE ",\"stack\":[{},{\"offset\":7}]}", "\"stack\": \"offset\""},
};

START_TEST(wrong_sites_are_refused)
{
	json_t *json = parse(wrong_sites[_i].json);

	ck_assert_int_eq(site_from_json(&site, json, &arena, &err), -1);
	ck_assert_msg(strstr(err.text, wrong_sites[_i].told), "%s: %s",
		      wrong_sites[_i].json, err.text);
	json_decref(json);
}
END_TEST

/* A place beyond the frames is no reason to read beyond them. */
START_TEST(a_place_that_is_not_there)
{
	read_site(parse("{" SITE ",\"stack\":[{}],\"place\":4294967295}"));
	ck_assert(!frame_is_known(site_place(&site)));
}
END_TEST

/* A trial in which no member is what it is in the next. */
static const uint16_t semaphores[] = {0, 65535};
static struct leftover left[2];
static struct survivor_seen survivors[] = {{7, "daemon " HOSTILE}, {8, NULL}};
static struct attempt attempts[5];

static struct trial
full_trial(void)
{
	left[0] =
		(struct leftover) {.object = {.kind = KIND_SYSV_SEM,
					      .id = 7,
					      .count = ARRAY_LEN(semaphores),
					      .values = semaphores,
					      .known = FIELD_BIT(FIELD_ID) |
						       FIELD_BIT(FIELD_NSEMS) |
						       FIELD_BIT(FIELD_VALUES)},
				   .created_at = "a.c:f:semget:1",
				   .held = true};
	left[1] =
		(struct leftover) {.object = {.kind = KIND_FIFO,
					      .path = "/tmp/" HOSTILE,
					      .known = FIELD_BIT(FIELD_PATH)}};
	attempts[0] = (struct attempt) {.operation = "shmctl",
					.object = "fifo " HOSTILE,
					.place = frames[2],
					.error = EPERM};
	attempts[1] = (struct attempt) {.operation = "unlink", .error = 0};
	attempts[2] = (struct attempt) {.operation = "unlink", .error = -1};
	/* ERESTARTSYS has no name outside the kernel. */
	attempts[3] = (struct attempt) {.operation = "unlink", .error = 512};
	attempts[4] = (struct attempt) {.operation = "semctl", .error = EAGAIN};
	return (struct trial) {
		.id = "a.c:f:shmget:1:return:SIGTERM",
		.short_id = "0123abcd",
		.site = "a.c:f:shmget:1",
		.phase = PHASE_RETURN,
		.fault = {FAULT_SIGNAL, SIGTERM, false},
		.policy = POLICY_MAY_LEAK,
		.represents = 10000,
		.verdict = VERDICT_WINDOW,
		.note = "note " HOSTILE,
		.status = W_EXITCODE(0, SIGTERM),
		.duration_ns = 1234567000,
		.left = left,
		.left_count = ARRAY_LEN(left),
		.survivors = survivors,
		.survivor_count = ARRAY_LEN(survivors),
		.reaction = REACTION_HANDLED,
		.handler = frames[1],
		.attempts = attempts,
		.attempt_count = ARRAY_LEN(attempts),
		.window_instructions = 5,
		.window_unknown = true,
		.window_closes = frames[2],
		.output = "said " HOSTILE,
	};
}

static void
read_trial(json_t *json)
{
	ck_assert_msg(trial_from_json(&trial, json, &arena, &err) == 0, "%s",
		      err.text);
	json_decref(json);
}

static void
same_left(const struct leftover *a, const struct leftover *b)
{
	struct buf texts[2] = {{0}};

	ck_assert_uint_eq(a->object.known, b->object.known);
	ck_assert_int_eq(object_compare(&a->object, &b->object), 0);
	object_add_details(&texts[0], &a->object);
	object_add_details(&texts[1], &b->object);
	ck_assert_str_eq(buf_text(&texts[0]), buf_text(&texts[1]));
	buf_free(&texts[0]);
	buf_free(&texts[1]);
	same_text(a->created_at, b->created_at);
	ck_assert_int_eq(a->held, b->held);
}

static void
same_lists(const struct trial *a, const struct trial *b)
{
	ck_assert_uint_eq(a->left_count, b->left_count);
	for (size_t i = 0; i < a->left_count; i++)
		same_left(&a->left[i], &b->left[i]);
	ck_assert_uint_eq(a->survivor_count, b->survivor_count);
	for (size_t i = 0; i < a->survivor_count; i++) {
		ck_assert_int_eq(a->survivors[i].pid, b->survivors[i].pid);
		same_text(a->survivors[i].command, b->survivors[i].command);
	}
	ck_assert_uint_eq(a->attempt_count, b->attempt_count);
	for (size_t i = 0; i < a->attempt_count; i++) {
		same_text(a->attempts[i].operation, b->attempts[i].operation);
		same_text(a->attempts[i].object, b->attempts[i].object);
		same_frame(&a->attempts[i].place, &b->attempts[i].place);
		ck_assert_int_eq(a->attempts[i].error, b->attempts[i].error);
	}
}

static void
same_trial(const struct trial *a, const struct trial *b)
{
	same_text(a->id, b->id);
	same_text(a->short_id, b->short_id);
	same_text(a->site, b->site);
	ck_assert_int_eq(a->phase, b->phase);
	ck_assert(fault_equal(&a->fault, &b->fault));
	ck_assert_int_eq(a->policy, b->policy);
	ck_assert_uint_eq(a->represents, b->represents);
	ck_assert_int_eq(a->verdict, b->verdict);
	same_text(a->note, b->note);
	ck_assert_int_eq(a->status, b->status);
	ck_assert_int_eq(a->duration_ns, b->duration_ns);
	ck_assert_int_eq(a->reaction, b->reaction);
	same_frame(&a->handler, &b->handler);
	ck_assert_uint_eq(a->window_instructions, b->window_instructions);
	same_frame(&a->window_closes, &b->window_closes);
	ck_assert_int_eq(a->window_unknown, b->window_unknown);
	same_text(a->output, b->output);
	same_lists(a, b);
}

START_TEST(a_trial_with_everything)
{
	struct trial full = full_trial();

	read_trial(through_text(trial_to_json(&full)));
	same_trial(&trial, &full);
}
END_TEST

START_TEST(a_trial_with_next_to_nothing)
{
	struct trial bare = {.id = "a.c:f:shmget:1:before:exit",
			     .short_id = "5a1d17be",
			     .site = "a.c:f:shmget:1",
			     .fault = {FAULT_EXIT, EXIT_FAILURE, false},
			     .represents = 1,
			     .status = TRIAL_STATUS_UNKNOWN,
			     .verdict = VERDICT_BROKEN};
	json_t *json = through_text(trial_to_json(&bare));
	static const char *const absent[] = {"end",	"note",	  "reaction",
					     "handler", "window", "output"};

	for (size_t i = 0; i < ARRAY_LEN(absent); i++)
		ck_assert_ptr_null(json_object_get(json, absent[i]));
	read_trial(json);
	same_trial(&trial, &bare);
}
END_TEST

/* Nothing of the text or the JSON may be needed later. */
START_TEST(a_trial_may_own_its_texts)
{
	struct trial full = full_trial();
	struct trial own = {0};
	json_t *json = trial_to_json(&full);

	own.note = arena_copy(&own.arena, "kept", 4);
	ck_assert_int_eq(trial_from_json(&own, json, &own.arena, &err), 0);
	json_decref(json);
	same_trial(&own, &full);
	trial_free(&own);
}
END_TEST

START_TEST(a_run_without_a_plan)
{
	struct trial run = full_trial();
	json_t *json;

	run.id = run.short_id = run.site = NULL;
	run.phase = PHASE_BEFORE;
	run.fault = (struct fault) {0};
	run.policy = POLICY_MUST_CLEAN;
	run.represents = 0;
	json = through_text(trial_to_json(&run));
	ck_assert_str_eq(string_at(json, "type"), "run");
	ck_assert_ptr_null(json_object_get(json, "fault"));
	read_trial(json);
	same_trial(&trial, &run);
}
END_TEST

START_TEST(every_verdict_and_reaction)
{
	struct trial one = full_trial();

	one.verdict = (enum verdict)_i;
	one.reaction = (enum reaction)(_i % REACTION_COUNT);
	read_trial(through_text(trial_to_json(&one)));
	same_trial(&trial, &one);
}
END_TEST

static const struct {
	int status;
	const char *end;
	int read; /* back */
} ends[] = {
	{W_EXITCODE(0, 0), "exit:0", W_EXITCODE(0, 0)},
	{W_EXITCODE(255, 0), "exit:255", W_EXITCODE(255, 0)},
	{W_EXITCODE(0, SIGKILL), "signal:SIGKILL", W_EXITCODE(0, SIGKILL)},
	{W_EXITCODE(0, 64), "signal:SIGRTMIN+30", W_EXITCODE(0, 64)},
	{W_EXITCODE(0, 33), "signal:33", W_EXITCODE(0, 33)},
	{W_EXITCODE(0, SIGSEGV) | WCOREFLAG, "signal:SIGSEGV",
	 W_EXITCODE(0, SIGSEGV)},
};

START_TEST(how_it_ended)
{
	struct trial one = full_trial();
	json_t *json;

	one.status = ends[_i].status;
	json = through_text(trial_to_json(&one));
	ck_assert_str_eq(string_at(json, "end"), ends[_i].end);
	read_trial(json);
	ck_assert_int_eq(trial.status, ends[_i].read);
}
END_TEST

START_TEST(every_fault_of_a_trial)
{
	static const struct fault faults[] = {
		{FAULT_EXIT, EXIT_FAILURE, false},
		{FAULT_EXIT_AT_ONCE, EXIT_FAILURE, false},
		{FAULT_SIGNAL, 40, false},
		{FAULT_ERROR, ENOSPC, false},
		{FAULT_ERROR, ENOSPC, true},
	};
	struct trial one = full_trial();

	one.fault = faults[_i];
	read_trial(through_text(trial_to_json(&one)));
	same_trial(&trial, &one);
}
END_TEST

START_TEST(the_documented_form_of_a_trial)
{
	struct trial full = full_trial();
	json_t *json, *part;

	full.window_closes = frames[1];
	json = trial_to_json(&full);
	ck_assert_str_eq(string_at(json, "type"), "trial");
	ck_assert_str_eq(string_at(json, "short"), "0123abcd");
	ck_assert_str_eq(string_at(json, "phase"), "return");
	ck_assert_str_eq(string_at(json, "fault"), "SIGTERM");
	ck_assert_str_eq(string_at(json, "policy"), "may-leak");
	ck_assert_str_eq(string_at(json, "verdict"), "window");
	ck_assert_str_eq(string_at(json, "end"), "signal:SIGTERM");
	ck_assert(json_is_real(json_object_get(json, "ms")));
	part = json_object_get(json, "window");
	ck_assert_str_eq(string_at(part, "closes_at"), "src/pool.c:42");
	part = json_array_get(json_object_get(json, "left"), 0);
	ck_assert_str_eq(string_at(part, "created_at"), "a.c:f:semget:1");
	ck_assert_str_eq(string_at(part, "kind"), "sysv-sem");
	part = json_array_get(json_object_get(json, "left"), 1);
	ck_assert_ptr_null(json_object_get(part, "held"));
	part = json_array_get(json_object_get(json, "attempts"), 0);
	ck_assert_str_eq(string_at(part, "result"), "EPERM");
	json_decref(json);
}
END_TEST

#define TRIAL                                                              \
	"\"type\":\"trial\",\"id\":\"x:before:exit\",\"site\":\"x\","      \
	"\"phase\":\"before\",\"fault\":\"exit\",\"policy\":\"may-leak\"," \
	"\"verdict\":\"clean\""

START_TEST(the_least_that_a_trial_has)
{
	read_trial(parse("{" TRIAL ",\"new\":{},\"left\":[]}"));
	ck_assert_str_eq(trial.id, "x:before:exit");
	ck_assert_uint_eq(strlen(trial.short_id), TRIAL_SHORT_ID);
	ck_assert_uint_eq(trial.represents, 1);
	ck_assert_int_eq(trial.status, TRIAL_STATUS_UNKNOWN);
	ck_assert_uint_eq(trial.left_count, 0);
}
END_TEST

/* Members that come again replace those of TRIAL: jansson takes the last. */
static const struct {
	const char *json;
	const char *told;
} wrong_trials[] = {
	{"null", "no JSON object"},
	{"\"trial\"", "no JSON object"},
	{"{}", "no \"id\""},
	{"{\"type\":\"trial\",\"verdict\":\"clean\"}", "no \"id\""},
	{"{\"type\":7,\"verdict\":\"clean\"}", "no \"id\""},
	{"{\"type\":\"run\"}", "\"verdict\" must be a string"},
	{"{\"id\":\"x\"}", "no \"site\""},
	{"{\"id\":\"\",\"site\":\"x\"}", "no \"id\""},
	{"{\"id\":\"x\",\"site\":\"x\"}", "\"phase\" must be a string"},
	{"{" TRIAL ",\"id\":null}", "\"id\" must be a string"},
	{"{" TRIAL ",\"id\":\"a\\u0000\"}", "NUL"},
	{"{" TRIAL ",\"phase\":\"after\"}", "\"phase\": 'after'"},
	{"{" TRIAL ",\"fault\":\"SIGTREM\"}", "\"fault\": there is no fault"},
	{"{" TRIAL ",\"fault\":15}", "\"fault\" must be a string"},
	{"{" TRIAL ",\"policy\":\"may\"}", "\"policy\": 'may'"},
	{"{" TRIAL ",\"verdict\":\"leak\"}", "\"verdict\": 'leak'"},
	{"{" TRIAL ",\"verdict\":1}", "\"verdict\" must be a string"},
	{"{" TRIAL ",\"represents\":-1}", "\"represents\" must be"},
	{"{" TRIAL ",\"represents\":4294967296}", "\"represents\" must be"},
	{"{" TRIAL ",\"represents\":0}", "\"represents\" must be"},
	{"{" TRIAL ",\"repetition\":0}", "\"repetition\" must be"},
	{"{" TRIAL ",\"short\":\"0123abc\"}", "\"short\" must be 8"},
	{"{" TRIAL ",\"short\":\"0123abc;\"}", "\"short\" must be 8"},
	{"{" TRIAL ",\"short\":\"\\u001b[31m..\"}", "\"short\" must be 8"},
	{"{" TRIAL ",\"note\":7}", "\"note\" must be a string"},
	{"{" TRIAL ",\"output_hex\":\"zz\",\"output\":\"\"}", "\"output_hex\""},
	{"{" TRIAL ",\"ms\":\"1\"}", "\"ms\" must be"},
	{"{" TRIAL ",\"ms\":-1}", "\"ms\" must be"},
	{"{" TRIAL ",\"ms\":1e300}", "\"ms\" must be"},
	{"{" TRIAL ",\"end\":0}", "\"end\" must be a string"},
	{"{" TRIAL ",\"end\":\"\"}", "\"end\": ''"},
	{"{" TRIAL ",\"end\":\"exit\"}", "\"end\": 'exit'"},
	{"{" TRIAL ",\"end\":\"exit:\"}", "\"end\": 'exit:'"},
	{"{" TRIAL ",\"end\":\"exit:256\"}", "\"end\": 'exit:256'"},
	{"{" TRIAL ",\"end\":\"exit:-1\"}", "\"end\": 'exit:-1'"},
	{"{" TRIAL ",\"end\":\"exit:1 \"}", "\"end\": 'exit:1 '"},
	{"{" TRIAL ",\"end\":\"exit:99999999999999999999\"}", "\"end\": 'exit"},
	{"{" TRIAL ",\"end\":\"signal:0\"}", "\"end\": 'signal:0'"},
	{"{" TRIAL ",\"end\":\"signal:128\"}", "\"end\": 'signal:128'"},
	{"{" TRIAL ",\"end\":\"signal:127\"}", "\"end\": 'signal:127'"},
	{"{" TRIAL ",\"end\":\"signal:ENOSPC\"}", "\"end\": 'signal:ENOSPC'"},
	{"{" TRIAL ",\"reaction\":7}", "\"reaction\" must be a string"},
	{"{" TRIAL ",\"reaction\":\"fled\"}", "\"reaction\": 'fled'"},
	{"{" TRIAL ",\"handler\":[]}", "\"handler\": a frame must be"},
	{"{" TRIAL ",\"handler\":{\"line\":-1}}", "\"handler\": \"line\""},
	{"{" TRIAL ",\"window\":5}", "\"window\" must be an object"},
	{"{" TRIAL ",\"window\":{\"instructions\":\"5\"}}",
	 "\"window\": \"ins"},
	{"{" TRIAL ",\"window\":{\"place\":7}}", "\"window\": \"place\""},
	{"{" TRIAL ",\"left\":{}}", "\"left\" must be an array"},
	{"{" TRIAL ",\"left\":[7]}", "\"left\": this is no JSON object"},
	{"{" TRIAL ",\"left\":[{}]}", "\"left\": \"kind\""},
	{"{" TRIAL ",\"left\":[{\"kind\":\"fifo\"}]}", "\"left\": \"path\""},
	{"{" TRIAL ",\"left\":[{\"kind\":\"fifo\",\"path\":\"/f\","
	 "\"held\":1}]}",
	 "\"left\": \"held\""},
	{"{" TRIAL ",\"left\":[{\"kind\":\"fifo\",\"path\":\"/f\"},"
	 "{\"kind\":\"fifo\",\"path\":\"/f\",\"created_at\":7}]}",
	 "\"left\": \"created_at\""},
	{"{" TRIAL ",\"survivors\":7}", "\"survivors\" must be an array"},
	{"{" TRIAL ",\"survivors\":[7]}", "\"survivors\": this is no JSON"},
	{"{" TRIAL ",\"survivors\":[{\"pid\":-1}]}", "\"survivors\": \"pid\""},
	{"{" TRIAL ",\"survivors\":[{\"command\":7}]}", "\"survivors\": \"com"},
	{"{" TRIAL ",\"attempts\":null}", "\"attempts\" must be an array"},
	{"{" TRIAL ",\"attempts\":[{\"result\":\"ok\"}]}", "no \"operation\""},
	{"{" TRIAL ",\"attempts\":[{\"operation\":\"a\"}]}", "\"result\" must"},
	{"{" TRIAL ",\"attempts\":[{\"operation\":\"a\",\"result\":0}]}",
	 "\"result\" must"},
	{"{" TRIAL ",\"attempts\":[{\"operation\":\"a\",\"result\":\"bad\"}]}",
	 "\"result\": 'bad'"},
	{"{" TRIAL ",\"attempts\":[{\"operation\":\"a\",\"result\":\"exit\"}]}",
	 "\"result\": 'exit'"},
	{"{" TRIAL ",\"attempts\":[{\"operation\":\"a\",\"result\":"
	 "\"ENOSPC,persistent\"}]}",
	 "\"result\": 'ENOSPC,persistent'"},
	{"{" TRIAL ",\"attempts\":[{\"operation\":\"a\",\"result\":\"ok\","
	 "\"place\":7}]}",
	 "\"attempts\": \"place\""},
};

START_TEST(wrong_trials_are_refused)
{
	json_t *json = parse(wrong_trials[_i].json);

	ck_assert_int_eq(trial_from_json(&trial, json, &arena, &err), -1);
	ck_assert_msg(strstr(err.text, wrong_trials[_i].told), "%s: %s",
		      wrong_trials[_i].json, err.text);
	json_decref(json);
}
END_TEST

/* What each member may wrongly hold. */
static const char *const values[] = {
	"null",	  "true", "-1",	  "1e9", "\"\"",      "\"x\"",
	"[null]", "[[]]", "[{}]", "{}",	 "{\"a\":1}", "99999999999",
};

typedef int read_json(const json_t *json);

static int
try_site(const json_t *json)
{
	return site_from_json(&site, json, &arena, &err);
}

static int
try_trial(const json_t *json)
{
	return trial_from_json(&trial, json, &arena, &err);
}

static void
put_member(json_t *parent, const char *name, size_t index, json_t *value)
{
	if (json_is_array(parent))
		json_array_set_new(parent, index, value);
	else
		json_object_set_new(parent, name, value);
}

static json_t *
get_member(json_t *parent, const char *name, size_t index)
{
	return json_incref(json_is_array(parent)
				   ? json_array_get(parent, index)
				   : json_object_get(parent, name));
}

static void spoil_all(json_t *root, json_t *part, read_json *read_it);

/* Hold this member to each value, then to none, then look into it. */
static void
spoil(json_t *root, json_t *parent, const char *name, size_t index,
      read_json *read_it)
{
	json_t *kept = get_member(parent, name, index);

	for (size_t i = 0; i < ARRAY_LEN(values); i++) {
		put_member(parent, name, index, parse(values[i]));
		err = (struct err) {0};
		ck_assert_int_eq(read_it(root) != 0, err.text[0] != '\0');
	}
	if (json_is_object(parent)) {
		json_object_del(parent, name);
		err = (struct err) {0};
		ck_assert_int_eq(read_it(root) != 0, err.text[0] != '\0');
	}
	put_member(parent, name, index, kept);
	spoil_all(root, kept, read_it);
}

static void
spoil_all(json_t *root, json_t *part, read_json *read_it)
{
	for (size_t i = 0; i < json_array_size(part); i++)
		spoil(root, part, NULL, i, read_it);
	if (json_is_object(part)) {
		json_t *names = json_copy(part);

		for (void *at = json_object_iter(names); at;
		     at = json_object_iter_next(names, at))
			spoil(root, part, json_object_iter_key(at), 0, read_it);
		json_decref(names);
	}
}

/* It is refused with a reason or it is read: nothing else may happen. */
START_TEST(any_member_may_be_wrong_or_missing)
{
	struct trial full = full_trial();
	json_t *json = _i ? trial_to_json(&full) : site_to_json(&full_site);
	read_json *read_it = _i ? try_trial : try_site;

	ck_assert_int_eq(read_it(json), 0);
	spoil_all(json, json, read_it);
	ck_assert_int_eq(read_it(json), 0);
	json_decref(json);
}
END_TEST

static void
add_site_tests(TCase *tests)
{
	tcase_add_test(tests, a_site_with_everything);
	tcase_add_test(tests, a_site_with_next_to_nothing);
	tcase_add_loop_test(tests, every_kind_and_action_of_a_site, 0,
			    KIND_COUNT);
	tcase_add_test(tests, the_documented_form_of_a_site);
	tcase_add_test(tests, one_member_makes_a_frame_known);
	tcase_add_test(tests, a_site_without_a_stack_has_its_source);
	tcase_add_loop_test(tests, wrong_sites_are_refused, 0,
			    ARRAY_LEN(wrong_sites));
	tcase_add_test(tests, a_place_that_is_not_there);
}

static void
add_trial_tests(TCase *tests)
{
	tcase_add_test(tests, a_trial_with_everything);
	tcase_add_test(tests, a_trial_with_next_to_nothing);
	tcase_add_test(tests, a_trial_may_own_its_texts);
	tcase_add_test(tests, a_run_without_a_plan);
	tcase_add_loop_test(tests, every_verdict_and_reaction, 0,
			    VERDICT_COUNT);
	tcase_add_loop_test(tests, how_it_ended, 0, ARRAY_LEN(ends));
	tcase_add_loop_test(tests, every_fault_of_a_trial, 0, 5);
	tcase_add_test(tests, the_documented_form_of_a_trial);
	tcase_add_test(tests, the_least_that_a_trial_has);
	tcase_add_loop_test(tests, wrong_trials_are_refused, 0,
			    ARRAY_LEN(wrong_trials));
	tcase_add_loop_test(tests, any_member_may_be_wrong_or_missing, 0, 2);
}

Suite *
log_json_suite(void)
{
	Suite *suite = suite_create("log_json");
	TCase *tests = tcase_create("log_json");

	tcase_add_checked_fixture(tests, setup, teardown);
	add_site_tests(tests);
	add_trial_tests(tests);
	suite_add_tcase(suite, tests);
	return suite;
}
