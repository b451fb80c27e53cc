/* SPDX-License-Identifier: MIT */
/* check_plan.c - unit: which faults are tried where, and what for. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/syscall.h>
#include <time.h>

#include "base/attr.h"
#include "harness/picker.h"
#include "harness/plan.h"

Suite *plan_suite(void);

enum { SITES_MAX = 16, TEXTS_MAX = 4 };

static struct site_state sites[SITES_MAX];
static struct golden golden;
static struct plan_settings settings;
static struct plan plan;
static struct err err;
static struct buf ids;

static void
setup(void)
{
	memset(sites, 0, sizeof(sites));
	golden = (struct golden) {.sites = sites};
	settings = (struct plan_settings) {.errors = true, .repeat_equal = 2};
	plan = (struct plan) {0};
	err = (struct err) {0};
}

static void
teardown(void)
{
	plan_free(&plan);
	buf_free(&ids);
}

/* A call of the catalogue while @before objects live, @after then. */
static struct site_state *
add_site(const char *id, int number, uint64_t flags, unsigned before,
	 unsigned after)
{
	struct site_state *state = &sites[golden.site_count++];
	const uint64_t args[6] = {7, flags, flags};
	const struct call_row *row = call_match(number, args);

	*state = (struct site_state) {
		.row = row,
		.returned = true,
		.live_before = before,
		.live_after = after,
		.object = -1,
		.site = {.id = id,
			 .role = "0",
			 .operation = row ? row->name : "read",
			 .call = row ? row->name : "read",
			 .action = row ? row->action : ACTION_OTHER,
			 .kind = row ? KIND_SYSV_SHM : KIND_COUNT,
			 .stack = trial_hash(id)},
	};
	return state;
}

static void
add_create(unsigned before)
{
	add_site("a.c:f:shmget:1", SYS_shmget, IPC_CREAT, before, before + 1);
}

static void
add_release(unsigned before)
{
	add_site("a.c:f:shmctl:1", SYS_shmctl, IPC_RMID, before, before - 1);
}

static void
make(void)
{
	plan_free(&plan);
	ck_assert_msg(plan_make(&plan, &golden, &settings, &err) == 0, "%s",
		      err.text);
}

/* What comes after the site's id: "before:exit before:SIGINT ...". */
static const char *
planned_for(int site)
{
	buf_clear(&ids);
	for (size_t i = 0; i < plan.count; i++) {
		const char *id = sites[site].site.id;

		if (plan.items[i].site != site)
			continue;
		ck_assert_int_eq(strncmp(plan.items[i].id, id, strlen(id)), 0);
		buf_printf(&ids, "%s%s", ids.length ? " " : "",
			   plan.items[i].id + strlen(id) + 1);
	}
	return buf_text(&ids);
}

static unsigned long
represented(void)
{
	unsigned long sum = 0;

	for (size_t i = 0; i < plan.count; i++)
		sum += plan.items[i].represents;
	return sum;
}

#define SIGNALS_BEFORE                                               \
	"before:SIGINT before:SIGTERM before:SIGHUP before:SIGSEGV " \
	"before:SIGABRT before:SIGKILL"
#define SIGNALS_RETURN                                               \
	"return:SIGINT return:SIGTERM return:SIGHUP return:SIGSEGV " \
	"return:SIGABRT return:SIGKILL"

/* Before the first create nothing is alive, after the last release neither. */
START_TEST(the_default_set)
{
	add_create(0);
	add_site("a.c:f:shmat:1", SYS_shmat, 0, 1, 1);
	add_release(1);
	make();
	ck_assert_str_eq(planned_for(0),
			 "before:ENOSPC before:ENOMEM " SIGNALS_RETURN);
	ck_assert_str_eq(planned_for(1), "before:exit " SIGNALS_BEFORE
					 " before:ENOMEM " SIGNALS_RETURN);
	ck_assert_str_eq(planned_for(2), "before:exit " SIGNALS_BEFORE);
	ck_assert_uint_eq(plan.points, 5);
	ck_assert_uint_eq(plan.cells, 8 + 14 + 7);
	ck_assert_uint_eq(plan.count, plan.cells);
	ck_assert_uint_eq(represented(), plan.cells);
	ck_assert_uint_eq(plan.unpicked + plan.left_out, 0);
}
END_TEST

