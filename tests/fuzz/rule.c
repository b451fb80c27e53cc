/* SPDX-License-Identifier: MIT */
/*
 * rule.c - fuzz: ignore rules, leakcheck-rules(5). Each line that is no comment
 * is a rule or an error that names it; what is shown of a rule is that rule.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "model/rule.h"
#include "tests/fuzz/fuzz.h"

#define CLEANUP_RULES CLEANUP(rule_list_free)

static bool
find_user(const char *name, uid_t *uid)
{
	*uid = (uid_t)strlen(name);
	return *name == 'b';
}

static const struct rule_world world = {.today = 20270601,
					.find_user = find_user};

/* Lines that neither are empty nor begin with '#'. */
static size_t
count_lines(const char *text, size_t size)
{
	bool blank = true;
	bool comment = false;
	size_t count = 0;

	for (size_t i = 0; i < size; i++) {
		bool space = text[i] && strchr(" \t\r", text[i]);

		if (text[i] == '\n') {
			blank = true;
			comment = false;
		} else if (blank && !space) {
			comment = text[i] == '#';
			blank = false;
			count += !comment;
		}
	}
	return count;
}

static bool
is_same(const struct rule *a, const struct rule *b)
{
	if (!a->path != !b->path || (a->path && strcmp(a->path, b->path) != 0))
		return false;
	return a->kinds == b->kinds && a->asks == b->asks && a->key == b->key &&
	       a->uid == b->uid && a->head.until == b->head.until &&
	       a->head.expired == b->head.expired &&
	       strcmp(a->head.reason, b->head.reason) == 0;
}

/* A backslash is shown doubled, and stands for what is not printable. */
static void
check_again(const struct rule *rule)
{
	CLEANUP_RULES struct rule_list again = {0};
	CLEANUP_FREE char *text =
		mem_printf("%s # %s\n", rule->head.text, rule->head.reason);
	struct err err = {0};

	if (strchr(text, '\\'))
		return;
	MUST(rule_list_parse(&again, &world, "x", text, strlen(text), &err) ==
	     0);
	MUST(again.count == 1 && is_same(rule, &again.items[0]));
}

static void
check_shown(const struct rule *rule)
{
	CLEANUP_BUF struct buf text = {0};

	buf_printf(&text, "%s%s%s", rule->head.text, rule->head.reason,
		   rule->head.source);
	MUST(fuzz_is_plain(&text) && !memchr(text.data, '\n', text.length));
	MUST(*rule->head.text && *rule->head.reason && *rule->head.source);
}

/* Only one of its kinds, with its key, path and owner. */
static void
check_match(struct rule_list *list, enum kind kind, const char *path)
{
	const struct object object = {
		.kind = kind,
		.known = FIELD_BIT(FIELD_UID) |
			 FIELD_BIT(path ? FIELD_PATH : FIELD_KEY),
		.uid = 5,
		.path = path};
	const struct rule *rule = rule_list_match(list, &object);

	if (!rule)
		return;
	MUST(rule->kinds & KIND_BIT(kind) && !rule->head.expired);
	MUST(!(rule->asks & ~object.known));
	MUST(rule->uses > 0);
	MUST(!rule->path || path);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	CLEANUP_RULES struct rule_list list = {0};
	struct err err = {0};

	if (rule_list_parse(&list, &world, "x", text, size, &err)) {
		MUST(fuzz_is_explained(&err) &&
		     strncmp(err.text, "x:", 2) == 0);
		MUST(list.count < count_lines(text, size));
	} else {
		MUST(list.count == count_lines(text, size));
	}
	for (size_t i = 0; i < list.count; i++) {
		check_shown(&list.items[i]);
		check_again(&list.items[i]);
	}
	check_match(&list, KIND_SYSV_SHM, NULL);
	check_match(&list, KIND_FIFO, "/tmp/cache");
	return 0;
}
