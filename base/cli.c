/* SPDX-License-Identifier: MIT */
/* cli.c - command lines as tables, over getopt_long(3). */
#include "base/cli.h"

#include <assert.h>
#include <ctype.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "base/number.h"
#include "base/term.h"
#include "base/text.h"

enum {
	LONG_CODES = 256,     /* getopt's code of the first long option */
	HELP_WIDTH_MIN = 40,  /* narrower, a word a line would be left */
	HELP_WIDTH_MAX = 100, /* wider, lines are hard to read */
	PLACES_MAX = 9,	      /* digits after the point, fits 64 bits */
	HELP_COLUMN_MAX = 30, /* where the texts of options start at most */
};

static const struct cli_option help_option = {
	.name = "help",
	.letter = 'h',
	.help = "Show this help and exit.",
};

/* The rows of the command and, last, --help. */
static const struct cli_option *
option_at(const struct cli_command *command, size_t index)
{
	return index < command->option_count ? &command->options[index]
					     : &help_option;
}

/* @code is what getopt_long() has for it: a letter or LONG_CODES + index. */
static const struct cli_option *
option_of(const struct cli_command *command, int code)
{
	if (code >= LONG_CODES)
		return option_at(command, (size_t)(code - LONG_CODES));
	for (size_t i = 0; i <= command->option_count; i++)
		if (code && option_at(command, i)->letter == code)
			return option_at(command, i);
	return NULL;
}

void *
cli_member(const struct cli_option *option, void *settings)
{
	return (char *)settings + option->offset;
}

int
cli_flag(const struct cli_option *option, void *settings, const char *value,
	 struct err *err)
{
	(void)value;
	(void)err;
	*(bool *)cli_member(option, settings) = true;
	return 0;
}

int
cli_text(const struct cli_option *option, void *settings, const char *value,
	 struct err *err)
{
	(void)err;
	*(const char **)cli_member(option, settings) = value;
	return 0;
}

int
cli_more(const struct cli_option *option, void *settings, const char *value,
	 struct err *err)
{
	struct cli_texts *texts = cli_member(option, settings);

	(void)err;
	texts->items =
		mem_grow(texts->items, texts->count + 1, sizeof(*texts->items));
	texts->items[texts->count++] = value;
	return 0;
}

void
cli_texts_free(struct cli_texts *texts)
{
	free(texts->items);
	*texts = (struct cli_texts) {0};
}

int
cli_status(const struct cli_option *option, void *settings, const char *value,
	   struct err *err)
{
	uint64_t number;

	if (!number_parse(value, 10, 255, &number))
		return err_set(err, 0,
			       "'%s' is no exit status: give a number from 0 "
			       "to 255",
			       value);
	*(int *)cli_member(option, settings) = (int)number;
	return 0;
}

int
cli_size(const struct cli_option *option, void *settings, const char *value,
	 struct err *err)
{
	uint64_t number;

	if (!number_parse(value, 10, SIZE_MAX, &number))
		return err_set(err, 0, "'%s' is no whole number, such as 4096",
			       value);
	*(size_t *)cli_member(option, settings) = (size_t)number;
	return 0;
}

int
cli_count(const struct cli_option *option, void *settings, const char *value,
	  struct err *err)
{
	if (cli_size(option, settings, value, err))
		return -1;
	if (*(size_t *)cli_member(option, settings) == 0)
		return err_set(err, 0, "'%s' is none at all: give 1 or more",
			       value);
	return 0;
}

int
cli_color(const struct cli_option *option, void *settings, const char *value,
	  struct err *err)
{
	if (term_color_parse(value, cli_member(option, settings)))
		return 0;
	return err_set(err, 0, "'%s' is none of auto, always and never", value);
}

static const struct unit {
	const char *name;
	int64_t ms;
} units[] = {
	{"", 1000},   {"ms", 1},      {"s", 1000},
	{"m", 60000}, {"h", 3600000}, {"d", 86400000},
};

