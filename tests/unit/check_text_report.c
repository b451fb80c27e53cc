/* SPDX-License-Identifier: MIT */
/* check_text_report.c - unit: what a reader is told of a log. */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "reports/text.h"
#include "tests/support/made_log.h"

Suite *text_report_suite(void);

static struct log log_of;
static struct classes classes;
static struct text_settings settings;
static struct buf text;
static char *shown;

static void
setup(void)
{
	settings = (struct text_settings) {0};
	made_log_pool(&text);
}

static void
teardown(void)
{
	free(shown);
	shown = NULL;
	classes_free(&classes);
	log_free(&log_of);
	buf_free(&text);
}

/* Make the report of what was added. */
static void
show(void)
{
	size_t size;
	FILE *out = mem_stream(&shown, &size);

	made_log_read(&log_of, &text);
	classes_make(&classes, &log_of, false);
	text_report(&log_of, &classes, &settings, out);
	fclose(out);
}

/* Check's own messages are too short for a report. */
static void
complain(const char *why, const char *what)
{
	fprintf(stderr, "%s '%s' in:\n%s\n", why, what, shown);
	ck_abort_msg("%s '%.300s'", why, what);
}

static void
assert_says(const char *what)
{
	if (!strstr(shown, what))
		complain("no", what);
}

static void
assert_is_silent(const char *what)
{
	if (strstr(shown, what))
		complain("there is", what);
}

static void
assert_is(const char *what)
{
	if (strcmp(shown, what) != 0)
		complain("it is not", what);
}

static void
add_leak(const char *site, const char *phase, const char *fault,
	 const char *more)
{
	made_log_leak(&text, site, phase, fault, more);
}

static void
add_clean(const char *site, const char *phase, const char *fault)
{
	made_log_trial(&text, &(struct made_trial) {.site = site,
						    .phase = phase,
						    .fault = fault});
}

START_TEST(a_leak_in_full)
{
	static const char handled[] =
		"\"reaction\":\"handled\",\"handler\":{\"function\":"
		"\"on_term\",\"file\":\"src/main.c\",\"line\":31,"
		"\"module\":\"/bin/server\"}";

	settings.log = "ipcrash.out/run.jsonl";
	add_clean("pool_open:shmget", "before", "SIGTERM");
	add_leak("pool_open:shmget", "return", "SIGTERM", handled);
	add_leak("pool_open:shmget", "return", "SIGKILL",
		 "\"end\":\"signal:SIGKILL\",\"reaction\":\"default\"");
	add_clean("pool_open:shmget", "return", "exit");
	add_clean("pool_open:shmat", "before", "SIGTERM");
	show();
	assert_is(
		"Points and faults: . clean, L leaked (l: allowed or known)\n"
		"  POINT             PHASE   exit  TERM  KILL\n"
		"  pool.c:42 shmget  return  .     L     l\n"
		"\n"
		"LEAK 1 of 1  sysv-shm made in pool_open() at src/pool.c:42  "
		"(class 31c3022a)\n"
		"  after:  SIGTERM at 1 of 2 points, at return of shmget "
		"src/pool.c:42\n"
		"  also:   SIGKILL (allowed; IPC_RMID right after the last "
		"attach prevents it)\n"
		"  clean:  exit\n"
		"  window: shmget src/pool.c:42 ... shmctl src/pool.c:88, 2 "
		"points\n"
		"  why:    SIGTERM: handler on_term() at src/main.c:31 ran; it "
		"did not reach a\n"
		"          release of this object\n"
		"  left:   sysv-shm 7 key 0x00000000, nattch 0\n"
		"  rerun:  ipcrash rerun 22ccaa45\n"
		"  debug:  ipcrash rerun --gdb 22ccaa45\n"
		"  allow:  with a reason, in a file for --suppressions:\n"
		"          leak:sysv-shm file=src/pool.c func=pool_open "
		"call=shmget fault=SIGTERM  # TODO: why\n"
		"\n"
		"------------\n"
		"  Summary 5 trials at 3 sites: 3 clean, 2 leaked (1 "
		"allowed)\n"
		"  Gate    FAILED: 1 finding\n"
		"  Log     ipcrash.out/run.jsonl (ipcrash report shows this "
		"again, -v all of it,\n"
		"          --matrix each point)\n");
}
END_TEST

