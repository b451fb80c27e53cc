/* SPDX-License-Identifier: MIT */
/*
 * rule.c - parsing ignore rules and matching them.
 *
 *	leak:KIND {CONDITION} # REASON
 */
#include "model/rule.h"

#include <errno.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/text.h"
#include "model/field.h"

static const char blanks[] = " \t\r";
static const char example[] =
	"leak:posix-shm path=/dev/shm/cache* owner=build  # kept by design";

/* One line while it is parsed. */
struct parse {
	const struct rule_world *world;
	struct arena *arena;
	struct rule *rule;
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
	return arena_copy(parse->arena, start, (size_t)(parse->next - start));
}

static int
parse_kind(struct parse *parse, struct err *err)
{
	static const char prefix[] = "leak:";
	const char *word = next_word(parse);
	enum kind kind;

	if (!word || strncmp(word, prefix, strlen(prefix)) != 0)
		return err_set(err, 0, "a rule starts with leak:KIND");
	word += strlen(prefix);
	if (strcmp(word, "*") == 0) {
		parse->rule->kinds = KIND_ALL;
		return 0;
	}
	if (!kind_parse(word, &kind))
		return err_set(err, 0, "'%s' is no kind", word);
	parse->rule->kinds = KIND_BIT(kind);
	return 0;
}

static int
take_key(struct parse *parse, const char *value, struct err *err)
{
	bool is_hex = strncmp(value, "0x", 2) == 0;
	const char *digits = is_hex ? value + 2 : value;
	const char *known = is_hex ? "0123456789abcdefABCDEF" : "0123456789";
	unsigned long long key;

	errno = 0;
	key = strtoull(digits, NULL, is_hex ? 16 : 10);
	if (!*digits || digits[strspn(digits, known)] || errno ||
	    key > UINT32_MAX)
		return err_set(err, 0, "'%s' is no key such as 0x2a or 42",
			       value);
	parse->rule->key = (uint32_t)key;
	return 0;
}

static int
take_path(struct parse *parse, const char *value, struct err *err)
{
	/* Names of message queues and of files start with '/'. */
	if (!*value || !strchr("/*?[", *value))
		return err_set(err, 0,
			       "'%s' can match no path, they start with '/'",
			       value);
	parse->rule->path = value;
	return 0;
}

static int
take_owner(struct parse *parse, const char *value, struct err *err)
{
	if (!parse->world->find_user(value, &parse->rule->uid))
		return err_set(err, 0, "there is no user '%s'", value);
	return 0;
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
	parse->rule->expired = parse->rule->until < parse->world->today;
	return 0;
}

static const struct condition {
	const char *name; /* with the '=' */
	unsigned asks;	  /* FIELD_BIT() of the field, 0: none */
	int (*take)(struct parse *parse, const char *value, struct err *err);
} conditions[] = {
	{"key=", FIELD_BIT(FIELD_KEY), take_key},
	{"path=", FIELD_BIT(FIELD_PATH), take_path},
	{"owner=", FIELD_BIT(FIELD_UID), take_owner},
	{"until=", 0, take_until},
};

/* Does no kind of the rule have the field that is asked for? */
static bool
is_futile(const struct rule *rule, unsigned asks)
{
	for (int i = 0; i < FIELD_COUNT; i++)
		if ((asks & FIELD_BIT((enum field)i)) &&
		    !(field_rows[i].kinds & rule->kinds))
			return true;
	return false;
}

static int
parse_condition(struct parse *parse, const char *word, struct err *err)
{
	struct rule *rule = parse->rule;

	for (size_t i = 0; i < ARRAY_LEN(conditions); i++) {
		const struct condition *condition = &conditions[i];
		size_t length = strlen(condition->name);

		if (strncmp(word, condition->name, length) != 0)
			continue;
		if ((rule->asks & condition->asks) ||
		    (!condition->asks && rule->until))
			return err_set(err, 0, "%s... is there twice",
				       condition->name);
		if (is_futile(rule, condition->asks))
			return err_set(err, 0,
				       "an object of this kind has no %.*s",
				       (int)length - 1, condition->name);
		rule->asks |= condition->asks;
		return condition->take(parse, word + length, err);
	}
	return err_set(
		err, 0,
		"'%s' is no condition: key=, path=, owner= or until=", word);
}

