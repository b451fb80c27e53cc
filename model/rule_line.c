/* SPDX-License-Identifier: MIT */
/*
 * rule_line.c - lines of rules: words, dates, reasons, errors with a place.
 *
 *	SUBJECT {CONDITION} # REASON
 */
#include "model/rule_line.h"

#include <string.h>

#include "base/attr.h"
#include "base/text.h"

static const char blanks[] = " \t\r";
static const char until_name[] = "until=";

/* One line while it is parsed. */
struct parse {
	const struct rule_lines *lines;
	struct rule_head *rule;
	unsigned seen;	  /* bits of the conditions that were there */
	const char *next; /* what is left of the line */
	const char *end;
};

static bool
is_blank(char byte)
{
	return byte && strchr(blanks, byte);
}

static void
skip_blanks(struct parse *parse)
{
	while (parse->next < parse->end && is_blank(*parse->next))
		parse->next++;
}

/*
 * The next word, a copy; NULL at the end of the line or at the reason. A blank
 * after a backslash belongs to the word, and so does the backslash: fnmatch(3)
 * takes it away.
 */
static const char *
next_word(struct parse *parse)
{
	const char *start;

	skip_blanks(parse);
	start = parse->next;
	if (start == parse->end || *start == '#')
		return NULL;
	while (parse->next < parse->end && !is_blank(*parse->next)) {
		if (*parse->next == '\\' && parse->next + 1 < parse->end)
			parse->next++;
		parse->next++;
	}
	return arena_copy(parse->lines->arena, start,
			  (size_t)(parse->next - start));
}

static int
parse_subject(struct parse *parse, struct err *err)
{
	const struct rule_grammar *grammar = parse->lines->grammar;
	const char *word = next_word(parse);

	if (!word)
		return err_set(err, 0, "a rule starts with %s",
			       grammar->subject);
	return grammar->start(parse->rule, word, err);
}

static int
days_of(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30,
				   31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

/* The number that the @count digits at @text spell, -1 when there are none. */
static int
number_at(const char *text, size_t count)
{
	int number = 0;

	for (size_t i = 0; i < count; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		number = number * 10 + text[i] - '0';
	}
	return number;
}

static int
take_until(struct parse *parse, const char *value, struct err *err)
{
	bool form = strlen(value) == 10 && value[4] == '-' && value[7] == '-';
	int year = form ? number_at(value, 4) : -1;
	int month = form ? number_at(value + 5, 2) : -1;
	int day = form ? number_at(value + 8, 2) : -1;

	if (year < 1 || month < 1 || month > 12 || day < 1 ||
	    day > days_of(year, month))
		return err_set(err, 0, "'%s' is no day such as 2027-06-01",
			       value);
	parse->rule->until = year * 10000 + month * 100 + day;
	parse->rule->expired = parse->rule->until < parse->lines->today;
	return 0;
}

static bool
starts_with(const char *word, const char *name)
{
	return strncmp(word, name, strlen(name)) == 0;
}

/* Each may be there once: until= has the bit behind those of the others. */
static int
note(struct parse *parse, size_t index, const char *name, struct err *err)
{
	unsigned bit = 1u << index;

	if (parse->seen & bit)
		return err_set(err, 0, "%s... is there twice", name);
	parse->seen |= bit;
	return 0;
}

static int
parse_condition(struct parse *parse, const char *word, struct err *err)
{
	const struct rule_lines *lines = parse->lines;
	const struct rule_grammar *grammar = lines->grammar;
	size_t count = grammar->condition_count;

	for (size_t i = 0; i < count; i++) {
		const struct rule_condition *condition =
			&grammar->conditions[i];

		if (!starts_with(word, condition->name))
			continue;
		if (note(parse, i, condition->name, err))
			return -1;
		return condition->take(parse->rule, condition,
				       word + strlen(condition->name),
				       lines->world, err);
	}
	if (!starts_with(word, until_name))
		return err_set(err, 0, "'%s' is no condition: %s", word,
			       grammar->names);
	if (note(parse, count, until_name, err))
		return -1;
	return take_until(parse, word + strlen(until_name), err);
}

static const char *
keep_printable(struct parse *parse, const char *start, const char *end)
{
	CLEANUP_BUF struct buf text = {0};

	text_add_printable(&text, start, (size_t)(end - start));
	return arena_copy(parse->lines->arena, buf_text(&text), text.length);
}

static int
parse_reason(struct parse *parse, struct err *err)
{
	const char *end = parse->end;

	if (parse->next < parse->end)
		parse->next++; /* '#' */
	skip_blanks(parse);
	while (end > parse->next && is_blank(end[-1]))
		end--;
	if (end == parse->next)
		return err_set(err, 0, "say after '#' %s",
			       parse->lines->grammar->why);
	parse->rule->reason = keep_printable(parse, parse->next, end);
	if (strcmp(parse->rule->reason, RULE_TODO) == 0)
		return err_set(err, 0, "say %s, in place of '" RULE_TODO "'",
			       parse->lines->grammar->why);
	return 0;
}

static int
parse_rule(struct parse *parse, struct err *err)
{
	const char *start = parse->next;
	const char *end;
	const char *word;

	if (parse_subject(parse, err))
		return -1;
	end = parse->next;
	while ((word = next_word(parse))) {
		end = parse->next;
		if (parse_condition(parse, word, err))
			return -1;
	}
	if (parse->lines->grammar->finish(parse->rule, err))
		return -1;
	parse->rule->text = keep_printable(parse, start, end);
	return parse_reason(parse, err);
}

static int
parse_line(struct parse *parse, const char *source, struct err *err)
{
	const char *line = parse->next;

	skip_blanks(parse);
	if (parse->next == parse->end || *parse->next == '#')
		return 0;
	if (memchr(line, '\0', (size_t)(parse->end - line)))
		err_set(err, 0, "there is a NUL in the line");
	else if (parse_rule(parse, err) == 0) {
		parse->rule->source =
			keep_printable(parse, source, source + strlen(source));
		parse->lines->grammar->keep(parse->lines->list, parse->rule);
		return 0;
	}
	return err_wrap(err, "%s", source);
}

int
rule_lines_parse(const struct rule_lines *lines, const char *text,
		 size_t length, struct err *err)
{
	CLEANUP_FREE void *rule = mem_alloc(lines->grammar->rule_bytes);
	const char *end = text + length;

	for (unsigned long number = 1; text < end; number++) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *stop = newline ? newline : end;
		CLEANUP_FREE char *place =
			mem_printf("%s:%lu", lines->source, number);
		struct parse parse = {
			.lines = lines,
			.rule = memset(rule, 0, lines->grammar->rule_bytes),
			.next = text,
			.end = stop};

		if (parse_line(&parse, place, err)) {
			struct err cause = *err;

			return err_set(err, 0, "%s; a correct rule: %s",
				       cause.text, lines->grammar->example);
		}
		text = stop + 1;
	}
	return 0;
}
