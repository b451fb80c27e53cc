/* SPDX-License-Identifier: MIT */
/* suppress.c - what suppressions ask for, and matching them. */
#include "reports/suppress.h"

#include <assert.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "model/fault_list.h"
#include "model/rule.h"
#include "reports/class_id.h"

#define BIT(verdict) (1u << VERDICT_##verdict)

/* What a rule may start with. */
static const struct subject {
	const char *word;
	unsigned verdicts;
	bool has_kind; /* which follows the word */
} subjects[] = {
	{"leak:", BIT(LEAKED) | BIT(WINDOW), true},
	{"window:", BIT(WINDOW), true},
	{"hung", BIT(HUNG), false},
	{"orphaned", BIT(ORPHANED), false},
};

static int
start(void *into, const char *word, struct err *err)
{
	struct suppression *rule = into;

	for (size_t i = 0; i < ARRAY_LEN(subjects); i++) {
		const struct subject *subject = &subjects[i];
		size_t length = strlen(subject->word);

		if (strncmp(word, subject->word, length) != 0 ||
		    (!subject->has_kind && word[length]))
			continue;
		rule->verdicts = subject->verdicts;
		return subject->has_kind ? rule_parse_kinds(&rule->kinds,
							    word + length, err)
					 : 0;
	}
	return err_set(err, 0,
		       "'%s' is none of leak:KIND, window:KIND, hung and "
		       "orphaned",
		       word);
}

static int
take_pattern(void *into, const struct rule_condition *self, const char *value,
	     const void *world, struct err *err)
{
	struct suppression *rule = into;

	(void)world;
	if (!*value)
		return err_set(err, 0, "nothing stands behind %s", self->name);
	rule->wanted[self->asks] = value;
	return 0;
}

static int
take_path(void *into, const struct rule_condition *self, const char *value,
	  const void *world, struct err *err)
{
	struct suppression *rule = into;

	if (!rule->kinds)
		return err_set(err, 0, "path= is of leak: and window: only");
	if (rule_check_field(rule->kinds, FIELD_PATH, err) ||
	    rule_check_path(value, err))
		return -1;
	return take_pattern(into, self, value, world, err);
}

static int
take_class(void *into, const struct rule_condition *self, const char *value,
	   const void *world, struct err *err)
{
	if (class_id_check(value, err))
		return -1;
	return take_pattern(into, self, value, world, err);
}

/* Of the names in a list by comma: that of @fault, or one that is none. */
static bool
find_name(const char *list, const struct fault *fault, struct err *err)
{
	for (;; list++) {
		size_t length = fault_list_first(list);
		CLEANUP_FREE char *name = mem_printf("%.*s", (int)length, list);

		if (fault ? fault_list_match(name, fault) != FAULT_NOT_MEANT
			  : fault_list_check(name, err))
			return true;
		list += length;
		if (!*list)
			return false;
	}
}

static int
take_fault(void *into, const struct rule_condition *self, const char *value,
	   const void *world, struct err *err)
{
	if (find_name(value, NULL, err))
		return -1;
	return take_pattern(into, self, value, world, err);
}

static const struct rule_condition conditions[] = {
	{"file=", take_pattern, SUPPRESS_FILE},
	{"func=", take_pattern, SUPPRESS_FUNC},
	{"caller=", take_pattern, SUPPRESS_CALLER},
	{"call=", take_pattern, SUPPRESS_CALL},
	{"path=", take_path, SUPPRESS_PATH},
	{"class=", take_class, SUPPRESS_CLASS},
	{"fault=", take_fault, SUPPRESS_FAULT},
};
static_assert(ARRAY_LEN(conditions) == SUPPRESS_COUNT, "a row for each");

static int
finish(const void *from, struct err *err)
{
	const struct suppression *rule = from;

	if (rule->kinds && rule->kinds != KIND_ALL)
		return 0;
	for (size_t i = 0; i < SUPPRESS_COUNT; i++)
		if (rule->wanted[i])
			return 0;
	return err_set(err, 0,
		       "it needs a condition besides until=, or it would hide "
		       "every %s",
		       rule->kinds			 ? "leak"
		       : rule->verdicts == BIT(ORPHANED) ? "process that stays"
							 : "run that hangs");
}

static void
keep(void *into, const void *rule)
{
	struct suppressions *list = into;
	struct suppression *kept;

	list->items =
		mem_grow(list->items, list->count + 1, sizeof(*list->items));
	kept = &list->items[list->count++];
	*kept = *(const struct suppression *)rule;
	kept->known = (struct known) {.by = KNOWN_SUPPRESSED,
				      .source = kept->head.source,
				      .reason = kept->head.reason};
}