/* Members of a trial, and what they are told as. */
static const struct {
	const char *fault;
	const char *more;
	const char *says;
} reasons[] = {
	{"SIGTERM", "\"reaction\":\"default\",\"end\":\"signal:SIGTERM\"",
	 "no handler: its default action ended the process\n"},
	{"SIGTERM", "\"reaction\":\"default\"",
	 "no handler; it did not reach a release of this object\n"},
	{"SIGTERM",
	 "\"reaction\":\"default\",\"site\":\"0.1/src/"
	 "pool.c:pool_open:shmat:1\"",
	 "no handler: its default action ended a process that is not the "
	 "first; it did not reach a release of this object\n"},
	{"SIGTERM", "\"reaction\":\"ignored\"",
	 "it is ignored, the program went on; it did not reach"},
	{"SIGTERM", "\"reaction\":\"blocked\"",
	 "it is blocked: it stays pending, or sigwait(3) takes it;"},
	{"SIGTERM", "\"reaction\":\"blocked\",\"end\":\"signal:SIGTERM\"",
	 "it was blocked at first; then its default action ended the "
	 "process\n"},
	{"SIGTERM",
	 "\"reaction\":\"blocked\",\"end\":\"signal:SIGTERM\","
	 "\"handler\":{\"module\":\"/bin/x\",\"offset\":\"0x12\"}",
	 "it was blocked at first: handler x+0x12 can only run after that; it "
	 "did not reach a release"},
	{"SIGSEGV",
	 "\"reaction\":\"blocked\",\"end\":\"signal:SIGSEGV\","
	 "\"handler\":{\"module\":\"/bin/x\",\"offset\":\"0x12\"}",
	 "it was blocked: a fault then ends the process, and no handler "
	 "runs\n"},
	{"SIGABRT", "\"reaction\":\"ignored\",\"end\":\"signal:SIGABRT\"",
	 "it was ignored: a fault, or abort(3), ends the process all the "
	 "same\n"},
	{"SIGTERM", "\"reaction\":\"handled\"",
	 "there is a handler, but it did not run"},
	{"SIGTERM",
	 "\"reaction\":\"handled\",\"handler\":{\"module\":\"/bin/x\","
	 "\"offset\":\"0x12\"}",
	 "handler x+0x12 ran; it did not reach a release"},
	{"exit", "", "exit() ran what atexit(3) has; it did not reach"},
	{"_exit", "", "no code of the program runs after it\n"},
	{"ENOSPC", "",
	 "the call failed and the program exited with 143; it did not"},
	{"SIGTERM",
	 "\"attempts\":[{\"operation\":\"shmctl\",\"object\":\"sysv-shm 7\","
	 "\"place\":{\"file\":\"src/x.c\",\"line\":9,\"function\":\"f\"},"
	 "\"result\":\"EINVAL\"}]",
	 "; the release shmctl at src/x.c:9 failed: EINVAL\n"},
	{"SIGTERM",
	 "\"attempts\":[{\"operation\":\"shmctl\",\"object\":\"sysv-shm 7\","
	 "\"place\":{\"file\":\"src/x.c\",\"line\":9,\"function\":\"f\"},"
	 "\"result\":\"none\"}]",
	 "; the release shmctl at src/x.c:9 did not return\n"},
	{"SIGTERM",
	 "\"attempts\":[{\"operation\":\"shmctl\",\"object\":\"sysv-shm 7\","
	 "\"place\":{\"file\":\"src/x.c\",\"line\":9,\"function\":\"f\"},"
	 "\"result\":\"ok\"}]",
	 "; the release shmctl at src/x.c:9 worked, and yet it is there\n"},
	{"SIGTERM",
	 "\"attempts\":[{\"operation\":\"shmctl\",\"object\":\"sysv-shm 8\","
	 "\"place\":{},\"result\":\"ok\"}]",
	 "did not reach a release of this object, but of 1 other\n"},
};

/* As one line: where it is broken is no matter. */
static void
join_lines(void)
{
	char *to = shown;

	for (const char *from = shown; *from; from++) {
		if (from[0] == '\n' && !strncmp(from + 1, "          ", 10)) {
			*to++ = ' ';
			from += 10;
		} else {
			*to++ = *from;
		}
	}
	*to = '\0';
}

START_TEST(why_the_cleanup_missed_it)
{
	add_leak("pool_open:shmat", "before", reasons[_i].fault,
		 reasons[_i].more);
	show();
	join_lines();
	assert_says(reasons[_i].says);
}
END_TEST

START_TEST(faults_that_leak_alike_share_a_line)
{
	static const char *const faults[] = {"SIGINT", "SIGTERM", "SIGHUP"};

	for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
		add_leak("pool_open:shmget", "return", faults[i], NULL);
		add_leak("pool_open:shmat", "before", faults[i], NULL);
	}
	add_leak("pool_open:shmat", "before", "ENOMEM", NULL);
	show();
	assert_says("  after:  SIGINT SIGTERM SIGHUP at all 2 points\n"
		    "          ENOMEM before shmat src/pool.c:50\n");
	assert_says("  why:    SIGINT SIGTERM SIGHUP: the signal was sent;");
}
END_TEST

START_TEST(warnings_take_a_line)
{
	add_leak("pool_open:shmat", "before", "SIGKILL", NULL);
	show();
	assert_says("warning   sysv-shm made in pool_open() at src/pool.c:42, "
		    "after SIGKILL (IPC_RMID\n"
		    "          right after the last attach prevents it)\n");
	assert_is_silent("rerun:");
	assert_says("Gate    PASSED: 1 warning\n");
}
END_TEST