START_TEST(an_empty_golden_run_is_an_empty_plan)
{
	const char *pattern = "*nothing*";

	settings.only = (struct cli_texts) {&pattern, 1};
	make();
	ck_assert_uint_eq(plan.count, 0);
	ck_assert_uint_eq(plan.cells, 0);
}
END_TEST

START_TEST(nothing_alive_is_no_point)
{
	add_site("a.c:f:rt_sigaction:1", SYS_rt_sigaction, 0, 0, 0);
	add_site("a.c:f:shmget:1", SYS_shmget, 0, 0, 0); /* a look-up */
	make();
	ck_assert_uint_eq(plan.points, 0);
	ck_assert_uint_eq(plan.cells, 0);
}
END_TEST

START_TEST(what_is_not_in_every_run_is_no_point)
{
	add_create(0);
	add_site("a.c:f:shmat:1", SYS_shmat, 0, 1, 1)->unstable = true;
	make();
	ck_assert_uint_eq(plan.cells, 8);
	ck_assert_str_eq(planned_for(1), "");
}
END_TEST

START_TEST(what_does_not_return_has_only_before)
{
	add_site("a.c:main:exit_group:1", SYS_exit_group, 0, 1, 1)->returned =
		false;
	make();
	ck_assert_str_eq(planned_for(0), "before:exit " SIGNALS_BEFORE);
}
END_TEST

/* The child may have removed all when fork(2) returns, not so next time. */
START_TEST(a_quick_child_hides_no_point)
{
	add_site("a.c:main:clone:1", SYS_clone, 0, 1, 0);
	add_release(1);
	make();
	ck_assert_str_eq(planned_for(0),
			 "before:exit " SIGNALS_BEFORE " " SIGNALS_RETURN);
	ck_assert_str_eq(planned_for(1), "before:exit " SIGNALS_BEFORE);
}
END_TEST

START_TEST(no_exit_inside_exit_or_a_library_call)
{
	static const struct fault faults[] = {{FAULT_EXIT, 1, false},
					      {FAULT_EXIT_AT_ONCE, 1, false}};

	settings.faults = faults;
	settings.fault_count = 2;
	add_site("a.c:f:shmctl:1", SYS_shmctl, 0, 1, 1)->exiting = true;
	add_site("a.c:f:shmctl:2", SYS_shmctl, 0, 1, 1)->in_library = true;
	add_site("a.c:f:shmctl:3", SYS_shmctl, 0, 1, 1);
	add_site("a.c:f:shmctl:4", SYS_shmctl, 0, 0, 1);
	settings.errors = false;
	make();
	ck_assert_str_eq(planned_for(0), "before:_exit");
	ck_assert_str_eq(planned_for(1), "before:_exit");
	ck_assert_str_eq(planned_for(2), "before:exit before:_exit");
	ck_assert_str_eq(planned_for(3), "");
	/* Told is only what would be tried elsewhere. */
	ck_assert_uint_eq(plan.in_library, 1);
	ck_assert_uint_eq(plan.cells, 4);
}
END_TEST

/* shmget(key, IPC_CREAT) of a segment that another part has made already. */
START_TEST(no_want_of_room_for_what_is_there)
{
	add_create(0);
	golden.sites[0].there = true;
	make();
	ck_assert_str_eq(planned_for(0), SIGNALS_RETURN);
}
END_TEST

START_TEST(errors_may_be_left_out)
{
	add_create(0);
	settings.errors = false;
	make();
	ck_assert_str_eq(planned_for(0), SIGNALS_RETURN);
}
END_TEST

START_TEST(a_named_error_is_tried_where_it_can_be)
{
	static const struct fault faults[] = {{FAULT_ERROR, EPERM, false},
					      {FAULT_ERROR, ENOMEM, true},
					      {FAULT_ERROR, EPERM, false}};

	settings.faults = faults;
	settings.fault_count = 3;
	settings.errors = false;
	add_create(0);
	add_site("a.c:f:shmat:1", SYS_shmat, 0, 1, 1);
	add_release(1);
	make();
	ck_assert_str_eq(planned_for(0), "before:ENOMEM,persistent");
	ck_assert_str_eq(planned_for(1), "before:ENOMEM,persistent");
	ck_assert_str_eq(planned_for(2), "before:EPERM");
}
END_TEST

