/* SPDX-License-Identifier: MIT */
/*
 * trail.c - fuzz: the trail of a warden, as its keeper reads it after any
 * number of calls. An operation is a letter and, for one that begins, the rest
 * of the line: a+path begins a, am has made it, a- is over. What is under way
 * or made is in it, and nothing else.
 */
#include <limits.h>
#include <stdlib.h>

#include "base/mem.h"
#include "harness/trail.h"
#include "tests/fuzz/fuzz.h"

enum { CALLS = 26 };

/* What the trail should hold. */
struct model {
	struct trail *trail;
	struct trail_record *records[CALLS]; /* NULL: not under way */
	char *paths[CALLS];
};

static void
forget(struct model *model, int call)
{
	model->records[call] = NULL;
	free(model->paths[call]);
	model->paths[call] = NULL;
}

static void
begin(struct model *model, int call, const char *path)
{
	const struct claim claim = {.kind = KIND_FIFO};
	const struct object nothing = {.kind = KIND_FIFO};

	if (model->records[call])
		return;
	model->records[call] = trail_add(model->trail, &claim, &nothing, path);
	MUST(!model->records[call] == (strlen(path) >= 2 * PATH_MAX));
	if (model->records[call])
		model->paths[call] = mem_strdup(path);
}

static void
apply(struct model *model, const char *line)
{
	const struct object made = {.kind = KIND_FIFO};
	int call = *line - 'a';

	if (call < 0 || call >= CALLS)
		return;
	if (line[1] == '+') {
		begin(model, call, line + 2);
	} else if (line[1] == 'm' && model->records[call]) {
		trail_made(model->records[call], &made);
	} else if (line[1] == '-') {
		trail_drop(model->trail, model->records[call]);
		forget(model, call);
	}
}

static bool
is_expected(const struct model *model, const char *path)
{
	for (int i = 0; i < CALLS; i++)
		if (model->paths[i] && strcmp(model->paths[i], path) == 0)
			return true;
	return false;
}

static void
check(const struct model *model)
{
	struct trail_entry entry;
	size_t cursor = 0;
	size_t count = 0;

	while (trail_next(model->trail, &cursor, &entry)) {
		MUST(entry.kind == KIND_FIFO && is_expected(model, entry.path));
		count++;
	}
	for (int i = 0; i < CALLS; i++)
		count -= model->records[i] != NULL;
	MUST(count == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct trail *trail;
	struct fuzz_bytes bytes = {data, size};
	struct model model = {0};
	struct err err = {0};
	char *line;

	if (!trail)
		trail = trail_new(&err);
	MUST(trail);
	trail_clear(trail);
	model.trail = trail;
	while ((line = fuzz_line(&bytes))) {
		apply(&model, line);
		check(&model);
		free(line);
	}
	for (int i = 0; i < CALLS; i++)
		forget(&model, i);
	return 0;
}
