/* SPDX-License-Identifier: MIT */
/* check_cli.c - unit: options as tables, errors that help, --help. */
#include <check.h>
#include <pty.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/cli.h"
#include "base/mem.h"

Suite *cli_suite(void);

struct settings {
	bool json, jumbo;
	const char *output;
	struct cli_texts kinds;
	int status;
	size_t count;
	int64_t wait_ms;
};

static const struct cli_option options[] = {
	{"json", 'j', NULL, "Print JSON.", cli_flag,
	 offsetof(struct settings, json)},
	{"jumbo", 0, NULL, "Large.", cli_flag,
	 offsetof(struct settings, jumbo)},
	{"output", 'o', "FILE",
	 "Where to write it, which is a sentence that needs more than a line.",
	 cli_text, offsetof(struct settings, output)},
	{"kind", 'k', "KIND", "One kind.", cli_more,
	 offsetof(struct settings, kinds)},
	{"error-exitcode", 0, "N", "Status.", cli_status,
	 offsetof(struct settings, status)},
	{"count", 0, "N", "Number.", cli_size,
	 offsetof(struct settings, count)},
	{"wait-for-a-very-long-time", 0, "PERIOD", "Period.", cli_period,
	 offsetof(struct settings, wait_ms)},
};

static const struct cli_command list = {
	.name = "list",
	.arguments = "[OPTION]... [FILE]",
	.summary = "show what is there",
	.details = "First paragraph.\n\n  as it   is\nSecond one.",
	.options = options,
	.option_count = ARRAY_LEN(options),
};
static const struct cli_command snapshot = {.name = "snapshot",
					    .summary = "write it down"};
static const struct cli_command *const commands[] = {&list, &snapshot};
static const struct cli_command top = {
	.arguments = "COMMAND",
	.summary = "does things",
	.commands = commands,
	.command_count = ARRAY_LEN(commands),
};

static struct settings settings;
static struct err err;

static void
setup(void)
{
	settings = (struct settings) {0};
	err = (struct err) {0};
}

static void
teardown(void)
{
	cli_texts_free(&settings.kinds);
}

/* cli_parse() of "list" and the words of @line, which blanks separate. */
static int
parse(const char *line)
{
	static char words[500];
	static char *argv[50];
	int argc = 0;
	char *rest;

	snprintf(words, sizeof(words), "list %s", line);
	for (char *word = strtok_r(words, " ", &rest); word;
	     word = strtok_r(NULL, " ", &rest))
		argv[argc++] = word;
	argv[argc] = NULL;
	return cli_parse(&list, "prog", &settings, argc, argv, &err);
}

START_TEST(all_takers)
{
	ck_assert_int_eq(
		parse("-j --output=a -o b -kx --kind y "
		      "--error-exitcode 255 --count=18446744073709551615 "
		      "--wait=1.5h file --json"),
		12);
	ck_assert(settings.json);
	ck_assert(!settings.jumbo);
	ck_assert_str_eq(settings.output, "b");
	ck_assert_uint_eq(settings.kinds.count, 2);
	ck_assert_str_eq(settings.kinds.items[0], "x");
	ck_assert_str_eq(settings.kinds.items[1], "y");
	ck_assert_int_eq(settings.status, 255);
	ck_assert_uint_eq(settings.count, SIZE_MAX);
	ck_assert_int_eq(settings.wait_ms, 5400000);
}
END_TEST

START_TEST(a_command_keeps_its_options)
{
	ck_assert_int_eq(parse("make --json -o x"), 1);
	ck_assert(!settings.json);
	ck_assert_int_eq(parse("--json -- --jumbo"), 3);
	ck_assert(!settings.jumbo);
	ck_assert_int_eq(parse("-j - x"), 2);
}
END_TEST

/* Behind "--" there are none, and arguments keep their order. */
START_TEST(options_behind_arguments)
{
	char *argv[] = {"list", "a",  "--json", "b",	   "-o", "x",
			"c",	"--", "-j",	"--bogus", NULL};
	static const char *const left[] = {"a", "b", "c", "-j", "--bogus"};
	struct cli_command mixed = list;
	int first;

	mixed.mixed = true;
	unsetenv("POSIXLY_CORRECT");
	first = cli_parse(&mixed, "prog", &settings, ARRAY_LEN(argv) - 1, argv,
			  &err);
	ck_assert_int_eq(first, ARRAY_LEN(argv) - 1 - ARRAY_LEN(left));
	for (size_t i = 0; i < ARRAY_LEN(left); i++)
		ck_assert_str_eq(argv[(size_t)first + i], left[i]);
	ck_assert(settings.json);
	ck_assert_str_eq(settings.output, "x");
}
END_TEST