START_TEST(errors_besides_named_faults)
{
	static const struct fault faults[] = {{FAULT_SIGNAL, SIGUSR1, false},
					      {FAULT_ERROR, ENOMEM, false}};

	settings.faults = faults;
	settings.fault_count = 2;
	add_create(1);
	add_site("a.c:f:shmat:1", SYS_shmat, 0, 1, 1);
	make();
	ck_assert_str_eq(planned_for(0),
			 "before:SIGUSR1 before:ENOMEM before:ENOSPC "
			 "return:SIGUSR1");
	ck_assert_str_eq(planned_for(1),
			 "before:SIGUSR1 before:ENOMEM return:SIGUSR1");
}
END_TEST

START_TEST(calls_outside_the_catalogue)
{
	ck_assert_ptr_null(add_site("a.c:f:read:1", SYS_read, 0, 1, 1)->row);
	make();
	ck_assert_uint_eq(plan.cells, 0);
	settings.points = POINTS_SYSCALLS;
	make();
	ck_assert_str_eq(planned_for(0),
			 "before:exit " SIGNALS_BEFORE " " SIGNALS_RETURN);
}
END_TEST

START_TEST(a_named_error_of_a_call_outside_the_catalogue)
{
	static const struct fault faults[] = {{FAULT_ERROR, EMFILE, false},
					      {FAULT_ERROR, EIO, true}};
	struct site_state *failed;

	settings.faults = faults;
	settings.fault_count = 2;
	settings.points = POINTS_SYSCALLS;
	add_site("a.c:f:read:1", SYS_read, 0, 1, 1);
	add_site("a.c:f:pipe2:1", SYS_pipe2, 0, 1, 1)->site.call = "pipe2";
	add_site("a.c:f:pipe2:2", SYS_pipe2, 0, 0, 0); /* nothing is alive */
	/* It cannot fail. */
	add_site("a.c:f:getpid:1", SYS_getpid, 0, 1, 1)->site.call = "getpid";
	/* It has failed by itself: its error path is seen without us. */
	failed = add_site("a.c:f:pipe2:3", SYS_pipe2, 0, 1, 1);
	failed->site.call = "pipe2";
	failed->result = -EMFILE;
	make();
	ck_assert_str_eq(planned_for(0), "before:EIO,persistent");
	ck_assert_str_eq(planned_for(1), "before:EMFILE");
	ck_assert_str_eq(planned_for(2), "");
	ck_assert_str_eq(planned_for(3), "");
	ck_assert_str_eq(planned_for(4), "");
	settings.points = POINTS_IPC;
	make();
	ck_assert_uint_eq(plan.cells, 0);
}
END_TEST

START_TEST(errors_that_nobody_named_stay_in_the_catalogue)
{
	settings.points = POINTS_SYSCALLS;
	add_site("a.c:f:mmap:1", SYS_mmap, 0, 1, 1)->site.call = "mmap";
	make();
	ck_assert_ptr_null(strstr(planned_for(0), "ENOMEM"));
}
END_TEST

static void
add_equal(size_t count)
{
	static const char *const names[] = {"a.c:f:shmat:1", "a.c:f:shmat:2",
					    "a.c:f:shmat:3", "a.c:f:shmat:4",
					    "a.c:f:shmat:5"};

	for (size_t i = 0; i < count; i++)
		add_site(names[i % ARRAY_LEN(names)], SYS_shmat, 0, 1, 1)
			->site.stack = 42;
}

static const struct fault terminate[] = {{FAULT_SIGNAL, SIGTERM, false}};

/* One fault, so that the plan is short: "site:represents ...". */
static const char *
shares(void)
{
	settings.faults = terminate;
	settings.fault_count = 1;
	settings.errors = false;
	make();
	buf_clear(&ids);
	for (size_t i = 0; i < plan.count; i++)
		if (plan.items[i].phase == PHASE_BEFORE)
			buf_printf(&ids, "%s%d:%u", ids.length ? " " : "",
				   plan.items[i].site,
				   plan.items[i].represents);
	ck_assert_uint_eq(represented(), plan.cells - plan.unpicked);
	return buf_text(&ids);
}