START_TEST(warnings_are_in_full_if_verbose)
{
	settings.verbose = true;
	add_leak("pool_open:shmat", "before", "SIGKILL", NULL);
	show();
	assert_says("  after:  SIGKILL before shmat src/pool.c:50\n");
	assert_says("  rerun:  ipcrash rerun ");
	assert_is_silent("also:");
	assert_is_silent("allow:");
}
END_TEST

#define WINDOW(instructions)                                                \
	"\"verdict\":\"window\",\"window\":{\"instructions\":" instructions \
	",\"closes_at\":\"src/pool.c:42\",\"place\":{\"file\":"             \
	"\"src/pool.c\",\"line\":42,\"function\":\"pool_open\"}}"

START_TEST(a_window_is_told_with_its_length)
{
	add_leak("pool_open:shmget", "return", "SIGTERM", WINDOW("5"));
	show();
	join_lines();
	assert_says("warning   sysv-shm made in pool_open() at src/pool.c:42: "
		    "SIGTERM leaks for 5 instructions after the return of "
		    "shmget src/pool.c:42, until src/pool.c:42\n");
}
END_TEST

/* What is left for some instructions is not as bad as what stays. */
START_TEST(a_warning_tells_both_leaks_and_windows)
{
	static const char *const faults[] = {"SIGINT", "SIGTERM", "SIGHUP"};

	for (size_t i = 0; i < ARRAY_LEN(faults); i++)
		add_leak("pool_open:shmget", "return", faults[i],
			 i < 2 ? WINDOW("5") : WINDOW("7"));
	add_leak("pool_open:shmget", "return", "SIGKILL", NULL);
	show();
	join_lines();
	assert_says("warning   sysv-shm made in pool_open() at src/pool.c:42, "
		    "after SIGKILL (IPC_RMID right after the last attach "
		    "prevents it); SIGINT SIGTERM leak for 5 instructions "
		    "after the return of shmget src/pool.c:42, until "
		    "src/pool.c:42; SIGHUP leaks for 7 instructions after the");
}
END_TEST

START_TEST(what_hangs_and_what_stays)
{
	made_log_trial(&text, &(struct made_trial) {.site = "pool_open:shmat",
						    .fault = "SIGTERM",
						    .verdict = "hung",
						    .end = "signal:SIGKILL"});
	made_log_trial(&text, &(struct made_trial) {
				      .site = "pool_open:shmget",
				      .fault = "SIGHUP",
				      .verdict = "orphaned",
				      .more = "\"survivors\":[{\"pid\":7,"
					      "\"command\":\"./worker\"}]"});
	show();
	assert_says("ORPHANED 1 of 2  processes outlive the program, fault in "
		    "pool_open() at src/pool.c:42");
	assert_says("  stays:  pid 7: ./worker\n");
	assert_says("HUNG 2 of 2  it did not end in time, fault in ");
}
END_TEST

/* The second segment of a function is no part of the first one's line. */
START_TEST(each_line_of_a_class_is_told)
{
	static const struct {
		const char *what, *fault;
		int line;
	} rows[] = {{"pool_open:shmget:2", "SIGINT", 47},
		    {"pool_open:shmget:3", "SIGHUP", 45},
		    {"pool_open:shmget:4", "SIGTERM", 47}};

	add_leak("pool_open:shmat", NULL, "exit", NULL);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		made_log_site(&text, rows[i].what, "sysv-shm", "acquire",
			      rows[i].line);
		made_log_trial(&text,
			       &(struct made_trial) {.site = "pool_open:shmat",
						     .fault = rows[i].fault,
						     .verdict = "leaked",
						     .kind = "sysv-shm",
						     .created = rows[i].what});
	}
	show();
	assert_says("LEAK 1 of 1  sysv-shm made in pool_open() at "
		    "src/pool.c:42");
	assert_says("  made:   also at src/pool.c:45\n"
		    "          also at src/pool.c:47\n"
		    "  after:");
}
END_TEST

/* It would read as a contradiction to the block of the hang. */
START_TEST(what_hangs_is_not_called_clean)
{
	add_leak("pool_open:shmget", "return", "SIGTERM", NULL);
	add_clean("pool_open:shmget", "return", "SIGINT");
	add_clean("pool_open:shmget", "return", "SIGHUP");
	made_log_trial(&text, &(struct made_trial) {.site = "pool_open:shmat",
						    .fault = "SIGINT",
						    .verdict = "hung"});
	show();
	assert_says("  clean:  SIGHUP\n");
	assert_says("HUNG 2 of 2");
}
END_TEST

/* A program that ignores a signal hangs wherever that comes. */
START_TEST(what_hangs_everywhere_is_told_once)
{
	static const char *const sites[] = {
		"pool_open:shmget", "pool_open:shmat", "pool_close:shmctl"};

	for (size_t i = 0; i < ARRAY_LEN(sites); i++)
		made_log_trial(&text,
			       &(struct made_trial) {.site = sites[i],
						     .fault = i < 2 ? "SIGTERM"
								    : "SIGHUP",
						     .verdict = "hung"});
	show();
	assert_says("HUNG 1 of 3  it did not end in time, fault in "
		    "pool_open() at src/pool.c:42");
	assert_says("  like:   before shmat src/pool.c:50\n");
	assert_is_silent("HUNG 2 of 3");
	assert_says("HUNG 3 of 3  ");
}
END_TEST