START_TEST(what_is_wrong_behind_arguments)
{
	char *unknown[] = {"list", "a", "--bogus", "b", NULL};
	char *missing[] = {"list", "a", "b", "--output", NULL};
	struct cli_command mixed = list;

	mixed.mixed = true;
	unsetenv("POSIXLY_CORRECT");
	ck_assert_int_eq(cli_parse(&mixed, "prog", &settings, 4, unknown, &err),
			 -1);
	ck_assert_str_eq(err.text,
			 "unknown option '--bogus'; see 'prog list --help'");
	ck_assert_int_eq(cli_parse(&mixed, "prog", &settings, 4, missing, &err),
			 -1);
	ck_assert_str_eq(err.text, "option '--output' needs a value: "
				   "--output=FILE; see 'prog list --help'");
}
END_TEST

START_TEST(nothing_is_no_option)
{
	ck_assert_int_eq(parse(""), 1);
}
END_TEST

static const struct {
	const char *line;
	const char *text;
} refused[] = {
	{"--bogus", "unknown option '--bogus'; see 'prog list --help'"},
	{"--outptu=x", "unknown option '--outptu' (did you mean '--output'?); "
		       "see 'prog list --help'"},
	{"-j -x", "unknown option '-x'; see 'prog list --help'"},
	{"-jx", "unknown option '-x'; see 'prog list --help'"},
	{"--j", "option '--j' is ambiguous: --json, --jumbo; see 'prog list "
		"--help'"},
	{"--json=1", "option '--json' takes no value; see 'prog list --help'"},
	{"--help=1", "option '--help' takes no value; see 'prog list --help'"},
	{"--kind", "option '--kind' needs a value: --kind=KIND; see 'prog list "
		   "--help'"},
	{"-j -k", "option '--kind' needs a value: --kind=KIND; see 'prog list "
		  "--help'"},
	{"--error-exitcode=256", "option '--error-exitcode': '256' is no exit "
				 "status: give a number from 0 to 255; see "
				 "'prog list --help'"},
};

START_TEST(errors_name_the_option_and_the_help)
{
	ck_assert_int_eq(parse(refused[_i].line), -1);
	ck_assert_str_eq(err.text, refused[_i].text);
}
END_TEST

static const char *const bad_values[] = {
	"--error-exitcode=-1",
	"--error-exitcode=",
	"--error-exitcode=+1",
	"--error-exitcode=1x",
	"--error-exitcode=99999999999999999999",
	"--count=-1",
	"--count=0x10",
	"--count=18446744073709551616",
	"--count=1.5",
	"--wait=",
	"--wait=-1",
	"--wait=s",
	"--wait=1.",
	"--wait=.5",
	"--wait=1y",
	"--wait=1.0000000001",
	"--wait=106751991168d",
	"--wait=9223372036854775807",
	"--wait=9223372036854775808ms",
};

START_TEST(bad_values_are_refused)
{
	ck_assert_int_eq(parse(bad_values[_i]), -1);
	ck_assert_ptr_nonnull(strstr(err.text, "option '--"));
	ck_assert_ptr_nonnull(strstr(err.text, "prog list --help"));
}
END_TEST

static const struct {
	const char *text;
	int64_t ms;
} periods[] = {
	{"0", 0},
	{"5", 5000},
	{"0.5", 500},
	{"300ms", 300},
	{"2h", 7200000},
	{"7d", 604800000},
	{"1.25m", 75000},
	{"2s", 2000},
	{"0.0001", 1},
	{"0.3ms", 1},
	{"0.5d", 43200000},
	{"106751991167d", 9223372036828800000},
	{"9223372036854775807ms", INT64_MAX},
};

START_TEST(periods_are_exact)
{
	char line[100];

	snprintf(line, sizeof(line), "--wait=%s", periods[_i].text);
	ck_assert_int_eq(parse(line), 2);
	ck_assert_int_eq(settings.wait_ms, periods[_i].ms);
}
END_TEST

START_TEST(commands_are_found_or_suggested)
{
	ck_assert_ptr_eq(cli_find(&top, "prog", "snapshot", &err), &snapshot);
	ck_assert_ptr_null(cli_find(&top, "prog", "snapshto", &err));
	ck_assert_str_eq(err.text, "unknown command 'snapshto' (did you mean "
				   "'snapshot'?); see 'prog --help'");
	ck_assert_ptr_null(cli_find(&top, "prog", "lis", &err));
	ck_assert_ptr_nonnull(strstr(err.text, "did you mean 'list'?"));
	ck_assert_ptr_null(cli_find(&top, "prog", "remove", &err));
	ck_assert_str_eq(err.text,
			 "unknown command 'remove'; see 'prog --help'");
}
END_TEST

static char *
help_of(const struct cli_command *command)
{
	char *text = NULL;
	size_t length;
	FILE *out = mem_stream(&text, &length);

	cli_help(out, "prog", command);
	fclose(out);
	return text;
}

