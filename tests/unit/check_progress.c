/* SPDX-License-Identifier: MIT */
/* check_progress.c - unit: what a bar, a line and a trial look like. */
#include <check.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "harness/progress.h"

Suite *progress_suite(void);

#define S INT64_C(1000000000)

static struct buf text;

static void
teardown(void)
{
	buf_free(&text);
}

static const struct {
	struct progress_state state;
	int64_t left_s; /* -1: not known */
} estimates[] = {
	{{.planned = 100, .done = 0, .elapsed_ns = 9 * S}, -1},
	{{.planned = 100, .done = 50, .elapsed_ns = 1 * S}, -1},
	{{.planned = 100, .done = 50, .elapsed_ns = 10 * S}, 10},
	{{.planned = 100, .done = 75, .resumed = 50, .elapsed_ns = 10 * S}, 10},
	{{.planned = 100, .done = 50, .resumed = 50, .elapsed_ns = 10 * S}, -1},
	{{.planned = 100, .done = 100, .elapsed_ns = 10 * S}, -1},
	{{.planned = 0, .done = 0, .elapsed_ns = 10 * S}, -1},
	{{.planned = 1000000, .done = 1, .elapsed_ns = 3600 * S},
	 3600 * INT64_C(999999)},
};

START_TEST(time_left_is_told_when_it_is_known)
{
	int64_t left_ns = progress_left_ns(&estimates[_i].state);

	ck_assert_int_eq(left_ns < 0 ? -1 : left_ns / S, estimates[_i].left_s);
}
END_TEST

static const struct {
	struct progress_state state;
	size_t width;
	const char *shown;
} bars[] = {
	{{.planned = 504, .done = 252, .findings = 3, .unclear = 1},
	 61,
	 "Crashing [=========>         ] 252/504  3 findings  1 unclear"},
	{{.planned = 4, .done = 1, .findings = 1, .warnings = 2},
	 200,
	 "Crashing [==========>                             ] 1/4  1 finding  "
	 "2 warnings"},
	{{.planned = 4, .done = 4},
	 79,
	 "Crashing [========================================] 4/4"},
	{{.planned = 4, .done = 2, .elapsed_ns = 65 * S},
	 79,
	 "Crashing [====================>                   ] 2/4  ETA 1:05"},
	{{.planned = 4, .done = 2, .elapsed_ns = 3723 * S},
	 30,
	 "Crashing  2/4  ETA 1:02:03"},
	{{.planned = 4, .done = 2}, 12, "Crashing  2/"},
	{{.planned = 0, .done = 0}, 21, "Crashing  0/0"},
};

START_TEST(a_bar_fits_its_width)
{
	progress_add_bar(&text, &bars[_i].state, bars[_i].width);
	ck_assert_str_eq(buf_text(&text), bars[_i].shown);
	ck_assert_uint_le(text.length, bars[_i].width);
}
END_TEST

START_TEST(any_width_and_any_state_make_a_bar)
{
	struct progress_state state = {.findings = 12345, .unclear = 9999};

	for (size_t width = 0; width < 120; width++)
		for (size_t done = 0; done <= 21; done++) {
			state.planned = 20;
			state.done = done;
			state.elapsed_ns = (int64_t)done * 100 * S;
			buf_clear(&text);
			progress_add_bar(&text, &state, width);
			ck_assert_uint_le(text.length, width);
		}
}
END_TEST

START_TEST(a_line_says_how_far_it_is)
{
	const struct progress_state state = {.planned = 504,
					     .done = 201,
					     .findings = 2,
					     .unclear = 1,
					     .elapsed_ns = 9 * S};
	const struct progress_state fresh = {.planned = 504};

	progress_add_line(&text, &state);
	ck_assert_str_eq(buf_text(&text), "[ 39%] 201/504 trials, 2 findings, "
					  "1 unclear, about 14 s left");
	buf_clear(&text);
	progress_add_line(&text, &fresh);
	ck_assert_str_eq(buf_text(&text), "[  0%] 0/504 trials");
}
END_TEST

static struct leftover left[] = {
	{.object = {.kind = KIND_SYSV_SHM,
		    .known = FIELD_BIT(FIELD_ID),
		    .id = 7}},
	{.object = {.kind = KIND_SYSV_SHM,
		    .known = FIELD_BIT(FIELD_ID),
		    .id = 8}},
};
static const struct trial leaked = {
	.id = "src/pool.c:pool_open:shmget:1:return:SIGTERM",
	.verdict = VERDICT_LEAKED,
	.duration_ns = 11 * S / 1000,
	.left = left,
	.left_count = 2,
};