static const struct rule_grammar grammar = {
	.example = "leak:sysv-shm func=pool_open fault=SIGKILL  # reclaimed at "
		   "start-up",
	.subject = "leak:KIND, window:KIND, hung or orphaned",
	.names = "file=, func=, caller=, call=, path=, class=, fault= or "
		 "until=",
	.why = "why this is as it should be",
	.conditions = conditions,
	.condition_count = ARRAY_LEN(conditions),
	.rule_bytes = sizeof(struct suppression),
	.start = start,
	.finish = finish,
	.keep = keep,
};

int
suppressions_parse(struct suppressions *list, int today, const char *source,
		   const char *text, size_t length, struct err *err)
{
	const struct rule_lines lines = {
		.grammar = &grammar,
		.list = list,
		.arena = &list->arena,
		.today = today,
		.source = source,
	};

	return rule_lines_parse(&lines, text, length, err);
}

void
suppressions_free(struct suppressions *list)
{
	free(list->items);
	arena_free(&list->arena);
	*list = (struct suppressions) {0};
}

static bool
is_like(const char *pattern, const char *text)
{
	return text && *text && fnmatch(pattern, text, 0) == 0;
}

static bool
file_holds(const char *wanted, const struct finding *finding)
{
	const struct frame *frame =
		finding->site ? site_place(finding->site) : NULL;
	const char *slash;

	if (!frame)
		return false;
	if (frame->file || !frame->module)
		return is_like(wanted, frame->file);
	slash = strrchr(frame->module, '/');
	return is_like(wanted, slash ? slash + 1 : frame->module);
}

static bool
func_holds(const char *wanted, const struct finding *finding)
{
	return finding->site &&
	       is_like(wanted, site_place(finding->site)->function);
}

static bool
caller_holds(const char *wanted, const struct finding *finding)
{
	const struct site *site = finding->site;

	for (size_t i = site ? site->place + 1 : 0;
	     site && i < site->frame_count; i++)
		if (is_like(wanted, site->frames[i].function))
			return true;
	return false;
}

static bool
call_holds(const char *wanted, const struct finding *finding)
{
	return finding->site && is_like(wanted, finding->site->operation);
}

static bool
path_holds(const char *wanted, const struct finding *finding)
{
	const struct object *object =
		finding->left ? &finding->left->object : NULL;

	return object && object_knows(object, FIELD_PATH) &&
	       is_like(wanted, object->path);
}

static bool
class_holds(const char *wanted, const struct finding *finding)
{
	return strcasecmp(wanted, finding->class) == 0;
}

static bool
fault_holds(const char *wanted, const struct finding *finding)
{
	return find_name(wanted, &finding->trial->fault, NULL);
}

typedef bool holds(const char *wanted, const struct finding *finding);

static holds *const tests[] = {
	[SUPPRESS_FILE] = file_holds,	  [SUPPRESS_FUNC] = func_holds,
	[SUPPRESS_CALLER] = caller_holds, [SUPPRESS_CALL] = call_holds,
	[SUPPRESS_PATH] = path_holds,	  [SUPPRESS_CLASS] = class_holds,
	[SUPPRESS_FAULT] = fault_holds,
};
static_assert(ARRAY_LEN(tests) == SUPPRESS_COUNT, "a row for each");

static bool
covers(const struct suppression *rule, const struct finding *finding)
{
	unsigned kind =
		finding->left ? KIND_BIT(finding->left->object.kind) : 0;

	if (rule->head.expired ||
	    !(rule->verdicts & (1u << finding->trial->verdict)) ||
	    (kind & rule->kinds) != kind)
		return false;
	for (size_t i = 0; i < SUPPRESS_COUNT; i++)
		if (rule->wanted[i] && !tests[i](rule->wanted[i], finding))
			return false;
	return true;
}

struct known *
suppressions_find(const struct suppressions *list,
		  const struct finding *finding)
{
	for (size_t i = 0; i < list->count; i++)
		if (covers(&list->items[i], finding))
			return &list->items[i].known;
	return NULL;
}

bool
suppression_is_idle(const struct suppression *rule)
{
	return rule->known.trials == 0;
}

size_t
suppressions_count_idle(const struct suppressions *list)
{
	size_t count = 0;

	for (size_t i = 0; i < list->count; i++)
		count += suppression_is_idle(&list->items[i]);
	return count;
}