START_TEST(the_most_frequent_reason_comes_first)
{
	add_leak("pool_open:shmget", "return", "SIGTERM",
		 "\"reaction\":\"blocked\"");
	add_leak("pool_open:shmat", "before", "SIGTERM",
		 "\"reaction\":\"ignored\"");
	add_leak("pool_open:shmat", "return", "SIGTERM",
		 "\"reaction\":\"ignored\"");
	add_leak("pool_open:shmat", "return", "SIGHUP",
		 "\"reaction\":\"ignored\"");
	add_leak("pool_open:shmat", "return", "SIGKILL",
		 "\"reaction\":\"default\"");
	show();
	join_lines();
	assert_says("  why:    SIGTERM SIGHUP: it is ignored, the program went "
		    "on; it did not reach a release of this object SIGTERM: "
		    "it is blocked");
	assert_is_silent("no handler");
}
END_TEST

/* What is allowed needs no table. */
START_TEST(a_matrix_of_warnings_is_not_shown_unasked)
{
	add_leak("pool_open:shmat", "return", "SIGKILL", NULL);
	show();
	assert_is_silent("Points and faults");
}
END_TEST

START_TEST(held_semaphores_and_unread_messages)
{
	made_log_trial(
		&text,
		&(struct made_trial) {
			.site = "pool_open:shmat",
			.fault = "SIGTERM",
			.verdict = "leaked",
			.more = "\"left\":[{\"kind\":\"sysv-sem\",\"id\":1,"
				"\"nsems\":1,\"values\":[0],\"held\":true}]"});
	made_log_trial(
		&text,
		&(struct made_trial) {
			.site = "pool_open:shmat",
			.fault = "SIGHUP",
			.verdict = "leaked",
			.more = "\"left\":[{\"kind\":\"sysv-msg\",\"id\":2,"
				"\"messages\":3}]"});
	show();
	assert_says("sysv-sem 1 nsems 1, values 0; held: who locks it next "
		    "waits for ever\n");
	assert_says("sysv-msg 2 messages 3; nobody has read them\n");
	assert_says("sysv-msg made at an unknown place");
}
END_TEST

/* More leaks than a screen has room for. */
START_TEST(many_leaks_are_shortened)
{
	for (int i = 0; i < 30; i++) {
		CLEANUP_FREE char *site = mem_printf("f%d:shmget", i);

		made_log_trial(&text, &(struct made_trial) {.site = site,
							    .fault = "SIGTERM",
							    .verdict = "leaked",
							    .kind = "sysv-shm",
							    .created = site});
	}
	settings.verbose = _i;
	show();
	if (settings.verbose) {
		assert_says("LEAK 30 of 30");
		return;
	}
	assert_says("LEAK 3 of 30");
	assert_is_silent("LEAK 4 of 30");
	assert_says("          and 22 more; -v shows all\n");
}
END_TEST

enum { SCREEN_LINES = 45 };

static size_t
count_lines(void)
{
	size_t lines = 0;

	for (const char *at = shown; *at; at++)
		lines += *at == '\n';
	return lines;
}

/* Of @count places, each with output, and what @fault leaves there. */
static void
add_many(int from, int count, const char *fault)
{
	for (int i = from; i < from + count; i++) {
		CLEANUP_FREE char *site = mem_printf("f%d:shmget", i);

		made_log_site(&text, site, "sysv-shm", "acquire", i + 1);
		made_log_trial(&text,
			       &(struct made_trial) {
				       .site = site,
				       .fault = fault,
				       .verdict = "leaked",
				       .allowed = !strcmp(fault, "SIGKILL"),
				       .kind = "sysv-shm",
				       .created = site,
				       .more = "\"output\":"
					       "\"1\\n2\\n3"
					       "\\n4\\n\""});
	}
}

/* Where it begins; it is there. */
static const char *
place_of(const char *what)
{
	assert_says(what);
	return strstr(shown, what);
}

/* What failed and how to redo it is what is seen last. */
START_TEST(a_report_fits_a_screen)
{
	static const int failures[] = {1, 2, 5, 50};

	for (int i = 0; i < 20; i++)
		made_log_trial(&text, &(struct made_trial) {
					      .site = "pool_open:shmat",
					      .fault = i % 2 ? "EINTR" : "EIO",
					      .verdict = i % 2 ? "broken"
							       : "not-reached",
					      .more = "\"note\":\"for "
						      "some reason\""});
	add_many(0, failures[_i], "SIGTERM");
	add_many(100, 20, "SIGKILL");
	settings.log = "ipcrash.out/run.jsonl";
	settings.header = true;
	show();
	if (count_lines() > SCREEN_LINES)
		complain("too long for", "a screen");
	ck_assert(place_of("\nwarning ") < place_of("\nnote: "));
	ck_assert(place_of("\nnote: ") < place_of("\nLEAK 1 of "));
	ck_assert(place_of("\nLEAK 1 of ") < place_of("  rerun:  ipcrash "));
	ck_assert(place_of("  rerun:  ipcrash ") < place_of("  Summary "));
	ck_assert(place_of("  Summary ") < place_of("  Gate "));
	assert_says(" more; -v shows all\n");
}
END_TEST