static const char *
keep_printable(struct parse *parse, const char *start, const char *end)
{
	CLEANUP_BUF struct buf text = {0};

	text_add_printable(&text, start, (size_t)(end - start));
	return arena_copy(parse->arena, buf_text(&text), text.length);
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
		return err_set(err, 0,
			       "say after '#' why these objects may stay");
	parse->rule->reason = keep_printable(parse, parse->next, end);
	return 0;
}

static int
parse_rule(struct parse *parse, struct err *err)
{
	const char *start = parse->next;
	const char *end;
	const char *word;

	if (parse_kind(parse, err))
		return -1;
	end = parse->next;
	while ((word = next_word(parse))) {
		end = parse->next;
		if (parse_condition(parse, word, err))
			return -1;
	}
	if (parse->rule->kinds == KIND_ALL && !parse->rule->asks)
		return err_set(err, 0,
			       "a rule for all kinds needs key=, path= or "
			       "owner=, or it would hide every leak");
	parse->rule->text = keep_printable(parse, start, end);
	return parse_reason(parse, err);
}

static void
append(struct rule_list *list, const struct rule *rule)
{
	list->items =
		mem_grow(list->items, list->count + 1, sizeof(*list->items));
	list->items[list->count++] = *rule;
}

static int
parse_line(struct rule_list *list, const struct rule_world *world,
	   const char *source, const char *line, size_t length, struct err *err)
{
	struct rule rule = {0};
	struct parse parse = {
		.world = world,
		.arena = &list->arena,
		.rule = &rule,
		.next = line,
		.end = line + length,
	};

	skip_blanks(&parse);
	if (parse.next == parse.end || *parse.next == '#')
		return 0;
	if (memchr(line, '\0', length))
		err_set(err, 0, "there is a NUL in the line");
	else if (parse_rule(&parse, err) == 0) {
		rule.source =
			keep_printable(&parse, source, source + strlen(source));
		append(list, &rule);
		return 0;
	}
	err_wrap(err, "%s", source);
	return -1;
}

int
rule_list_parse(struct rule_list *list, const struct rule_world *world,
		const char *source, const char *text, size_t length,
		struct err *err)
{
	const char *end = text + length;

	for (unsigned long number = 1; text < end; number++) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *stop = newline ? newline : end;
		CLEANUP_FREE char *place = mem_printf("%s:%lu", source, number);

		if (parse_line(list, world, place, text, (size_t)(stop - text),
			       err)) {
			struct err cause = *err;

			return err_set(err, 0, "%s; a correct rule: %s",
				       cause.text, example);
		}
		text = stop + 1;
	}
	return 0;
}

void
rule_list_free(struct rule_list *list)
{
	free(list->items);
	arena_free(&list->arena);
	*list = (struct rule_list) {0};
}

static bool
covers(const struct rule *rule, const struct object *object)
{
	if (rule->expired || !(rule->kinds & KIND_BIT(object->kind)) ||
	    (rule->asks & object->known) != rule->asks)
		return false;
	if ((rule->asks & FIELD_BIT(FIELD_KEY)) && rule->key != object->key)
		return false;
	if ((rule->asks & FIELD_BIT(FIELD_UID)) && rule->uid != object->uid)
		return false;
	return !(rule->asks & FIELD_BIT(FIELD_PATH)) ||
	       fnmatch(rule->path, object->path, 0) == 0;
}

const struct rule *
rule_list_match(struct rule_list *list, const struct object *object)
{
	for (size_t i = 0; i < list->count; i++) {
		if (!covers(&list->items[i], object))
			continue;
		list->items[i].uses++;
		return &list->items[i];
	}
	return NULL;
}
