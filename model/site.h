/* SPDX-License-Identifier: MIT */
/*
 * site.h - one occurrence of an operation in the golden run: where it is, what
 * it does, which occurrence it is. Plain data; the texts belong to whoever
 * made the site (an arena of the golden run or of the log).
 */
#ifndef MODEL_SITE_H
#define MODEL_SITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/mem.h"
#include "model/calls.h"
#include "model/kind.h"

/* One level of a call stack. What is not known is NULL or 0. */
struct frame {
	const char *module; /* path of the mapped file, "" for none */
	uint64_t offset;    /* in the module, as addr2line(1) takes it */
	const char *function;
	const char *file; /* relative to the compiler's directory if below */
	int line;
};

struct site {
	const char *id; /* "[role/]where:operation:n", see site_add_id() */
	const char *role;
	const char *operation; /* the library's name: "shm_open" */
	const char *call;      /* the kernel's: "openat" */
	unsigned nth;	       /* of this call's IPC uses in the whole run */
	unsigned role_nth;     /* of those, within the role */
	unsigned n;	       /* of this operation at this place, from 1 */
	enum kind kind;	       /* KIND_COUNT: of no kind, as rt_sigaction */
	enum action action;
	const struct frame *frames; /* the innermost first */
	size_t frame_count;
	size_t place;	/* index of the frame that the id names */
	uint64_t stack; /* equal for equal call stacks, of any run */
};

/*
 * Append "where": "src/pool.c:pool_open" or, without debug information,
 * "libfoo.so.1:function", or "prog+0x1234". Bytes other than ASCII letters,
 * digits and "._+-/@%=" become '_' and repeated slashes one: an id is one word
 * for a shell and for TAP, and no pattern. Places that differ may so have one
 * name: who numbers sites must count by it.
 */
void site_add_where(struct buf *into, const struct frame *frame);
/* Append the id that follows from role, place, operation and n. */
void site_add_id(struct buf *into, const struct site *site);
/*
 * How long the role is that @id, of a site or a trial, starts with, without the
 * slash after it; 0 when it names none and so means "0".
 */
size_t site_role_length(const char *id);
/*
 * Append "src/pool.c:42" or, with less known, what site_add_where() says. The
 * file's bytes are as they are: base/text.h.
 */
void site_add_source(struct buf *into, const struct frame *frame);
/*
 * Which of @count frames (the innermost first) a reader knows as the place: the
 * innermost outside the C library, the dynamic loader and sanitizers, whether
 * they are modules of their own or linked in without debug information, and
 * outside the standard libraries of Go and Rust; 0 when none is.
 */
size_t site_find_place(const struct frame *frames, size_t count);
/* Have the texts of *frame copied into @arena. */
void frame_keep(struct frame *frame, struct arena *arena);
/* The frame of site->place; one that says nothing if there are no frames. */
const struct frame *site_place(const struct site *site);

#endif