static const struct {
	size_t sites;
	unsigned limit;
	const char *shares;
} joins[] = {
	{5, 2, "0:4 4:1"},
	{5, 1, "0:5"},
	{5, 3, "0:3 1:1 4:1"},
	{5, 5, "0:1 1:1 2:1 3:1 4:1"},
	{5, 9, "0:1 1:1 2:1 3:1 4:1"},
	{5, 0, "0:1 1:1 2:1 3:1 4:1"},
	{2, 2, "0:1 1:1"},
	{1, 2, "0:1"},
	{1, 1, "0:1"},
};

START_TEST(equal_points_are_joined)
{
	add_equal(joins[_i].sites);
	settings.repeat_equal = joins[_i].limit;
	ck_assert_str_eq(shares(), joins[_i].shares);
	ck_assert_uint_eq(plan.points, 2 * joins[_i].sites);
}
END_TEST

/* Each but the last is unlike the first in one way. */
START_TEST(unequal_points_are_not_joined)
{
	add_equal(12);
	settings.repeat_equal = 1;
	sites[1].site.stack++;
	sites[2].site.operation = "other";
	sites[3].site.action = ACTION_ACQUIRE;
	sites[4].site.role = "0.1";
	sites[5].site.role = "0.11";
	sites[6].site.role = "0:t1";
	sites[7].live_stacks++;
	sites[8].live_before++;
	sites[9].live_after++;
	sites[10].result = -EEXIST;
	ck_assert_str_eq(shares(), "0:2 1:1 2:1 3:1 4:1 5:1 6:1 7:1 8:1 9:1 "
				   "10:1");
}
END_TEST

START_TEST(threads_are_alike_and_processes_are_not)
{
	add_equal(5);
	settings.repeat_equal = 1;
	sites[0].site.role = "0:t1";
	sites[1].site.role = "0:t12";
	sites[2].site.role = "0:t3";
	sites[3].site.role = "0.1:t1";
	sites[4].site.role = "0.2:t1";
	ck_assert_str_eq(shares(), "0:3 3:1 4:1");
}
END_TEST

/* A loop that makes more and more: 1, 2 and 3, 4 to 7 alive. */
START_TEST(of_how_many_live_the_power_of_two_counts)
{
	add_equal(5);
	settings.repeat_equal = 1;
	for (unsigned i = 0; i < 5; i++)
		sites[i].live_before = sites[i].live_after = i + 1;
	ck_assert_str_eq(shares(), "0:1 1:2 3:2");
}
END_TEST

static struct cli_texts
texts_of(const char **items)
{
	struct cli_texts texts = {.items = items};

	while (texts.count < TEXTS_MAX && items[texts.count])
		texts.count++;
	return texts;
}

static const struct {
	const char *only[TEXTS_MAX];
	const char *skip[TEXTS_MAX];
	const char *planned; /* of the two sites, one fault */
} picks[] = {
	{{"a.c:f:shmat:1"}, {NULL}, "0 0"},
	{{"a.c:f:shmat:*:return:*"}, {NULL}, "0 1"},
	{{"*:SIGTERM"}, {NULL}, "0 0 1 1"},
	{{"*"}, {"*:before:*"}, "0 1"},
	{{NULL}, {"a.c:f:shmat:2"}, "0 0"},
	{{"a.c:f:shmat:2:before:SIGTERM"}, {NULL}, "1"},
	{{"*shmat:1*", "*:2:return:*"}, {NULL}, "0 0 1"},
	{{"*shmat:1*"}, {"*:1:before:*", "*shmat:2"}, "0"},
	{{"a.?:[f]:*:2:r*"}, {NULL}, "1"},
	/* Of a.c:f:shmat:1:before:SIGTERM. */
	{{"a06c65c9"}, {NULL}, "0"},
	{{"A06C"}, {NULL}, "0"},
	{{NULL}, {"a06c6"}, "0 1 1"},
};

