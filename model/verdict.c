/* SPDX-License-Identifier: MIT */
/* verdict.c - verdict.def as a table. */
#include "model/verdict.h"

#include <assert.h>
#include <string.h>

#include "base/attr.h"

static const struct {
	const char *name;
	enum verdict_weight weight;
	unsigned badness;
	const char *tells;
} rows[] = {
#define VERDICT(symbol, name, weight, badness, tells) \
	[VERDICT_##symbol] = {name, WEIGHT_##weight, badness, tells},
#include "model/verdict.def"
#undef VERDICT
};
static_assert(ARRAY_LEN(rows) == VERDICT_COUNT, "a row for each verdict");

const char *
verdict_name(enum verdict verdict)
{
	return rows[verdict].name;
}

bool
verdict_parse(const char *text, enum verdict *verdict)
{
	for (int i = 0; i < VERDICT_COUNT; i++) {
		if (strcmp(rows[i].name, text) != 0)
			continue;
		*verdict = (enum verdict)i;
		return true;
	}
	return false;
}

enum verdict_weight
verdict_weight(enum verdict verdict)
{
	return rows[verdict].weight;
}

unsigned
verdict_badness(enum verdict verdict)
{
	return rows[verdict].badness;
}

const char *
verdict_tells(enum verdict verdict)
{
	return rows[verdict].tells;
}
