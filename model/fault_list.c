/* SPDX-License-Identifier: MIT */
/* fault_list.c - names and patterns of faults, by comma. */
#include "model/fault_list.h"

#include <fnmatch.h>
#include <string.h>

#include "base/text.h"

size_t
fault_list_first(const char *list)
{
	static const char more[] = ",persistent";
	size_t length = strcspn(list, ",");
	const char *rest = list + length;

	if (strncmp(rest, more, strlen(more)) == 0 &&
	    (!rest[strlen(more)] || rest[strlen(more)] == ','))
		length += strlen(more);
	return length;
}

static bool
is_pattern(const char *text)
{
	return text[strcspn(text, "*?[")] != '\0';
}

static bool
pattern_means(const char *pattern, const struct fault *fault)
{
	CLEANUP_BUF struct buf name = {0};

	fault_format(fault, &name);
	return fnmatch(pattern, buf_text(&name), 0) == 0;
}

static bool
name_means(const char *text, const struct fault *fault)
{
	struct fault named;
	struct err unused;

	return fault_parse(text, &named, &unused) == 0 &&
	       named.class == fault->class && named.number == fault->number &&
	       (!named.persistent || fault->persistent);
}

enum fault_match
fault_list_match(const char *name, const struct fault *fault)
{
	if (is_pattern(name))
		return pattern_means(name, fault) ? FAULT_BY_PATTERN
						  : FAULT_NOT_MEANT;
	return name_means(name, fault) ? FAULT_BY_NAME : FAULT_NOT_MEANT;
}

struct search {
	const char *pattern;
	bool found;
};

static void
look_at(void *owner, const char *name)
{
	struct search *search = owner;

	search->found |= fnmatch(search->pattern, name, 0) == 0;
}

static int
check_pattern(const char *pattern, struct err *err)
{
	struct search search = {.pattern = pattern};
	CLEANUP_BUF struct buf shown = {0};

	fault_each(look_at, &search);
	if (search.found)
		return 0;
	text_add_printable(&shown, pattern, strlen(pattern));
	return err_set(err, 0, "there is no fault like '%s'", buf_text(&shown));
}

int
fault_list_check(const char *name, struct err *err)
{
	struct fault unused;

	return is_pattern(name) ? check_pattern(name, err)
				: fault_parse(name, &unused, err);
}