START_TEST(patterns_pick)
{
	add_equal(2);
	settings.faults = terminate;
	settings.fault_count = 1;
	settings.errors = false;
	settings.repeat_equal = 0;
	settings.only = texts_of((const char **)picks[_i].only);
	settings.skip = texts_of((const char **)picks[_i].skip);
	make();
	for (size_t i = 0; i < plan.count; i++)
		buf_printf(&ids, "%s%d", i ? " " : "", plan.items[i].site);
	ck_assert_str_eq(buf_text(&ids), picks[_i].planned);
	ck_assert_uint_eq(plan.cells, 4);
	ck_assert_uint_eq(plan.unpicked, 4 - plan.count);
}
END_TEST

/* Who asks for one of many equal trials gets that one. */
START_TEST(picking_comes_before_joining)
{
	const char *only = "a.c:f:shmat:3";

	add_equal(5);
	settings.only = (struct cli_texts) {&only, 1};
	ck_assert_str_eq(shares(), "2:1");
}
END_TEST

static const struct {
	const char *pattern;
	const char *told;
} misses[] = {
	{"a.c:f:shmat:9", "like 'a.c:f:shmat:9'; the nearest trial is "
			  "'a.c:f:shmat:"},
	{"a.c:f:shmat:2:retern:SIGTERM", "'a.c:f:shmat:2:return:SIGTERM'"},
	{"*:2:return:SIGTREM", "'a.c:f:shmat:"},
	{"a.c:f:shmta:2:before:*", "'a.c:f:shmat:"},
	{"a06c65c", ""}, /* matches */
	{"a06", "like 'a06'"},
	{"6c65c9", "like '6c65c9'"},
	{"*a06c65c9*", "like '*a06c65c9*'"},
	{"", "like ''"},
	{"\x1b[2J", "like '\\x1b[2J'"},
};

START_TEST(a_pattern_that_matches_nothing_is_told)
{
	const char *items[] = {"*", misses[_i].pattern};
	struct cli_texts *lists[] = {&settings.only, &settings.skip};

	add_equal(2);
	settings.faults = terminate;
	settings.fault_count = 1;
	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		settings.only = settings.skip = (struct cli_texts) {0};
		*lists[i] = (struct cli_texts) {items, 2};
		if (!*misses[_i].told) {
			make();
			continue;
		}
		plan_free(&plan);
		ck_assert_int_eq(plan_make(&plan, &golden, &settings, &err),
				 -1);
		ck_assert_msg(strstr(err.text, misses[_i].told), "%s",
			      err.text);
		ck_assert_uint_eq(plan.count + plan.cells, 0);
	}
}
END_TEST

static const struct {
	const char *pattern;
	const char *id;
	size_t likeness;
} likenesses[] = {
	{"abc", "abc", 3}, {"abc", "abd", 2},	{"abc", "xbc", 2},
	{"abc", "axc", 2}, {"abc", "xyz", 0},	{"abc", "", 0},
	{"", "abc", 0},	   {"*", "abc", 0},	{"aa", "a", 1},
	{"a", "aa", 1},	   {"*ab*", "abxy", 2}, {"**ab**", "xyab", 2},
	{"a*c", "abc", 2}, {"abab", "ab", 2},	{"ab", "abab", 2},
};

/* No byte counts twice. */
START_TEST(what_a_pattern_has_in_common_with_an_id)
{
	ck_assert_uint_eq(
		picker_likeness(likenesses[_i].pattern, likenesses[_i].id),
		likenesses[_i].likeness);
}
END_TEST