/* With room for it, nothing is left out. */
START_TEST(a_short_report_has_it_all)
{
	add_many(0, 1, "SIGTERM");
	add_many(1, 1, "SIGKILL");
	show();
	assert_says("Points and faults: ");
	assert_is_silent("-v shows all");
	ck_assert_uint_lt(count_lines(), SCREEN_LINES);
}
END_TEST

START_TEST(the_end_of_the_output_is_shown)
{
	add_leak("pool_open:shmat", "before", "SIGTERM",
		 "\"output\":\"one\\ntwo\\nthree\\nfour\\n\"");
	show();
	assert_says("  output: two\n          three\n          four\n");
	assert_is_silent("one\n");
}
END_TEST

/* Whatever a program calls its files, functions and processes. */
START_TEST(nothing_reaches_the_terminal_as_it_is)
{
	static const char evil[] = "\\u001b[31m\\u009b\\u007f";
	CLEANUP_FREE char *more = mem_printf(
		"\"note\":\"%s\",\"output\":\"%s\",\"reaction\":\"handled\","
		"\"handler\":{\"file\":\"%s\",\"line\":1,\"function\":\"%s\"},"
		"\"survivors\":[{\"pid\":1,\"command\":\"%s\"}],\"attempts\":"
		"[{\"operation\":\"%s\",\"place\":{\"file\":\"%s\","
		"\"function\":\"%s\",\"line\":2},\"result\":\"EPERM\"}],"
		"\"left\":[{\"kind\":\"fifo\",\"path\":\"/tmp/%s\","
		"\"created_at\":\"%s\"}]",
		evil, evil, evil, evil, evil, evil, evil, evil, evil, evil);

	buf_clear(&text);
	buf_printf(&text,
		   "{\"type\":\"campaign\",\"version\":1,\"tool\":\"%s\","
		   "\"target\":[\"%s\"],\"sandbox\":\"host\",\"cwd\":\"%s\","
		   "\"refused\":\"%s\",\"plan\":{\"differs\":\"%s\"}}\n",
		   evil, evil, evil, evil, evil);
	buf_printf(&text,
		   "{\"type\":\"site\",\"site\":\"src/pool.c:pool_open:shmget"
		   ":1\",\"role\":\"%s\",\"operation\":\"%s\",\"syscall\":"
		   "\"%s\",\"kind\":\"sysv-shm\",\"action\":\"acquire\"}\n",
		   evil, evil, evil);
	made_log_object(&text, "sysv-shm", "pool_open:shmget",
			"pool_open:shmget");
	add_leak("pool_open:shmat", "before", "SIGTERM", more);
	add_leak("pool_open:shmget", "return", "SIGINT", NULL);
	add_leak("pool_open:shmat", "before", "SIGHUP",
		 "\"verdict\":\"broken\",\"note\":\"\\u001b]0;x\"");
	settings.header = settings.matrix = true;
	settings.folder = "a\033b";
	settings.log = "a\033b/run.jsonl";
	show();
	for (const char *at = shown; *at; at++)
		if ((*at < ' ' && *at != '\n') || *at > '~')
			complain("a control byte", at);
	assert_says("\\x1b[31m");
}
END_TEST

START_TEST(colour_is_only_an_addition)
{
	CLEANUP_FREE char *plain = NULL;
	CLEANUP_BUF struct buf bare = {0};

	add_leak("pool_open:shmat", "before", "SIGTERM", NULL);
	show();
	plain = shown;
	shown = NULL;
	log_free(&log_of);
	classes_free(&classes);
	setup();
	settings.color = true;
	add_leak("pool_open:shmat", "before", "SIGTERM", NULL);
	show();
	assert_says("\033[31mLEAK 1 of 1\033[0m");
	for (const char *at = shown; *at; at++) {
		if (*at == '\033')
			at += strcspn(at, "m");
		else
			buf_add(&bare, at, 1);
	}
	ck_assert_str_eq(buf_text(&bare), plain);
}
END_TEST

START_TEST(the_matrix_has_all_points_if_asked)
{
	add_clean("pool_open:shmget", "before", "SIGTERM");
	add_clean("pool_open:shmget", "before", "ENOSPC");
	add_leak("pool_open:shmget", "before", "ENOMEM", NULL);
	add_clean("pool_close:shmctl", "return", "SIGTERM");
	settings.matrix = true;
	show();
	assert_says("  POINT             PHASE   TERM  ERRORS\n"
		    "  pool.c:42 shmget  before  .     L.\n"
		    "  pool.c:88 shmctl  return  .\n");
}
END_TEST

