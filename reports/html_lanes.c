/* SPDX-License-Identifier: MIT */
/*
 * html_lanes.c - what is alive at each point: an object has a lane, as a branch
 * has in a graph of commits, from what makes it to what removes it. Heavy where
 * a fault left it that must not. A lane is used again. Only the first lanes are
 * drawn; of the others each row says how many are in use, "+2".
 *
 *	shmget a.c:42  return  ┳   L . L | l
 *	semget a.c:50  before  ┃   L . . | l
 *	semget a.c:50  return  │┬  . . . | l
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "reports/html_part.h"

enum { DRAWN_MAX = 6 };

/* From the moment it is there to the last one before it is removed. */
struct life {
	const struct campaign_object *object; /* NULL: the lane is free */
	size_t first;
	size_t last;
	bool begun;   /* a row has shown it */
	bool is_left; /* and a fault of that row left it */
};

struct html_lanes {
	struct life *lives; /* in the order in which they begin */
	size_t life_count;
	size_t next; /* of them, the first that has not begun */
	struct life *lanes;
	size_t lane_count; /* so many were in use at one time */
	size_t undrawn;	   /* lives */
	const struct campaign_object *newest;
};

static void
add_life(struct html_lanes *lanes, struct life life)
{
	size_t at = lanes->life_count++;

	for (; at && lanes->lives[at - 1].first > life.first; at--)
		lanes->lives[at] = lanes->lives[at - 1];
	lanes->lives[at] = life;
}

struct html_lanes *
html_lanes_new(const struct log *log)
{
	struct html_lanes *lanes = mem_zalloc(sizeof(*lanes));

	lanes->lives = mem_alloc(log->object_count * sizeof(*lanes->lives));
	for (size_t i = 0; i < log->object_count; i++) {
		const struct campaign_object *object = &log->objects[i];
		struct life life = {
			.object = object,
			.first = log_moment(log, object->created_at,
					    PHASE_RETURN),
			.last = SIZE_MAX,
		};

		if (life.first == SIZE_MAX)
			continue;
		if (object->released_at)
			life.last = log_moment(log, object->released_at,
					       PHASE_BEFORE);
		add_life(lanes, life);
	}
	return lanes;
}

void
html_lanes_free(struct html_lanes *lanes)
{
	if (lanes) {
		free(lanes->lives);
		free(lanes->lanes);
	}
	free(lanes);
}

static void
take_in(struct html_lanes *lanes, const struct life *life)
{
	size_t i = 0;

	lanes->newest = life->object;
	while (i < lanes->lane_count && lanes->lanes[i].object)
		i++;
	if (i == lanes->lane_count)
		lanes->lanes = mem_grow(lanes->lanes, ++lanes->lane_count,
					sizeof(*lanes->lanes));
	lanes->lanes[i] = *life;
	lanes->undrawn += i >= DRAWN_MAX;
}

bool
html_lanes_step(struct html_lanes *lanes, size_t moment)
{
	bool has_come = false;

	for (size_t i = 0; i < lanes->lane_count; i++)
		if (lanes->lanes[i].object && lanes->lanes[i].last < moment)
			lanes->lanes[i] = (struct life) {0};
	while (lanes->next < lanes->life_count &&
	       lanes->lives[lanes->next].first <= moment) {
		const struct life *life = &lanes->lives[lanes->next++];

		if (life->last < moment)
			continue;
		take_in(lanes, life);
		has_come = true;
	}
	return has_come;
}

bool
html_lanes_any(const struct html_lanes *lanes)
{
	for (size_t i = 0; i < lanes->lane_count; i++)
		if (lanes->lanes[i].object)
			return true;
	return false;
}

size_t
html_lanes_undrawn(const struct html_lanes *lanes)
{
	return lanes->undrawn;
}

static size_t
drawn(const struct html_lanes *lanes)
{
	return lanes->lane_count < DRAWN_MAX ? lanes->lane_count : DRAWN_MAX;
}

const struct campaign_object *
html_lanes_newest(const struct html_lanes *lanes)
{
	return lanes->newest;
}

/* Did a fault of this row leave it, that must not? */
static bool
was_left(const struct grid_row *row, const struct campaign_object *object)
{
	for (size_t i = 0; i < row->count; i++) {
		const struct trial *trial = row->cells[i].trial;

		if (!trial_gates(trial, true) || row->cells[i].known)
			continue;
		for (size_t j = 0; j < trial->left_count; j++)
			if (trial->left[j].created_at &&
			    !trial->left[j].expected &&
			    strcmp(trial->left[j].created_at,
				   object->created_at) == 0)
				return true;
	}
	return false;
}

enum shape { MIDDLE, BEGIN, END, POINT, SHAPES };

struct glyph {
	const char *text; /* what one sees without CSS */
	const char *class;
};

static void
put_shape(struct html *html, enum shape shape, bool is_left)
{
	static const struct glyph glyphs[2][SHAPES] = {
		{
			[MIDDLE] = {"│", "m"},
			[BEGIN] = {"┬", "a"},
			[END] = {"┴", "z"},
			[POINT] = {"─", "o"},
		},
		{
			[MIDDLE] = {"┃", "m x"},
			[BEGIN] = {"┳", "a x"},
			[END] = {"┻", "z x"},
			[POINT] = {"━", "o x"},
		},
	};
	const struct glyph *glyph = &glyphs[is_left][shape];

	html_put(html, "i", glyph->class, glyph->text);
}

static void
put_lane(struct html *html, struct life *life, const struct grid_row *row,
	 size_t next)
{
	bool ends = next > life->last && life->object->released_at;
	enum shape shape =
		life->begun ? (ends ? END : MIDDLE) : (ends ? POINT : BEGIN);

	life->is_left = was_left(row, life->object);
	life->begun = true;
	put_shape(html, shape, life->is_left);
}

static void
put_undrawn(struct html *html, const struct html_lanes *lanes)
{
	size_t count = 0;

	for (size_t i = DRAWN_MAX; i < lanes->lane_count; i++)
		count += lanes->lanes[i].object != NULL;
	if (count)
		html_putf(html, "small", NULL, "+%zu", count);
}

void
html_lanes_put(struct html *html, struct html_lanes *lanes,
	       const struct grid_row *row, size_t next)
{
	html_open(html, "td", "w");
	for (size_t i = 0; i < drawn(lanes); i++) {
		if (lanes->lanes[i].object)
			put_lane(html, &lanes->lanes[i], row, next);
		else
			html_put(html, "i", NULL, " ");
	}
	put_undrawn(html, lanes);
	html_close(html);
}

void
html_lanes_put_between(struct html *html, const struct html_lanes *lanes)
{
	html_open(html, "td", "w");
	for (size_t i = 0; i < drawn(lanes); i++) {
		const struct life *life = &lanes->lanes[i];

		if (life->object && life->begun)
			put_shape(html, MIDDLE, life->is_left);
		else
			html_put(html, "i", NULL, " ");
	}
	html_close(html);
}