static const struct {
	const char *require[TEXTS_MAX];
	const char *allow[TEXTS_MAX];
	const char *must; /* of exit, SIGTERM, SIGKILL, ENOSPC */
} policies[] = {
	{{NULL}, {NULL}, "exit SIGTERM ENOSPC"},
	{{"SIGKILL"}, {NULL}, "exit SIGTERM SIGKILL ENOSPC"},
	{{"KILL"}, {"15", "ENOSPC"}, "exit SIGKILL"},
	{{NULL}, {"*"}, ""},
	{{"*"}, {NULL}, "exit SIGTERM SIGKILL ENOSPC"},
	{{"SIGTERM"}, {"SIG*"}, "exit SIGTERM ENOSPC"},
	{{"SIG*"}, {"SIGTERM"}, "exit SIGKILL ENOSPC"},
	{{"SIG*"}, {"SIG*"}, "exit SIGTERM SIGKILL ENOSPC"},
	{{"SIGTERM"}, {"SIGTERM"}, "exit SIGTERM ENOSPC"},
	{{NULL}, {"E[NM]*"}, "exit SIGTERM"},
	{{NULL}, {"ENOSPC,persistent"}, "exit SIGTERM ENOSPC"},
	{{"?exit"}, {"exit"}, "SIGTERM ENOSPC"},
};

static const struct fault four[] = {{FAULT_EXIT, 1, false},
				    {FAULT_SIGNAL, SIGTERM, false},
				    {FAULT_SIGNAL, SIGKILL, false},
				    {FAULT_ERROR, ENOSPC, false}};

START_TEST(require_and_allow)
{
	add_create(1);
	settings.faults = four;
	settings.fault_count = ARRAY_LEN(four);
	settings.errors = false;
	settings.require = texts_of((const char **)policies[_i].require);
	settings.allow = texts_of((const char **)policies[_i].allow);
	make();
	for (size_t i = 0; i < plan.count; i++) {
		if (plan.items[i].phase != PHASE_BEFORE ||
		    plan.items[i].policy != POLICY_MUST_CLEAN)
			continue;
		buf_add_text(&ids, ids.length ? " " : "");
		fault_format(&plan.items[i].fault, &ids);
	}
	ck_assert_str_eq(buf_text(&ids), policies[_i].must);
}
END_TEST

START_TEST(allow_a_persistent_error)
{
	static const struct fault faults[] = {{FAULT_ERROR, ENOSPC, true}};
	const char *name = _i ? "ENOSPC" : "ENOSPC,persistent";

	add_create(1);
	settings.faults = faults;
	settings.fault_count = 1;
	settings.errors = false;
	settings.allow = (struct cli_texts) {&name, 1};
	make();
	ck_assert_uint_eq(plan.count, 1);
	ck_assert_int_eq(plan.items[0].policy, POLICY_MAY_LEAK);
}
END_TEST

START_TEST(an_unknown_fault_in_a_list_is_told)
{
	static const struct {
		const char *name, *told;
	} wrong[] = {{"SIGTREM", "did you mean 'SIGTERM'"},
		     {"SIGX*Y", "no fault like 'SIGX*Y'"},
		     {"", "no fault"}};
	const char *name = wrong[_i % 3].name;

	add_create(1);
	if (_i < 3)
		settings.require = (struct cli_texts) {&name, 1};
	else
		settings.allow = (struct cli_texts) {&name, 1};
	ck_assert_int_eq(plan_make(&plan, &golden, &settings, &err), -1);
	ck_assert_msg(strstr(err.text, wrong[_i % 3].told), "%s", err.text);
}
END_TEST

/* A long golden run: @count sites, in loops of @loop equal ones. */
static struct site_state *
long_run(size_t count, size_t loop)
{
	struct site_state *states = calloc(count, sizeof(*states));
	const struct call_row *row = call_find(SYS_shmget);

	golden = (struct golden) {.sites = states, .site_count = count};
	for (size_t i = 0; i < count; i++) {
		struct buf id = {0};

		buf_printf(&id, "src/pool.c:function_%zu:shmget:%zu", i / loop,
			   i % loop + 1);
		states[i] = (struct site_state) {
			.row = row,
			.returned = true,
			.live_before = 1 + (unsigned)(i / loop),
			.live_after = 1 + (unsigned)(i / loop),
			.site = {.id = arena_copy(&golden.arena, id.data,
						  id.length),
				 .role = "0",
				 .operation = "shmget",
				 .action = ACTION_ACQUIRE,
				 .stack = i / loop},
		};
		buf_free(&id);
	}
	return states;
}

static void
end_long_run(struct site_state *states)
{
	arena_free(&golden.arena);
	free(states);
}