START_TEST(a_large_matrix_is_not_shown_unasked)
{
	for (int i = 0; i < 13; i++) {
		CLEANUP_FREE char *site = mem_printf("f%d:shmat", i);

		made_log_site(&text, site, "sysv-shm", "use", i + 1);
		add_leak(site, "before", "SIGTERM", NULL);
	}
	settings.matrix = _i;
	show();
	if (settings.matrix)
		assert_says("  pool.c:13 shmat");
	else
		assert_is_silent("Points and faults");
}
END_TEST

/* Several jobs end in any order, and a resumed campaign has two. */
START_TEST(the_order_of_the_log_does_not_matter)
{
	static const char *const faults[] = {
		"ENOSPC", "SIGKILL", "ENOMEM,persistent", "SIGHUP",
		"ENOMEM", "_exit",   "SIGUSR1",		  "exit",
		"SIGINT", "SIGTERM"};
	CLEANUP_FREE char *first = NULL;

	for (size_t round = 0; round < ARRAY_LEN(faults); round++) {
		for (size_t i = 0; i < ARRAY_LEN(faults) * 2; i++) {
			size_t at = (i * 7 + round * 3) % 20;

			add_leak(at % 2 ? "pool_open:shmat"
					: "pool_open:shmget",
				 "return", faults[at / 2], NULL);
		}
		settings.verbose = true;
		show();
		if (!first)
			first = mem_strdup(shown);
		ck_assert_str_eq(shown, first);
		teardown();
		setup();
	}
}
END_TEST

START_TEST(nothing_found_is_said_in_few_words)
{
	add_clean("pool_open:shmget", "return", "SIGTERM");
	show();
	assert_is("------------\n"
		  "  Summary 1 trial at 3 sites: 1 clean\n"
		  "  Gate    PASSED\n");
}
END_TEST

START_TEST(what_differs_when_repeated_is_said)
{
	buf_clear(&text);
	buf_add_text(&text, "{\"type\":\"campaign\",\"version\":1,\"sandbox\":"
			    "\"namespaces\",\"plan\":{\"trials\":2},"
			    "\"options\":{\"repeat\":4}}\n");
	add_clean("pool_open:shmat", "before", "exit");
	add_leak("pool_open:shmat", "before", "SIGHUP", NULL);
	for (int i = 2; i < 4; i++) {
		CLEANUP_FREE char *more = mem_printf("\"repetition\":%d", i);

		made_log_trial(&text,
			       &(struct made_trial) {.site = "pool_open:shmat",
						     .fault = "SIGHUP",
						     .more = more});
	}
	show();
	join_lines();
	assert_says("  runs:   2 clean, 1 leaked of the repetitions; the worst "
		    "counts\n");
	assert_says("note:     1 trial came to different verdicts when "
		    "repeated, and the worst counts: "
		    "src/pool.c:pool_open:shmat:1:before:SIGHUP (2 clean, 1 "
		    "leaked)\n");
	assert_says("note:     4 of 8 repetitions of trials were made;");
	assert_says("2 trials at 0 sites: 1 clean, 1 leaked\n");
	assert_says("Gate    FAILED: 1 finding\n");
}
END_TEST

/* Not all are named, but what they all came to is: nothing hides. */
START_TEST(what_repetitions_came_to_is_counted)
{
	static const char *const faults[] = {"SIGHUP", "SIGINT", "SIGTERM",
					     "SIGQUIT"};

	for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
		add_leak("pool_open:shmat", "before", faults[i],
			 "\"repetition\":1");
		made_log_trial(&text, &(struct made_trial) {
					      .site = "pool_open:shmat",
					      .fault = faults[i],
					      .verdict = i ? "clean" : "hung",
					      .more = "\"repetition\":2"});
	}
	settings.verbose = _i;
	show();
	join_lines();
	if (_i)
		assert_says(
			"src/pool.c:pool_open:shmat:1:before:SIGQUIT (1 clean, "
			"1 leaked)\n");
	else
		assert_says(", ...; all together 3 clean, 4 leaked, 1 hung\n");
	assert_says("4 trials at 3 sites: 4 leaked\n");
}
END_TEST

