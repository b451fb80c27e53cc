/* SPDX-License-Identifier: MIT */
/* kind.c - names and identities of the kinds. */
#include "model/kind.h"

#include <assert.h>
#include <string.h>

#include "base/attr.h"

static const struct {
	const char *name;
	const char *title;
	enum kind_identity identity;
} rows[] = {
#define KIND(symbol, name, title, identity) \
	[KIND_##symbol] = {name, title, identity},
#include "model/kind.def"
#undef KIND
};
static_assert(ARRAY_LEN(rows) == KIND_COUNT, "a row for each kind");

const char *
kind_name(enum kind kind)
{
	return rows[kind].name;
}

const char *
kind_title(enum kind kind)
{
	return rows[kind].title;
}

enum kind_identity
kind_identity(enum kind kind)
{
	return rows[kind].identity;
}

bool
kind_parse(const char *name, enum kind *kind)
{
	for (int i = 0; i < KIND_COUNT; i++) {
		if (strcmp(rows[i].name, name) != 0)
			continue;
		*kind = (enum kind)i;
		return true;
	}
	return false;
}