static const struct unit *
find_unit(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(units); i++)
		if (strcmp(units[i].name, name) == 0)
			return &units[i];
	return NULL;
}

/* What @digits, those after the point, are of @whole: rounded up. */
static int64_t
fraction_of(int64_t whole, const char *digits, size_t count)
{
	int64_t number = 0;
	int64_t scale = 1;

	for (size_t i = 0; i < count; i++) {
		number = number * 10 + digits[i] - '0';
		scale *= 10;
	}
	return (whole * number + scale - 1) / scale;
}

/* DIGITS[.DIGITS][UNIT], "1.5h". Never rounded down to nothing. */
static bool
parse_period(const char *text, int64_t *ms)
{
	const char *point = text;
	const struct unit *unit;
	uint64_t number;
	size_t places;

	if (!number_take(&point, 10, INT64_MAX, &number))
		return false;
	places = *point == '.' ? strspn(point + 1, "0123456789") : 0;
	if ((*point == '.' && !places) || places > PLACES_MAX)
		return false;
	unit = find_unit(places ? point + 1 + places : point);
	if (!unit || __builtin_mul_overflow(number, unit->ms, ms))
		return false;
	return !__builtin_add_overflow(
		*ms, fraction_of(unit->ms, point + 1, places), ms);
}

int
cli_period(const struct cli_option *option, void *settings, const char *value,
	   struct err *err)
{
	if (!parse_period(value, cli_member(option, settings)))
		return err_set(err, 0,
			       "'%s' is no length of time: give seconds (0.5) "
			       "or a number with ms, s, m, h or d (300ms, 7d)",
			       value);
	return 0;
}

int
cli_limit(const struct cli_option *option, void *settings, const char *value,
	  struct err *err)
{
	if (cli_period(option, settings, value, err))
		return -1;
	if (*(int64_t *)cli_member(option, settings) == 0)
		return err_set(err, 0,
			       "'%s' is no time at all: give 1ms or more",
			       value);
	return 0;
}

/* "leakcheck list" or, for the program itself, "leakcheck". */
static void
add_command_name(struct buf *into, const char *program,
		 const struct cli_command *command)
{
	buf_add_text(into, program);
	if (command->name)
		buf_printf(into, " %s", command->name);
}

/* Put where more can be read behind what *err says. Returns -1. */
static int
point_to_help(const char *program, const struct cli_command *command,
	      struct err *err)
{
	struct err cause = *err;
	CLEANUP_BUF struct buf name = {0};

	add_command_name(&name, program, command);
	return err_set(err, 0, "%s; see '%s --help'", cause.text,
		       buf_text(&name));
}

/* "--kind=KIND" */
static void
add_long_form(struct buf *into, const struct cli_option *option)
{
	buf_printf(into, "--%s", option->name);
	if (option->value)
		buf_printf(into, "=%s", option->value);
}

/* The names of @command's options that start with @typed: how many, which. */
static size_t
add_matches(struct buf *into, const struct cli_command *command,
	    const char *typed, size_t length)
{
	size_t count = 0;

	for (size_t i = 0; i <= command->option_count; i++) {
		const char *name = option_at(command, i)->name;

		if (strncmp(name, typed, length) != 0)
			continue;
		buf_printf(into, "%s--%s", count++ ? ", " : "", name);
	}
	return count;
}

/* @argument is "--name" or "--name=value" that getopt_long() cannot place. */
static int
unknown_long_option(const struct cli_command *command, const char *argument,
		    struct err *err)
{
	size_t length = strcspn(argument + 2, "=");
	CLEANUP_FREE char *typed =
		mem_printf("%.*s", (int)length, argument + 2);
	struct nearest nearest = {.word = typed};
	CLEANUP_BUF struct buf matches = {0};