START_TEST(help_is_aligned_and_wrapped)
{
	char *text = help_of(&list);

	ck_assert_str_eq(
		text, "Usage: prog list [OPTION]... [FILE]\n"
		      "\n"
		      "Show what is there.\n"
		      "\n"
		      "First paragraph.\n"
		      "\n"
		      "  as it   is\n"
		      "Second one.\n"
		      "\n"
		      "Options:\n"
		      "  -j, --json              Print JSON.\n"
		      "      --jumbo             Large.\n"
		      "  -o, --output=FILE       Where to write it, which is a "
		      "sentence that needs more\n"
		      "                          than a line.\n"
		      "  -k, --kind=KIND         One kind.\n"
		      "      --error-exitcode=N  Status.\n"
		      "      --count=N           Number.\n"
		      "      --wait-for-a-very-long-time=PERIOD\n"
		      "                          Period.\n"
		      "  -h, --help              Show this help and exit.\n");
	free(text);
}
END_TEST

START_TEST(help_of_the_program_lists_commands)
{
	char *text = help_of(&top);

	ck_assert_str_eq(text, "Usage: prog COMMAND\n"
			       "\n"
			       "Does things.\n"
			       "\n"
			       "Commands:\n"
			       "  list      show what is there\n"
			       "  snapshot  write it down\n"
			       "\n"
			       "Options:\n"
			       "  -h, --help  Show this help and exit.\n");
	free(text);
}
END_TEST

static size_t
longest_line(const char *text)
{
	size_t longest = 0;

	while (*text) {
		size_t length = strcspn(text, "\n");

		if (length > longest)
			longest = length;
		text += length + (text[length] != '\0');
	}
	return longest;
}

/* What a terminal of @columns shows of the help. */
static size_t
longest_line_at(unsigned short columns)
{
	const struct winsize size = {.ws_row = 50, .ws_col = columns};
	char text[8192];
	int keyboard;
	int screen;
	ssize_t length;
	FILE *out;

	ck_assert_msg(openpty(&keyboard, &screen, NULL, NULL, &size) == 0,
		      "this test needs a pseudo-terminal: is devpts mounted?");
	out = fdopen(screen, "w");
	setvbuf(out, NULL, _IOFBF, sizeof(text));
	cli_help(out, "prog", &list);
	fflush(out);
	length = read(keyboard, text, sizeof(text) - 1);
	ck_assert_int_gt(length, 0);
	text[length] = '\0';
	for (char *end = text; (end = strstr(end, "\r\n"));)
		memmove(end, end + 1, strlen(end));
	fclose(out);
	close(keyboard);
	return longest_line(text);
}

START_TEST(help_fits_the_terminal)
{
	ck_assert_uint_le(longest_line_at(60), 60);
	ck_assert_uint_le(longest_line_at(80), 80);
	ck_assert_uint_gt(longest_line_at(80), 60);
	ck_assert_uint_gt(longest_line_at(95), 80);
	ck_assert_uint_le(longest_line_at(300), 100);
	/* Too narrow for words: shown as for 40, and whole. */
	ck_assert_uint_eq(longest_line_at(1), longest_line_at(40));
}
END_TEST

START_TEST(help_is_asked_for)
{
	FILE *before = stdout;
	char *text = NULL;
	size_t length;

	stdout = mem_stream(&text, &length);
	ck_assert_int_eq(parse("-j --help --bogus"), 0);
	fflush(stdout);
	ck_assert_int_eq(parse("-h"), 0);
	fclose(stdout);
	stdout = before;
	ck_assert_int_eq(strncmp(text, "Usage: prog list", 16), 0);
	ck_assert_ptr_nonnull(strstr(text + 16, "Usage: prog list"));
	free(text);
}
END_TEST

Suite *
cli_suite(void)
{
	Suite *suite = suite_create("cli");
	TCase *tests = tcase_create("cli");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, all_takers);
	tcase_add_test(tests, a_command_keeps_its_options);
	tcase_add_test(tests, options_behind_arguments);
	tcase_add_test(tests, what_is_wrong_behind_arguments);
	tcase_add_test(tests, nothing_is_no_option);
	tcase_add_loop_test(tests, errors_name_the_option_and_the_help, 0,
			    ARRAY_LEN(refused));
	tcase_add_loop_test(tests, bad_values_are_refused, 0,
			    ARRAY_LEN(bad_values));
	tcase_add_loop_test(tests, periods_are_exact, 0, ARRAY_LEN(periods));
	tcase_add_test(tests, commands_are_found_or_suggested);
	tcase_add_test(tests, help_is_aligned_and_wrapped);
	tcase_add_test(tests, help_of_the_program_lists_commands);
	tcase_add_test(tests, help_fits_the_terminal);
	tcase_add_test(tests, help_is_asked_for);
	suite_add_tcase(suite, tests);
	return suite;
}