START_TEST(what_was_not_seen_is_said)
{
	buf_clear(&text);
	buf_add_text(&text, "{\"type\":\"campaign\",\"version\":1,\"sandbox\":"
			    "\"host\",\"refused\":\"no namespaces\",\"plan\":{"
			    "\"trials\":9,\"in_library\":3,\"left_out\":4,"
			    "\"differs\":\"site x\","
			    "\"notes\":[\"it is \\u001bodd\"]}}\n");
	made_log_trial(&text,
		       &(struct made_trial) {.site = "a:shmget",
					     .fault = "exit",
					     .verdict = "not-available",
					     .more = "\"note\":\"no exit()\","
						     "\"represents\":3"});
	made_log_trial(&text,
		       &(struct made_trial) {.site = "a:shmget",
					     .fault = "SIGTERM",
					     .verdict = "not-reached",
					     .end = "exit:7",
					     .more = "\"output\":\"x\\n"
						     "no \\u001b room\\n\""});
	buf_add_text(&text, "{\"type\":\"tri");
	show();
	join_lines();
	assert_says(
		"note:     not in a sandbox but on the host: no namespaces");
	assert_says("note:     two runs without a fault differ, only what both "
		    "have was tried: site x\n");
	assert_says("note:     it is \\x1bodd\n");
	assert_says("note:     --equal=0 makes 2 trials more, at points equal "
		    "to others\n");
	assert_says("note:     exit was not tried at 3 points in the middle of "
		    "a call of the C library,");
	assert_says("note:     --max-trials left out 4 trials\n");
	assert_says("note:     not-available: 1 trial (this fault cannot be "
		    "made here): src/pool.c:a:shmget:1:before:exit (no "
		    "exit())\n");
	assert_says("note:     not-reached: 1 trial (the site did not come): "
		    "src/pool.c:a:shmget:1:before:SIGTERM (the program exited "
		    "with 7; its last line: no \\x1b room)\n");
	assert_says("note:     2 of 9 trials were made;");
	assert_says("is cut off (12 bytes)");
	assert_says("Gate    INCOMPLETE\n");
}
END_TEST

START_TEST(one_is_not_many)
{
	buf_clear(&text);
	buf_add_text(&text, "{\"type\":\"campaign\",\"version\":1,\"sandbox\":"
			    "\"host\",\"plan\":{"
			    "\"trials\":2,\"in_library\":1,\"left_out\":1}}\n");
	made_log_trial(&text,
		       &(struct made_trial) {.site = "a:shmget",
					     .fault = "SIGTERM",
					     .verdict = "clean",
					     .more = "\"represents\":2"});
	buf_add_text(&text, "{");
	show();
	join_lines();
	assert_says("note:     --equal=0 makes 1 trial more, at points equal "
		    "to others\n");
	assert_says("note:     exit was not tried at 1 point in the middle of "
		    "a call of the C library,");
	assert_says("note:     --max-trials left out 1 trial\n");
	assert_says("is cut off (1 byte), it was passed over\n");
}
END_TEST

/* A directory with src/pool.c, in which line 42 is something to see. */
static void
make_source(char *directory)
{
	CLEANUP_FREE char *folder = NULL;
	CLEANUP_FREE char *name = NULL;
	FILE *file;

	ck_assert_ptr_nonnull(mkdtemp(directory));
	folder = mem_printf("%s/src", directory);
	name = mem_printf("%s/pool.c", folder);
	ck_assert_int_eq(mkdir(folder, 0700), 0);
	file = fopen(name, "w");
	ck_assert_ptr_nonnull(file);
	for (int i = 1; i < 42; i++)
		fputc('\n', file);
	fputs("\t id = shmget(\033[31m);  \r\nnext\n", file);
	fclose(file);
}

static void
remove_source(const char *directory)
{
	CLEANUP_FREE char *name = mem_printf("%s/src/pool.c", directory);
	char *slash;

	unlink(name);
	slash = strrchr(name, '/');
	*slash = '\0';
	rmdir(name);
	rmdir(directory);
}

START_TEST(the_source_line_is_quoted)
{
	char directory[] = "/tmp/check-text-XXXXXX";

	make_source(directory);
	buf_clear(&text);
	buf_printf(&text,
		   "{\"type\":\"campaign\",\"version\":1,\"sandbox\":\"host\","
		   "\"cwd\":\"%s\"}\n",
		   directory);
	made_log_site(&text, "pool_open:shmget", "sysv-shm", "acquire", 42);
	made_log_site(&text, "pool_open:shmat", "sysv-shm", "use", 50);
	add_leak("pool_open:shmat", "before", "SIGTERM", NULL);
	show();
	remove_source(directory);
	assert_says("    42 | id = shmget(\\x1b[31m);\n");
}
END_TEST

/* A log may name anything as a source file. */
START_TEST(a_fifo_is_no_source)
{
	char directory[] = "/tmp/check-text-XXXXXX";
	CLEANUP_FREE char *name = NULL;

	make_source(directory);
	name = mem_printf("%s/src/pool.c", directory);
	unlink(name);
	ck_assert_int_eq(mkfifo(name, 0600), 0);
	buf_clear(&text);
	buf_printf(&text,
		   "{\"type\":\"campaign\",\"version\":1,\"sandbox\":\"host\","
		   "\"cwd\":\"%s\"}\n",
		   directory);
	made_log_site(&text, "pool_open:shmget", "sysv-shm", "acquire", 42);
	add_leak("pool_open:shmget", "return", "SIGTERM", NULL);
	show();
	remove_source(directory);
	assert_is_silent(" | ");
}
END_TEST

