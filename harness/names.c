/* SPDX-License-Identifier: MIT */
/* names.c - the frames of call stacks. */
#include "harness/names.h"

#include <stdlib.h>
#include <string.h>

#include "base/attr.h"

/* Called from here on, exit() would run its hooks in the middle of things:
 * fork(3) holds the locks of stdio and malloc(3), sem_open(3) makes a file,
 * links it and removes the first name. */
static const char *const compound[] = {
	"sem_open",	"__sem_open",	  "fork",     "__fork",
	"__libc_fork",	"_Fork",	  "vfork",    "posix_spawn",
	"posix_spawnp", "__posix_spawn",  "__spawni", "system",
	"popen",	"pthread_create", "daemon",
};
static const char *const ending[] = {"exit", "__run_exit_handlers",
				     "quick_exit"};

static bool
is_one_of(const char *name, const char *const *names, size_t count)
{
	for (size_t i = 0; name && i < count; i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

/* Of libc only, as far as is known. */
static bool
is_alone(const struct named_stack *named)
{
	return named->place == 0 && named->count > 0 &&
	       stack_is_libc(&named->frames[0]);
}

/*
 * A call that the program makes itself has one function of libc around it at
 * most, its wrapper. What is deeper inside is at something else, malloc(3) or
 * stdio, and may hold locks; so may what is not known who called it.
 */
static bool
is_nested(const struct named_stack *named)
{
	return named->place > 1 || named->alone;
}

static void
look_around(struct named_stack *named)
{
	for (size_t i = 0; i < named->count; i++) {
		const struct frame *frame = &named->frames[i];
		const char *name = frame->function;

		/* A program may have functions of these names itself. */
		if (frame->file && !stack_is_libc(frame))
			continue;
		if (is_one_of(name, ending, ARRAY_LEN(ending)))
			named->exiting = true;
		if (i < named->place &&
		    is_one_of(name, compound, ARRAY_LEN(compound)))
			named->in_library = true;
	}
}

static void
name(struct names *names, struct stacks *stacks, struct tracee *tracee,
     const struct stack *stack, struct named_stack *named)
{
	struct frame frames[STACK_DEPTH];
	size_t bytes;

	named->hash = stack->hash;
	named->count = stack_name(stacks, tracee, stack, frames, &names->arena);
	bytes = named->count * sizeof(*frames);
	named->frames =
		memcpy(arena_alloc(&names->arena, bytes), frames, bytes);
	named->place = site_find_place(frames, named->count);
	named->alone = is_alone(named);
	named->nested = is_nested(named);
	look_around(named);
}

const struct named_stack *
names_of(struct names *names, struct stacks *stacks, struct tracee *tracee,
	 const struct stack *stack)
{
	unsigned *slot = tally_of(&names->index, stack->hash);

	if (*slot)
		return &names->stacks[*slot - 1];
	if (names->count == names->room) {
		names->room = names->room ? 2 * names->room : 16;
		names->stacks = mem_grow(names->stacks, names->room,
					 sizeof(*names->stacks));
	}
	names->stacks[names->count] = (struct named_stack) {0};
	name(names, stacks, tracee, stack, &names->stacks[names->count]);
	*slot = (unsigned)++names->count;
	return &names->stacks[*slot - 1];
}

void
names_free(struct names *names)
{
	tally_free(&names->index);
	arena_free(&names->arena);
	free(names->stacks);
	*names = (struct names) {0};
}
