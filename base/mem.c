/* SPDX-License-Identifier: MIT */
/* mem.c - allocation that aborts when memory is out, and the arena. */
#include "base/mem.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { ARENA_BLOCK_BYTES = 64 * 1024, POPULATE_BYTES = 32 * 1024 };

/* What is smaller malloc(3) keeps by itself. */
enum {
	KEPT_BLOCKS = 2, /* as many as there are snapshots in a diff */
	KEPT_LEAST_BYTES = 128 * 1024,
	KEPT_MOST_BYTES = 4 * 1024 * 1024,
};

/* What is written into a block while nobody has it. */
struct kept_block {
	size_t bytes;
};
static _Atomic(struct kept_block *) kept_blocks[KEPT_BLOCKS];

struct arena_block {
	struct arena_block *next;
	size_t used;
	size_t size;
	alignas(max_align_t) char data[];
};

static void *
or_abort(void *memory)
{
	if (!memory)
		abort();
	return memory;
}

FILE *
mem_stream(char **text, size_t *size)
{
	return or_abort(open_memstream(text, size));
}

void *
mem_alloc(size_t bytes)
{
	return or_abort(malloc(bytes ? bytes : 1));
}

void *
mem_zalloc(size_t bytes)
{
	return or_abort(calloc(1, bytes ? bytes : 1));
}

void *
mem_grow(void *old, size_t count, size_t element_bytes)
{
	return or_abort(reallocarray(old, count ? count : 1, element_bytes));
}

char *
mem_strdup(const char *text)
{
	return or_abort(strdup(text));
}

char *
mem_printf(const char *format, ...)
{
	char *text;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		abort();
	va_end(args);
	return text;
}

void
mem_populate(void *memory, size_t bytes)
{
	const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t start = ((uintptr_t)memory + page - 1) / page * page;
	uintptr_t end = ((uintptr_t)memory + bytes) / page * page;

#ifdef MADV_POPULATE_WRITE
	/* Linux 5.14. If it fails the faults come one by one, as ever. */
	if (bytes >= POPULATE_BYTES && end > start)
		(void)madvise((void *)start, end - start, MADV_POPULATE_WRITE);
#endif
}

static bool
is_kept_size(size_t bytes)
{
	return bytes >= KEPT_LEAST_BYTES && bytes <= KEPT_MOST_BYTES;
}

/* Those that are too small go: what is asked for now will be kept. */
void *
mem_block_get(size_t *bytes)
{
	for (size_t i = 0; is_kept_size(*bytes) && i < KEPT_BLOCKS; i++) {
		struct kept_block *block =
			atomic_exchange(&kept_blocks[i], NULL);

		if (block && block->bytes >= *bytes) {
			*bytes = block->bytes;
			return block;
		}
		free(block);
	}
	return NULL;
}

/* The oldest makes room. */
void
mem_block_put(void *memory, size_t bytes)
{
	struct kept_block *block = memory;

	if (is_kept_size(bytes)) {
		block->bytes = bytes;
		for (size_t i = 0; block && i < KEPT_BLOCKS; i++)
			block = atomic_exchange(&kept_blocks[i], block);
	}
	free(block);
}

/* Whoever unloads the library, or counts what is left at exit, finds none. */
static void DESTRUCTOR
free_kept_blocks(void)
{
	for (size_t i = 0; i < KEPT_BLOCKS; i++)
		free(atomic_exchange(&kept_blocks[i], NULL));
}

void
mem_free_ptr(void *pointer_to_pointer)
{
	void **pointer = pointer_to_pointer;

	free(*pointer);
	*pointer = NULL;
}

void *
arena_alloc(struct arena *arena, size_t bytes)
{
	struct arena_block *block = arena->blocks;
	size_t align = alignof(max_align_t);

	bytes = (bytes + align - 1) / align * align;
	if (!block || block->size - block->used < bytes) {
		size_t size =
			bytes > ARENA_BLOCK_BYTES ? bytes : ARENA_BLOCK_BYTES;
		block = mem_alloc(sizeof(*block) + size);
		block->next = arena->blocks;
		block->used = 0;
		block->size = size;
		arena->blocks = block;
	}
	block->used += bytes;
	return block->data + block->used - bytes;
}

char *
arena_copy(struct arena *arena, const char *text, size_t length)
{
	char *copy = arena_alloc(arena, length + 1);

	memcpy(copy, text, length);
	copy[length] = '\0';
	return copy;
}

void
arena_free(struct arena *arena)
{
	while (arena->blocks) {
		struct arena_block *next = arena->blocks->next;

		free(arena->blocks);
		arena->blocks = next;
	}
}