START_TEST(the_folder_is_in_the_commands)
{
	/* More than are told in full. */
	static const char *const sites[] = {"a:shmat", "b:shmat", "c:shmat"};
	static const char *const faults[] = {"SIGINT", "SIGTERM", "SIGHUP"};

	settings.folder = "my out";
	settings.log = "my out/run.jsonl";
	for (size_t i = 0; i < ARRAY_LEN(sites); i++)
		made_log_site(&text, sites[i], "sysv-shm", "use", 60 + (int)i);
	add_leak("pool_open:shmat", "before", "SIGTERM", NULL);
	for (size_t i = 0; i < ARRAY_LEN(sites); i++)
		made_log_trial(&text,
			       &(struct made_trial) {.site = sites[i],
						     .fault = faults[i],
						     .verdict = "orphaned"});
	show();
	join_lines();
	assert_says("; ipcrash rerun -o 'my out' ");
	assert_says("  rerun:  ipcrash rerun -o 'my out' ");
	assert_says("  debug:  ipcrash rerun -o 'my out' --gdb ");
	assert_says("(ipcrash report 'my out' shows");
}
END_TEST

START_TEST(one_trial_alone)
{
	size_t size;
	FILE *out = mem_stream(&shown, &size);

	add_leak("pool_open:shmat", "before", "SIGTERM", NULL);
	made_log_read(&log_of, &text);
	text_trial(&log_of, &log_of.trials[0], &settings, out);
	fclose(out);
	assert_says("leaked  src/pool.c:pool_open:shmat:1:before:SIGTERM (an "
		    "object is left)\n"
		    "  end:    the program exited with 143\n");
	assert_says("  left:   sysv-shm 7 key 0x00000000, nattch 0\n"
		    "          made in pool_open() at src/pool.c:42\n");
}
END_TEST

START_TEST(a_bad_run_without_a_fault)
{
	const char *note = "it is odd";
	size_t size;
	FILE *out = mem_stream(&shown, &size);

	add_leak("pool_open:shmat", "before", "SIGTERM",
		 "\"output\":\"oops\\n\"");
	made_log_read(&log_of, &text);
	log_of.campaign.plan.notes = (struct record_texts) {&note, 1};
	text_golden(&log_of, &log_of.trials[0], _i, &settings, out);
	fclose(out);
	assert_says(_i ? "  end:    the program did not end in time"
		       : "BAD  the run without a fault\n"
			 "  end:    the program exited with 143\n"
			 "  left:   sysv-shm 7 key 0x00000000, nattch 0\n"
			 "          made in pool_open() at src/pool.c:42\n"
			 "  output: oops\n");
	assert_says("  note:   it is odd\n");
	assert_says(_i ? "--stop=SIGTERM" : "--allow-leaky-baseline");
}
END_TEST

Suite *
text_report_suite(void)
{
	Suite *suite = suite_create("text_report");
	TCase *tests = tcase_create("text_report");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, a_leak_in_full);
	tcase_add_loop_test(tests, why_the_cleanup_missed_it, 0,
			    ARRAY_LEN(reasons));
	tcase_add_test(tests, faults_that_leak_alike_share_a_line);
	tcase_add_test(tests, warnings_take_a_line);
	tcase_add_test(tests, warnings_are_in_full_if_verbose);
	tcase_add_test(tests, a_window_is_told_with_its_length);
	tcase_add_test(tests, a_warning_tells_both_leaks_and_windows);
	tcase_add_test(tests, what_hangs_and_what_stays);
	tcase_add_test(tests, each_line_of_a_class_is_told);
	tcase_add_test(tests, what_hangs_is_not_called_clean);
	tcase_add_test(tests, what_hangs_everywhere_is_told_once);
	tcase_add_test(tests, the_most_frequent_reason_comes_first);
	tcase_add_test(tests, a_matrix_of_warnings_is_not_shown_unasked);
	tcase_add_test(tests, held_semaphores_and_unread_messages);
	tcase_add_loop_test(tests, many_leaks_are_shortened, 0, 2);
	tcase_add_loop_test(tests, a_report_fits_a_screen, 0, 4);
	tcase_add_test(tests, a_short_report_has_it_all);
	tcase_add_test(tests, the_end_of_the_output_is_shown);
	tcase_add_test(tests, nothing_reaches_the_terminal_as_it_is);
	tcase_add_test(tests, colour_is_only_an_addition);
	tcase_add_test(tests, the_matrix_has_all_points_if_asked);
	tcase_add_loop_test(tests, a_large_matrix_is_not_shown_unasked, 0, 2);
	tcase_add_test(tests, the_order_of_the_log_does_not_matter);
	tcase_add_test(tests, nothing_found_is_said_in_few_words);
	tcase_add_test(tests, what_differs_when_repeated_is_said);
	tcase_add_loop_test(tests, what_repetitions_came_to_is_counted, 0, 2);
	tcase_add_test(tests, what_was_not_seen_is_said);
	tcase_add_test(tests, one_is_not_many);
	tcase_add_test(tests, the_source_line_is_quoted);
	tcase_add_test(tests, a_fifo_is_no_source);
	tcase_add_test(tests, the_folder_is_in_the_commands);
	tcase_add_test(tests, one_trial_alone);
	tcase_add_loop_test(tests, a_bad_run_without_a_fault, 0, 2);
	suite_add_tcase(suite, tests);
	return suite;
}
