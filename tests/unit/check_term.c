/* SPDX-License-Identifier: MIT */
/* check_term.c - unit: when output is coloured and how wide it may be. */
#include <check.h>
#include <fcntl.h>
#include <pty.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/term.h"

Suite *term_suite(void);

static FILE *plain;    /* no terminal */
static FILE *terminal; /* 57 columns */
static int keyboard = -1;

static void
setup(void)
{
	const struct winsize size = {.ws_row = 10, .ws_col = 57};
	int screen;

	unsetenv("NO_COLOR");
	unsetenv("CLICOLOR_FORCE");
	setenv("TERM", "xterm", 1);
	plain = fopen("/dev/null", "we");
	ck_assert_ptr_nonnull(plain);
	ck_assert_msg(openpty(&keyboard, &screen, NULL, NULL, &size) == 0,
		      "this test needs a pseudo-terminal: is devpts mounted?");
	terminal = fdopen(screen, "w");
	ck_assert_ptr_nonnull(terminal);
}

static void
teardown(void)
{
	fclose(plain);
	fclose(terminal);
	close(keyboard);
}

START_TEST(names_of_choices)
{
	enum term_color color = TERM_COLOR_AUTO;

	ck_assert(term_color_parse("always", &color));
	ck_assert_int_eq(color, TERM_COLOR_ALWAYS);
	ck_assert(term_color_parse("never", &color));
	ck_assert_int_eq(color, TERM_COLOR_NEVER);
	ck_assert(!term_color_parse("Always", &color));
	ck_assert(!term_color_parse("", &color));
	ck_assert_int_eq(color, TERM_COLOR_NEVER);
	ck_assert(term_color_parse("auto", &color));
	ck_assert_int_eq(color, TERM_COLOR_AUTO);
}
END_TEST

/* NULL: the variable is not set. */
static const struct {
	enum term_color option;
	const char *no_color, *force, *term;
	bool on_plain, on_terminal;
} rows[] = {
	{TERM_COLOR_AUTO, NULL, NULL, "xterm", false, true},
	{TERM_COLOR_AUTO, NULL, NULL, "dumb", false, false},
	{TERM_COLOR_AUTO, NULL, NULL, "", false, false},
	{TERM_COLOR_AUTO, NULL, NULL, NULL, false, false},
	{TERM_COLOR_AUTO, "1", NULL, "xterm", false, false},
	{TERM_COLOR_AUTO, "", NULL, "xterm", false, true},
	{TERM_COLOR_AUTO, "0", NULL, "xterm", false, false},
	{TERM_COLOR_AUTO, NULL, "1", "dumb", true, true},
	{TERM_COLOR_AUTO, NULL, "0", "xterm", false, true},
	{TERM_COLOR_AUTO, NULL, "", "xterm", false, true},
	{TERM_COLOR_AUTO, "1", "1", "xterm", false, false},
	{TERM_COLOR_ALWAYS, "1", NULL, "dumb", true, true},
	{TERM_COLOR_NEVER, NULL, "1", "xterm", false, false},
};

static void
put_env(const char *name, const char *value)
{
	if (value)
		setenv(name, value, 1);
	else
		unsetenv(name);
}

START_TEST(option_then_variables_then_terminal)
{
	put_env("NO_COLOR", rows[_i].no_color);
	put_env("CLICOLOR_FORCE", rows[_i].force);
	put_env("TERM", rows[_i].term);
	ck_assert_int_eq(term_wants_color(plain, rows[_i].option),
			 rows[_i].on_plain);
	ck_assert_int_eq(term_wants_color(terminal, rows[_i].option),
			 rows[_i].on_terminal);
}
END_TEST

START_TEST(width_is_the_terminals)
{
	const struct winsize unknown = {0};

	ck_assert_int_eq(term_width(terminal, 80), 57);
	ck_assert_int_eq(term_width(plain, 80), 80);
	ck_assert_int_eq(ioctl(keyboard, TIOCSWINSZ, &unknown), 0);
	ck_assert_int_eq(term_width(terminal, 80), 80);
}
END_TEST

Suite *
term_suite(void)
{
	Suite *suite = suite_create("term");
	TCase *tests = tcase_create("term");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, names_of_choices);
	tcase_add_loop_test(tests, option_then_variables_then_terminal, 0,
			    ARRAY_LEN(rows));
	tcase_add_test(tests, width_is_the_terminals);
	suite_add_tcase(suite, tests);
	return suite;
}
