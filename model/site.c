/* SPDX-License-Identifier: MIT */
/*
 * site.c - the names of sites.
 *
 *	id:    [role "/"] where ":" operation ":" n
 *	role:  "0" { "." digits | ":t" digits }
 *	where: file ":" function | module ":" function | module "+0x" hex
 *
 * The role is left out when it is "0", the first process; but where a file's
 * name starts as a role does ("0.1/pool.c") even "0/" is written, so that what
 * looks like a role always is one.
 */
#include "model/site.h"

#include <ctype.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <string.h>

#include "base/attr.h"

/* What a word of an id may hold besides letters and digits. */
static const char OTHER_BYTES[] = "._+-/@%=";

/*
 * Append @bytes as a part of an id: one word for a shell, no pattern for
 * fnmatch(3), nothing that TAP or the id itself separates by.
 */
static void
add_word(struct buf *into, const char *bytes)
{
	for (const char *byte = bytes; *byte; byte++) {
		bool kept = isalnum((unsigned char)*byte) ||
			    strchr(OTHER_BYTES, *byte);

		if (*byte == '/' && byte[1] == '/')
			continue;
		buf_add(into, kept ? byte : "_", 1);
	}
}

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool
has_text(const char *text)
{
	return text && *text;
}

/* Code that no file was mapped for, as a JIT compiler makes it, has no name. */
static void
add_module(struct buf *into, const struct frame *frame)
{
	add_word(into, has_text(frame->module) ? base_name(frame->module)
					       : "unknown");
}

void
site_add_where(struct buf *into, const struct frame *frame)
{
	bool has_function = has_text(frame->function);

	if (has_function && has_text(frame->file))
		add_word(into, frame->file);
	else
		add_module(into, frame);
	if (has_function) {
		buf_add_text(into, ":");
		add_word(into, frame->function);
	} else if (has_text(frame->module)) {
		buf_printf(into, "+0x%" PRIx64, frame->offset);
	}
}

/* How many digits does @text start with? */
static size_t
count_digits(const char *text)
{
	return strspn(text, "0123456789");
}

/* How long is ".1" or ":t1" at the start of @text? 0: there is none. */
static size_t
role_step_length(const char *text)
{
	size_t mark = *text == '.' ? 1 : strncmp(text, ":t", 2) == 0 ? 2 : 0;
	size_t digits = count_digits(text + mark);

	return mark && digits ? mark + digits : 0;
}

size_t
site_role_length(const char *id)
{
	size_t length = *id == '0';
	size_t step;

	while (length && (step = role_step_length(id + length)))
		length += step;
	return id[length] == '/' ? length : 0;
}

void
site_add_id(struct buf *into, const struct site *site)
{
	CLEANUP_BUF struct buf where = {0};

	site_add_where(&where, site_place(site));
	if (strcmp(site->role, "0") != 0 || site_role_length(buf_text(&where)))
		buf_printf(into, "%s/", site->role);
	buf_printf(into, "%s:%s:%u", buf_text(&where), site->operation,
		   site->n);
}

void
site_add_source(struct buf *into, const struct frame *frame)
{
	if (has_text(frame->file) && frame->line > 0)
		buf_printf(into, "%s:%d", frame->file, frame->line);
	else
		site_add_where(into, frame);
}

/*
 * Modules whose functions stand between a program and the kernel: the C library
 * with its parts, the dynamic loader, and the sanitizers, which wrap its
 * functions. Patterns of fnmatch(3).
 */
static const char *const library_modules[] = {
	"libc.*",    "libc-[0-9]*", "libpthread[.-]*", "librt[.-]*",
	"ld-linux*", "ld-[0-9]*",   "ld64.so*",	       "ld-musl-*",
	"*vdso*",    "lib*san.so*",
};

/*
 * Programs of Go and Rust have theirs inside: in packages whose names no others
 * have, in source files that their compiler names so; Debian's rustc as Debian
 * installs them.
 */
static const char *const library_functions[] = {
	"runtime.*", "runtime/*", "internal/*", "syscall.*",	      "os.*",
	"net.*",     "io.*",	  "sync.*",	"golang.org/x/sys/*",
};
static const char *const library_files[] = {
	"/rustc/*",
	"library/*/src/*.rs",
	"/usr/src/rustc-*/library/*.rs",
};

static bool
matches(const char *text, const char *const *patterns, size_t count)
{
	for (size_t i = 0; text && i < count; i++)
		if (!fnmatch(patterns[i], text, 0))
			return true;
	return false;
}

static bool
is_library(const struct frame *frame)
{
	const char *name = frame->module ? base_name(frame->module) : NULL;

	return matches(name, library_modules, ARRAY_LEN(library_modules)) ||
	       matches(frame->function, library_functions,
		       ARRAY_LEN(library_functions)) ||
	       matches(frame->file, library_files, ARRAY_LEN(library_files));
}

static bool
same_module(const struct frame *a, const struct frame *b)
{
	return a->module && b->module && !strcmp(a->module, b->module);
}

/*
 * In a static program the C library is a part of the program's own module. It
 * was compiled without debug information, as a rule; the program's own function
 * with it is the next one outwards.
 */
static size_t
skip_static_library(const struct frame *frames, size_t count, size_t place)
{
	for (size_t i = place;
	     i < count && same_module(&frames[place], &frames[i]); i++)
		if (has_text(frames[i].file) && !is_library(&frames[i]))
			return i;
	return place;
}

size_t
site_find_place(const struct frame *frames, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!is_library(&frames[i]))
			return skip_static_library(frames, count, i);
	return 0;
}

const struct frame *
site_place(const struct site *site)
{
	static const struct frame unknown;

	return site->place < site->frame_count ? &site->frames[site->place]
					       : &unknown;
}

static const char *
keep(const char *text, struct arena *arena)
{
	return text ? arena_copy(arena, text, strlen(text)) : NULL;
}

void
frame_keep(struct frame *frame, struct arena *arena)
{
	frame->module = keep(frame->module, arena);
	frame->function = keep(frame->function, arena);
	frame->file = keep(frame->file, arena);
}