START_TEST(a_trial_takes_a_line)
{
	const struct trial broken = {
		.id = "a\033", .verdict = VERDICT_NOT_REACHED, .note = "b\033"};

	progress_add_trial(&text, &leaked, false);
	ck_assert_str_eq(buf_text(&text),
			 "      LEAKED [  0.011s] src/pool.c:pool_open:shmget:1"
			 ":return:SIGTERM  sysv-shm 7 and 1 more");
	buf_clear(&text);
	progress_add_trial(&text, &broken, true);
	ck_assert_str_eq(buf_text(&text), " \033[33mNOT-REACHED\033[0m "
					  "[  0.000s] a\\x1b  b\\x1b");
}
END_TEST

/* A campaign of ten trials, the first of which leaks. */
static void
watch(FILE *out, bool asked)
{
	CLEANUP_PROGRESS struct progress *progress =
		progress_new(out, false, false);
	const struct campaign_watcher watcher = progress_watcher(progress);
	struct campaign campaign = {
		.plan = {.count = 10}, .total = 10, .sandboxed = true};
	const struct trial clean = {.id = "b", .verdict = VERDICT_CLEAN};

	watcher.tick(watcher.owner, &campaign, true);
	watcher.planned(watcher.owner, &campaign);
	for (campaign.done = 1; campaign.done <= 10; campaign.done++)
		watcher.trial(watcher.owner, &campaign,
			      campaign.done == 1 ? &leaked : &clean);
	campaign.done = 10;
	watcher.tick(watcher.owner, &campaign, asked);
}

START_TEST(without_a_terminal_it_is_lines)
{
	CLEANUP_FREE char *shown = NULL;
	size_t size;
	FILE *out = tmpfile();
	size_t lines = 0;

	ck_assert_ptr_nonnull(out);
	watch(out, true);
	size = (size_t)ftell(out);
	shown = mem_zalloc(size + 1);
	rewind(out);
	ck_assert_uint_eq(fread(shown, 1, size, out), size);
	fclose(out);
	for (const char *at = shown; *at; at++)
		lines += *at == '\n';
	/* When it is asked, the header, the leak, and when it is asked. */
	ck_assert_uint_eq(lines, 4);
	ck_assert_ptr_null(strchr(shown, '\r'));
	ck_assert_ptr_nonnull(strstr(shown, "is not over\nipcrash "));
	ck_assert_ptr_nonnull(strstr(shown, "10 trials, "));
	ck_assert_ptr_nonnull(strstr(shown, ", in a sandbox\n"));
	ck_assert_ptr_nonnull(strstr(shown, "      LEAKED [  0.011s]"));
	ck_assert_ptr_nonnull(strstr(shown, "[100%] 10/10 trials, 1 finding"));
}
END_TEST

/* The other side of the terminal: all that was written to it. */
static void
watch_on_terminal(const char *term, struct buf *seen)
{
	const struct winsize size = {.ws_col = 50, .ws_row = 24};
	int main_side;
	pid_t child = forkpty(&main_side, NULL, NULL, &size);

	ck_assert_int_ge(child, 0);
	if (child == 0) {
		setenv("TERM", term, 1);
		watch(stderr, true);
		_exit(0);
	}
	/* EIO: the other side is closed, pty(7). */
	fd_read_all(main_side, seen);
	waitpid(child, NULL, 0);
	close(main_side);
}

START_TEST(on_a_terminal_it_is_a_bar)
{
	CLEANUP_BUF struct buf seen = {0};
	const char *end;

	watch_on_terminal("xterm", &seen);
	ck_assert_ptr_nonnull(strstr(buf_text(&seen), "\rCrashing ["));
	ck_assert_ptr_nonnull(strstr(buf_text(&seen), "\r\033[K      LEAKED"));
	/* It is taken away at the end. */
	end = strrchr(buf_text(&seen), '\r');
	ck_assert_ptr_nonnull(end);
	ck_assert_str_eq(end, "\r\033[K");
}
END_TEST

START_TEST(a_terminal_that_knows_nothing_gets_lines)
{
	CLEANUP_BUF struct buf seen = {0};

	watch_on_terminal("dumb", &seen);
	ck_assert_ptr_null(strstr(buf_text(&seen), "Crashing"));
	ck_assert_ptr_nonnull(strstr(buf_text(&seen), "[100%]"));
}
END_TEST

Suite *
progress_suite(void)
{
	Suite *suite = suite_create("progress");
	TCase *tests = tcase_create("progress");

	tcase_add_checked_fixture(tests, NULL, teardown);
	tcase_add_loop_test(tests, time_left_is_told_when_it_is_known, 0,
			    ARRAY_LEN(estimates));
	tcase_add_loop_test(tests, a_bar_fits_its_width, 0, ARRAY_LEN(bars));
	tcase_add_test(tests, any_width_and_any_state_make_a_bar);
	tcase_add_test(tests, a_line_says_how_far_it_is);
	tcase_add_test(tests, a_trial_takes_a_line);
	tcase_add_test(tests, without_a_terminal_it_is_lines);
	tcase_add_test(tests, on_a_terminal_it_is_a_bar);
	tcase_add_test(tests, a_terminal_that_knows_nothing_gets_lines);
	suite_add_tcase(suite, tests);
	return suite;
}