	if (add_matches(&matches, command, typed, length) > 1)
		return err_set(err, 0, "option '--%s' is ambiguous: %s", typed,
			       buf_text(&matches));
	for (size_t i = 0; i <= command->option_count; i++)
		nearest_offer(&nearest, option_at(command, i)->name);
	if (nearest.best)
		return err_set(err, 0,
			       "unknown option '--%s' (did you mean '--%s'?)",
			       typed, nearest.best);
	return err_set(err, 0, "unknown option '--%s'", typed);
}

/*
 * getopt_long() returned '?' or ':'. It leaves in optopt the code of an option
 * that it knows, or the unknown letter, or 0 for an unknown long option.
 */
static int
refuse(const struct cli_command *command, const char *argument, struct err *err)
{
	const struct cli_option *option = option_of(command, optopt);
	CLEANUP_BUF struct buf form = {0};

	if (!optopt)
		return unknown_long_option(command, argument, err);
	if (!option)
		return err_set(err, 0, "unknown option '-%c'", optopt);
	add_long_form(&form, option);
	if (option->value)
		return err_set(err, 0, "option '--%s' needs a value: %s",
			       option->name, buf_text(&form));
	return err_set(err, 0, "option '%s' takes no value", buf_text(&form));
}

static int
take(const struct cli_option *option, void *settings, const char *value,
     struct err *err)
{
	if (option->take(option, settings, value, err))
		return err_wrap(err, "option '--%s'", option->name);
	return 0;
}

/* "+" stops at the first argument, ":" tells a missing value apart. */
static void
fill_tables(const struct cli_command *command, struct buf *letters,
	    struct option *longs)
{
	buf_add_text(letters, command->mixed ? ":" : "+:");
	for (size_t i = 0; i <= command->option_count; i++) {
		const struct cli_option *option = option_at(command, i);

		longs[i] = (struct option) {
			.name = option->name,
			.has_arg =
				option->value ? required_argument : no_argument,
			.val = LONG_CODES + (int)i,
		};
		if (option->letter)
			buf_printf(letters, "%c%s", option->letter,
				   option->value ? ":" : "");
	}
}

int
cli_parse(const struct cli_command *command, const char *program,
	  void *settings, int argc, char **argv, struct err *err)
{
	CLEANUP_FREE struct option *longs =
		mem_zalloc((command->option_count + 2) * sizeof(*longs));
	CLEANUP_BUF struct buf letters = {0};
	int failed = 0;
	int code;

	fill_tables(command, &letters, longs);
	optind = 0; /* start afresh: getopt(3), NOTES */
	opterr = 0;
	while ((code = getopt_long(argc, argv, buf_text(&letters), longs,
				   NULL)) != -1) {
		const struct cli_option *option = option_of(command, code);

		if (option == &help_option) {
			cli_help(stdout, program, command);
			return 0;
		}
		if (code == '?' || code == ':')
			failed = refuse(command, argv[optind - 1], err);
		else
			failed = take(option, settings, optarg, err);
		if (failed)
			return point_to_help(program, command, err);
	}
	return optind;
}

const struct cli_command *
cli_find(const struct cli_command *top, const char *program, const char *name,
	 struct err *err)
{
	struct nearest nearest = {.word = name};

	for (size_t i = 0; i < top->command_count; i++) {
		if (strcmp(top->commands[i]->name, name) == 0)
			return top->commands[i];
		nearest_offer(&nearest, top->commands[i]->name);
	}
	if (nearest.best)
		err_set(err, 0, "unknown command '%s' (did you mean '%s'?)",
			name, nearest.best);
	else
		err_set(err, 0, "unknown command '%s'", name);
	point_to_help(program, top, err);
	return NULL;
}

/* Where help goes, how wide it is and at which column texts start. */
struct page {
	FILE *out;
	size_t width;
	size_t indent;
};

static void
put_blanks(const struct page *page, size_t count)
{
	fprintf(page->out, "%*s", (int)count, "");
}