/* How many sites, and faults, the plan has: at most 64 of each. */
static unsigned
count_sites(void)
{
	uint64_t seen = 0;

	for (size_t i = 0; i < plan.count; i++)
		seen |= UINT64_C(1) << plan.items[i].site;
	return (unsigned)__builtin_popcountll(seen);
}

static size_t
count_fault(int number)
{
	size_t count = 0;

	for (size_t i = 0; i < plan.count; i++)
		count += plan.items[i].fault.number == number;
	return count;
}

static size_t
count_policy(enum policy policy)
{
	size_t count = 0;

	for (size_t i = 0; i < plan.count; i++)
		count += plan.items[i].policy == policy;
	return count;
}

/*
 * 50 sites with 15 faults each: 9 that must-clean (exit, 3 signals in two
 * phases, 2 errors) and 6 that may-leak.
 */
enum { FAIR_SITES = 50, FAIR_MUST = 9, FAIR_MAY = 6 };

START_TEST(a_sample_is_fair)
{
	struct site_state *states = long_run(FAIR_SITES, 1);

	settings.max_trials = FAIR_SITES;
	make();
	ck_assert_uint_eq(plan.cells, FAIR_SITES * (FAIR_MUST + FAIR_MAY));
	ck_assert_uint_eq(plan.count, FAIR_SITES);
	ck_assert_uint_eq(plan.left_out, plan.cells - FAIR_SITES);
	ck_assert_uint_eq(count_sites(), FAIR_SITES);
	ck_assert_uint_eq(count_policy(POLICY_MUST_CLEAN), FAIR_SITES);

	/* Fewer than sites: of six faults each comes once in each turn. */
	settings.max_trials = 12;
	make();
	ck_assert_uint_eq(count_sites(), 12);
	ck_assert_uint_ge(count_fault(SIGINT), 2);
	ck_assert_uint_ge(count_fault(SIGTERM), 2);
	ck_assert_uint_ge(count_fault(SIGHUP), 2);

	settings.max_trials = FAIR_SITES * 3;
	make();
	for (size_t i = 0; i < plan.count; i++)
		ck_assert_int_eq(plan.items[i].site, (int)i / 3);

	settings.max_trials = FAIR_SITES * FAIR_MUST + 10;
	make();
	ck_assert_uint_eq(count_policy(POLICY_MUST_CLEAN),
			  FAIR_SITES * FAIR_MUST);
	ck_assert_uint_eq(count_policy(POLICY_MAY_LEAK), 10);
	end_long_run(states);
}
END_TEST

START_TEST(a_sample_keeps_the_order)
{
	struct site_state *states = long_run(FAIR_SITES, 1);

	settings.max_trials = 100;
	make();
	for (size_t i = 1; i < plan.count; i++)
		ck_assert_int_le(plan.items[i - 1].site, plan.items[i].site);
	end_long_run(states);
}
END_TEST

static uint64_t
plan_hash(uint64_t seed)
{
	uint64_t hash = 0;

	settings.seed = seed;
	make();
	for (size_t i = 0; i < plan.count; i++)
		hash = hash * 31 + trial_hash(plan.items[i].id);
	return hash;
}

START_TEST(the_seed_decides_on_a_sample)
{
	struct site_state *states = long_run(FAIR_SITES, 1);
	uint64_t whole = plan_hash(1);

	ck_assert_uint_eq(plan_hash(2), whole);
	settings.max_trials = 100;
	ck_assert_uint_eq(plan_hash(1), plan_hash(1));
	ck_assert_uint_ne(plan_hash(1), plan_hash(2));
	ck_assert_uint_ne(plan_hash(1), whole);
	end_long_run(states);
}
END_TEST

static const size_t generous[] = {0, 29, 30, 1000};

START_TEST(a_limit_that_is_not_reached_changes_nothing)
{
	add_create(0);
	add_site("a.c:f:shmat:1", SYS_shmat, 0, 1, 1);
	add_release(1);
	settings.max_trials = generous[_i];
	make();
	ck_assert_uint_eq(plan.count, 29);
	ck_assert_uint_eq(plan.left_out, 0);
}
END_TEST

/*
 * Were anything quadratic, 100,000 sites would take minutes: what is needed is
 * a few percent of the limit. Processor time, for others may be busy.
 */
