/* SPDX-License-Identifier: MIT */
/*
 * rule.c - what ignore rules ask for, and matching them; for reading them see
 * rule_line.c.
 *
 *	leak:KIND {CONDITION} # REASON
 */
#include "model/rule.h"

#include <fnmatch.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/number.h"
#include "model/field.h"

int
rule_parse_kinds(unsigned *kinds, const char *word, struct err *err)
{
	enum kind kind;

	if (strcmp(word, "*") == 0) {
		*kinds = KIND_ALL;
		return 0;
	}
	if (!kind_parse(word, &kind))
		return err_set(err, 0, "'%s' is no kind", word);
	*kinds = KIND_BIT(kind);
	return 0;
}

static int
start(void *into, const char *word, struct err *err)
{
	static const char prefix[] = "leak:";
	struct rule *rule = into;

	if (strncmp(word, prefix, strlen(prefix)) != 0)
		return err_set(err, 0, "a rule starts with leak:KIND");
	return rule_parse_kinds(&rule->kinds, word + strlen(prefix), err);
}

int
rule_check_field(unsigned kinds, enum field field, struct err *err)
{
	if (field_rows[field].kinds & kinds)
		return 0;
	return err_set(err, 0, "an object of this kind has no %s",
		       field == FIELD_UID ? "owner" : field_rows[field].name);
}

/* The condition is about a field that is asked for from now on. */
static int
ask(struct rule *rule, const struct rule_condition *condition, struct err *err)
{
	rule->asks |= FIELD_BIT(condition->asks);
	return rule_check_field(rule->kinds, (enum field)condition->asks, err);
}

static int
take_key(void *into, const struct rule_condition *self, const char *value,
	 const void *world, struct err *err)
{
	struct rule *rule = into;
	uint64_t key;

	(void)world;
	if (!number_parse_either(value, UINT32_MAX, &key))
		return err_set(err, 0, "'%s' is no key such as 0x2a or 42",
			       value);
	rule->key = (uint32_t)key;
	return ask(rule, self, err);
}

int
rule_check_path(const char *pattern, struct err *err)
{
	/* Names of message queues and of files start with '/'. */
	if (*pattern && strchr("/*?[", *pattern))
		return 0;
	return err_set(err, 0, "'%s' can match no path, they start with '/'",
		       pattern);
}

static int
take_path(void *into, const struct rule_condition *self, const char *value,
	  const void *world, struct err *err)
{
	struct rule *rule = into;

	(void)world;
	rule->path = value;
	return rule_check_path(value, err) ? -1 : ask(rule, self, err);
}

static int
take_owner(void *into, const struct rule_condition *self, const char *value,
	   const void *world, struct err *err)
{
	const struct rule_world *users = world;
	struct rule *rule = into;

	if (!users->find_user(value, &rule->uid))
		return err_set(err, 0, "there is no user '%s'", value);
	return ask(rule, self, err);
}

static const struct rule_condition conditions[] = {
	{"key=", take_key, FIELD_KEY},
	{"path=", take_path, FIELD_PATH},
	{"owner=", take_owner, FIELD_UID},
};

static int
finish(const void *from, struct err *err)
{
	const struct rule *rule = from;

	if (rule->kinds == KIND_ALL && !rule->asks)
		return err_set(err, 0,
			       "a rule for all kinds needs key=, path= or "
			       "owner=, or it would hide every leak");
	return 0;
}

static void
keep(void *into, const void *rule)
{
	struct rule_list *list = into;

	list->items =
		mem_grow(list->items, list->count + 1, sizeof(*list->items));
	list->items[list->count++] = *(const struct rule *)rule;
}

static const struct rule_grammar grammar = {
	.example = "leak:posix-shm path=/dev/shm/cache* owner=build  # kept by "
		   "design",
	.subject = "leak:KIND",
	.names = "key=, path=, owner= or until=",
	.why = "why these objects may stay",
	.conditions = conditions,
	.condition_count = ARRAY_LEN(conditions),
	.rule_bytes = sizeof(struct rule),
	.start = start,
	.finish = finish,
	.keep = keep,
};

int
rule_list_parse(struct rule_list *list, const struct rule_world *world,
		const char *source, const char *text, size_t length,
		struct err *err)
{
	const struct rule_lines lines = {
		.grammar = &grammar,
		.list = list,
		.world = world,
		.arena = &list->arena,
		.today = world->today,
		.source = source,
	};

	return rule_lines_parse(&lines, text, length, err);
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
	if (rule->head.expired || !(rule->kinds & KIND_BIT(object->kind)) ||
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