/* One line of the source, wrapped. The cursor is at the indent already. */
static void
put_wrapped_line(const struct page *page, const char *text, size_t length)
{
	CLEANUP_BUF struct buf lines = {0};

	text_add_wrapped(&lines, text, length, page->indent, page->width);
	fprintf(page->out, "%s\n", buf_text(&lines));
}

/* Lines one by one: wrapped, or as they are when they start with a blank. */
static void
put_text(const struct page *page, const char *text)
{
	for (;;) {
		size_t length = strcspn(text, "\n");

		if (*text == ' ')
			fprintf(page->out, "%.*s\n", (int)length, text);
		else
			put_wrapped_line(page, text, length);
		if (!text[length])
			return;
		text += length + 1;
		if (*text != '\n' && *text != ' ')
			put_blanks(page, page->indent);
	}
}

/* "  -k, --kind=KIND" */
static void
add_left_side(struct buf *into, const struct cli_option *option)
{
	if (option->letter)
		buf_printf(into, "  -%c, ", option->letter);
	else
		buf_add_text(into, "      ");
	add_long_form(into, option);
}

static size_t
option_column(const struct cli_command *command)
{
	CLEANUP_BUF struct buf left = {0};
	size_t longest = 0;

	for (size_t i = 0; i <= command->option_count; i++) {
		buf_clear(&left);
		add_left_side(&left, option_at(command, i));
		if (left.length > longest && left.length + 2 <= HELP_COLUMN_MAX)
			longest = left.length;
	}
	return longest + 2;
}

/* A row of two columns; a long left side gets a line of its own. */
static void
put_row(const struct page *page, const char *left, const char *text)
{
	size_t length = strlen(left);

	fputs(left, page->out);
	if (length + 2 > page->indent) {
		fputc('\n', page->out);
		length = 0;
	}
	put_blanks(page, page->indent - length);
	put_text(page, text);
}

static void
put_options(struct page page, const struct cli_command *command)
{
	CLEANUP_BUF struct buf left = {0};

	page.indent = option_column(command);
	fputs("\nOptions:\n", page.out);
	for (size_t i = 0; i <= command->option_count; i++) {
		buf_clear(&left);
		add_left_side(&left, option_at(command, i));
		put_row(&page, buf_text(&left), option_at(command, i)->help);
	}
}

static void
put_commands(struct page page, const struct cli_command *command)
{
	CLEANUP_BUF struct buf left = {0};

	for (size_t i = 0; i < command->command_count; i++) {
		size_t length = strlen(command->commands[i]->name) + 4;

		if (length > page.indent)
			page.indent = length;
	}
	fputs("\nCommands:\n", page.out);
	for (size_t i = 0; i < command->command_count; i++) {
		buf_clear(&left);
		buf_printf(&left, "  %s", command->commands[i]->name);
		put_row(&page, buf_text(&left), command->commands[i]->summary);
	}
}

static size_t
page_width(FILE *out)
{
	int width = term_width(out, 80);

	if (width < HELP_WIDTH_MIN)
		return HELP_WIDTH_MIN;
	return width > HELP_WIDTH_MAX ? HELP_WIDTH_MAX : (size_t)width;
}

void
cli_help(FILE *out, const char *program, const struct cli_command *command)
{
	struct page page = {.out = out, .width = page_width(out)};
	CLEANUP_BUF struct buf line = {0};

	add_command_name(&line, program, command);
	fprintf(out, "Usage: %s %s\n\n", buf_text(&line), command->arguments);
	buf_clear(&line);
	buf_printf(&line, "%c%s.", toupper((unsigned char)*command->summary),
		   command->summary + 1);
	put_text(&page, buf_text(&line));
	if (command->details) {
		fputc('\n', out);
		put_text(&page, command->details);
	}
	if (command->command_count)
		put_commands(page, command);
	put_options(page, command);
}
