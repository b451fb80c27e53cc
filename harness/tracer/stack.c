/* SPDX-License-Identifier: MIT */
/*
 * stack.c - taking call stacks. An image's layout is looked up once; when a
 * program counter lies in no module that is known, libraries may have come.
 */
#include "harness/tracer/stack.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/hash.h"
#include "harness/tracer/stacks.h"

enum { IMAGES = 64, LAYOUTS = 32 };

/* Which layout a program image has. */
struct image {
	uint64_t number; /* tracee_image(), 0: none */
	struct layout *layout;
	unsigned misses; /* how often asking again was of no use */
};

struct stacks {
	struct image images[IMAGES];	 /* by the number's last bits */
	struct layout *layouts[LAYOUTS]; /* the oldest makes room */
	size_t next_layout;
	char *top;
};

struct stacks *
stacks_new(void)
{
	struct stacks *stacks = mem_zalloc(sizeof(*stacks));

	stacks->top = getcwd(NULL, 0);
	return stacks;
}

void
stacks_free(struct stacks *stacks)
{
	for (size_t i = 0; stacks && i < LAYOUTS; i++)
		layout_free(stacks->layouts[i]);
	if (stacks)
		free(stacks->top);
	free(stacks);
}

const char *
stacks_top(const struct stacks *stacks)
{
	return stacks->top;
}

static void
forget_layout(struct stacks *stacks, size_t index)
{
	for (size_t i = 0; i < IMAGES; i++)
		if (stacks->images[i].layout == stacks->layouts[index])
			stacks->images[i] = (struct image) {0};
	layout_free(stacks->layouts[index]);
}

static struct layout *
keep_layout(struct stacks *stacks, struct modules *modules)
{
	const size_t index = stacks->next_layout;

	for (size_t i = 0; i < LAYOUTS; i++)
		if (stacks->layouts[i] &&
		    layout_modules(stacks->layouts[i])->key == modules->key)
			return stacks->layouts[i];
	if (stacks->layouts[index])
		forget_layout(stacks, index);
	stacks->next_layout = (index + 1) % LAYOUTS;
	stacks->layouts[index] = layout_new(modules);
	return stacks->layouts[index];
}

/* What it has mapped now. NULL when it is gone. */
static struct layout *
read_layout(struct stacks *stacks, const struct tracee *tracee)
{
	struct modules modules;
	struct layout *layout;

	if (modules_read(&modules, tracee))
		return NULL;
	layout = keep_layout(stacks, &modules);
	modules_free(&modules);
	return layout;
}

static struct image *
image_of(struct stacks *stacks, const struct tracee *tracee)
{
	const uint64_t number = tracee_image(tracee);
	struct image *image = &stacks->images[number % IMAGES];
	struct layout *layout;

	if (image->number == number)
		return image;
	layout = read_layout(stacks, tracee);
	if (!layout)
		return NULL;
	*image = (struct image) {.number = number, .layout = layout};
	return image;
}

struct layout *
stacks_layout(struct stacks *stacks, const struct tracee *tracee)
{
	const struct image *image = image_of(stacks, tracee);

	return image ? image->layout : NULL;
}

bool
stacks_look_again(struct stacks *stacks, const struct tracee *tracee)
{
	struct image *image = image_of(stacks, tracee);
	struct layout *layout = read_layout(stacks, tracee);

	if (!image || !layout || layout == image->layout)
		return false;
	*image = (struct image) {.number = tracee_image(tracee),
				 .layout = layout};
	return true;
}

/* Code that was made at run time is in no file: ask ever more rarely. */
static bool
is_worth_a_look(struct stacks *stacks, const struct tracee *tracee)
{
	struct image *image = image_of(stacks, tracee);

	if (!image)
		return false;
	image->misses++;
	return (image->misses & (image->misses - 1)) == 0;
}

/*
 * A signal comes where the program happens to be, so what is below its handler
 * is another stack in every run: it does not count. Returns false when a
 * program counter lies in no module.
 */
static bool
hash_frames(const struct modules *modules, struct stack *stack)
{
	bool all_known = true;
	bool below = false;

	stack->hash = HASH_START;
	for (size_t i = 0; i < stack->depth; i++) {
		const struct module *module =
			modules_find(modules, stack->pc[i]);
		const uint64_t place[] = {module ? module->name_hash : 0,
					  module ? stack->pc[i] - module->start
						 : 0};

		all_known &= module != NULL;
		below |= stack->interrupted >> i & 1;
		if (!below)
			stack->hash =
				hash_bytes(stack->hash, place, sizeof(place));
	}
	return all_known;
}

static bool
take(struct stacks *stacks, struct tracee *tracee, struct stack *stack)
{
	struct layout *layout = stacks_layout(stacks, tracee);

	*stack = (struct stack) {.depth = 1, .image = tracee_image(tracee)};
	if (!layout)
		return true; /* it was killed */
	layout_unwind(layout, tracee, stack);
	return hash_frames(layout_modules(layout), stack);
}

void
stack_take(struct stacks *stacks, struct tracee *tracee, struct stack *stack)
{
	if (!take(stacks, tracee, stack) && is_worth_a_look(stacks, tracee) &&
	    stacks_look_again(stacks, tracee))
		(void)take(stacks, tracee, stack);
}
