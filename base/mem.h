/* SPDX-License-Identifier: MIT */
/*
 * mem.h - allocation that does not fail, and an arena for things that live and
 * die together. Out of memory aborts the program: no caller could do better.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>
#include <stdio.h>

#include "base/attr.h"

void *mem_alloc(size_t bytes);	/* not cleared */
void *mem_zalloc(size_t bytes); /* cleared */
void *mem_grow(void *old, size_t count, size_t element_bytes);
char *mem_strdup(const char *text);
char *mem_printf(const char *format, ...) PRINTF_LIKE(1, 2);
/* open_memstream(3): what is written is at *text once it is closed. */
FILE *mem_stream(char **text, size_t *size);

/*
 * Soon @bytes at @memory will all be written. Where they are many the kernel
 * provides them in one go, which costs less than half of a page fault each.
 */
void mem_populate(void *memory, size_t bytes);

/*
 * Blocks, for long lists that come and go. To touch memory for the first time
 * costs more than to write to it, so a block that is put back is kept for the
 * next one who wants a block: at most two, of 128 KB to 4 MB each, until the
 * program ends or the library is unloaded. Any thread may call these.
 *
 * mem_block_get() returns a kept block of at least *bytes, not cleared, and
 * sets *bytes to what it holds. NULL when there is none: take mem_grow().
 * mem_block_put() takes a block, or anything else of this module with so many
 * @bytes, as free(3) does. A block may be grown by mem_grow().
 */
void *mem_block_get(size_t *bytes);
void mem_block_put(void *memory, size_t bytes);

/* For CLEANUP(mem_free_ptr): frees what the pointer variable points to. */
void mem_free_ptr(void *pointer_to_pointer);
#define CLEANUP_FREE CLEANUP(mem_free_ptr)

/* A bag of blocks that are freed together. Zero-initialise to start. */
struct arena {
	struct arena_block *blocks;
};
/* @bytes of memory, aligned for any type, not cleared. */
void *arena_alloc(struct arena *arena, size_t bytes);
/* A copy of @length bytes of @text, with a final NUL. */
char *arena_copy(struct arena *arena, const char *text, size_t length);
/* Free all. The arena may be used again. */
void arena_free(struct arena *arena);

#endif