static const struct {
	size_t sites, loop, trials;
} long_runs[] = {
	{100000, 100000, 2 * 15},
	{100000, 10, 10000 * 2 * 15},
	{20000, 1, 20000 * 15},
};
enum { LIMIT_S = 10, PATIENCE_S = 300 };

START_TEST(many_sites_are_planned_soon)
{
	const char *only = "*:function_*:before:*";
	size_t count = long_runs[_i].sites;
	struct site_state *states = long_run(count, long_runs[_i].loop);
	clock_t start = clock();

	make();
	ck_assert_uint_eq(plan.cells, count * 15);
	ck_assert_uint_eq(plan.count, long_runs[_i].trials);
	ck_assert_uint_eq(represented(), plan.cells);
	settings.only = (struct cli_texts) {&only, 1};
	settings.max_trials = 10;
	make();
	ck_assert_uint_eq(plan.cells - plan.unpicked, count * 9);
	ck_assert_uint_eq(plan.count, 10);
	ck_assert_int_lt((clock() - start) / CLOCKS_PER_SEC, LIMIT_S);
	end_long_run(states);
}
END_TEST

Suite *
plan_suite(void)
{
	Suite *suite = suite_create("plan");
	TCase *tests = tcase_create("plan");
	TCase *slow = tcase_create("long");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, the_default_set);
	tcase_add_test(tests, an_empty_golden_run_is_an_empty_plan);
	tcase_add_test(tests, nothing_alive_is_no_point);
	tcase_add_test(tests, what_is_not_in_every_run_is_no_point);
	tcase_add_test(tests, what_does_not_return_has_only_before);
	tcase_add_test(tests, a_quick_child_hides_no_point);
	tcase_add_test(tests, no_exit_inside_exit_or_a_library_call);
	tcase_add_test(tests, no_want_of_room_for_what_is_there);
	tcase_add_test(tests, errors_may_be_left_out);
	tcase_add_test(tests, a_named_error_is_tried_where_it_can_be);
	tcase_add_test(tests, errors_besides_named_faults);
	tcase_add_test(tests, a_named_error_of_a_call_outside_the_catalogue);
	tcase_add_test(tests, errors_that_nobody_named_stay_in_the_catalogue);
	tcase_add_test(tests, calls_outside_the_catalogue);
	tcase_add_loop_test(tests, equal_points_are_joined, 0,
			    ARRAY_LEN(joins));
	tcase_add_test(tests, unequal_points_are_not_joined);
	tcase_add_test(tests, threads_are_alike_and_processes_are_not);
	tcase_add_test(tests, of_how_many_live_the_power_of_two_counts);
	tcase_add_loop_test(tests, patterns_pick, 0, ARRAY_LEN(picks));
	tcase_add_test(tests, picking_comes_before_joining);
	tcase_add_loop_test(tests, a_pattern_that_matches_nothing_is_told, 0,
			    ARRAY_LEN(misses));
	tcase_add_loop_test(tests, what_a_pattern_has_in_common_with_an_id, 0,
			    ARRAY_LEN(likenesses));
	tcase_add_loop_test(tests, require_and_allow, 0, ARRAY_LEN(policies));
	tcase_add_loop_test(tests, allow_a_persistent_error, 0, 2);
	tcase_add_loop_test(tests, an_unknown_fault_in_a_list_is_told, 0, 6);
	tcase_add_test(tests, a_sample_is_fair);
	tcase_add_test(tests, a_sample_keeps_the_order);
	tcase_add_test(tests, the_seed_decides_on_a_sample);
	tcase_add_loop_test(tests, a_limit_that_is_not_reached_changes_nothing,
			    0, ARRAY_LEN(generous));
	suite_add_tcase(suite, tests);
	tcase_add_checked_fixture(slow, setup, teardown);
	tcase_set_timeout(slow, PATIENCE_S);
	tcase_set_tags(slow, "slow"); /* for CK_EXCLUDE_TAGS */
	tcase_add_loop_test(slow, many_sites_are_planned_soon, 0,
			    ARRAY_LEN(long_runs));
	suite_add_tcase(suite, slow);
	return suite;
}
