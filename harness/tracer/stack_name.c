/* SPDX-License-Identifier: MIT */
/* stack_name.c - what the addresses of a stack are called. */
#include <dwarf.h>
#include <string.h>

#include "base/attr.h"
#include "harness/tracer/stack.h"
#include "harness/tracer/stacks.h"

static const char *
keep(struct arena *arena, const char *text)
{
	return text ? arena_copy(arena, text, strlen(text)) : NULL;
}

/*
 * How much of a symbol is the function's name in the source: gcc splits
 * functions ("open_pool.part.0"), the linker adds versions ("exit@@GLIBC_2.2").
 */
static size_t
source_length(const char *name)
{
	static const char *const parts[] = {
		".isra.", ".part.", ".constprop.", ".cold", ".lto_priv.", "@"};
	size_t length = strlen(name);

	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		const char *at = strstr(name, parts[i]);

		if (at && at > name && (size_t)(at - name) < length)
			length = (size_t)(at - name);
	}
	return length;
}

static const char *
find_function(Dwfl_Module *module, uint64_t address, struct arena *arena)
{
	GElf_Off offset;
	GElf_Sym symbol;
	const char *name = dwfl_module_addrinfo(module, address, &offset,
						&symbol, NULL, NULL, NULL);

	if (!name || !*name)
		return NULL;
	return arena_copy(arena, name, source_length(name));
}

/* Append an absolute path without "." and "x/..". */
static void
add_tidy_path(struct buf *into, const char *path)
{
	while (*path) {
		const size_t length = strcspn(path, "/");
		const char *slash = strrchr(buf_text(into), '/');

		if (length == 2 && path[0] == '.' && path[1] == '.') {
			if (slash)
				into->length = (size_t)(slash - into->data);
		} else if (length > 0 && !(length == 1 && path[0] == '.')) {
			buf_add_text(into, "/");
			buf_add(into, path, length);
		}
		buf_add(into, "", 0);
		path += length + (path[length] == '/');
	}
}

/* The compiler was started in @directory, which may be NULL. */
static const char *
name_file(const char *path, const char *directory, struct arena *arena)
{
	CLEANUP_BUF struct buf file = {0};
	CLEANUP_BUF struct buf start = {0};

	if (path[0] != '/')
		return keep(arena, path);
	add_tidy_path(&file, path);
	if (directory && directory[0] == '/')
		add_tidy_path(&start, directory);
	if (start.length > 0 && file.length > start.length &&
	    memcmp(file.data, start.data, start.length) == 0 &&
	    file.data[start.length] == '/')
		return keep(arena, file.data + start.length + 1);
	return keep(arena, buf_text(&file));
}

/* Where the line of the unit at @address is, NULL: in none. */
static Dwarf_Line *
line_in_unit(Dwarf_Die *unit, Dwarf_Addr address)
{
	return dwarf_haspc(unit, address) > 0 ? dwarf_getsrc_die(unit, address)
					      : NULL;
}

/* clang leaves .debug_aranges out, and libdw 0.188 finds no unit without. */
static void
search_source(Dwfl_Module *module, uint64_t address, struct frame *frame,
	      struct arena *arena)
{
	Dwarf_Line *line = NULL;
	Dwarf_Die *unit = NULL;
	Dwarf_Attribute directory;
	Dwarf_Addr bias;
	const char *path;

	while (!line && (unit = dwfl_module_nextcu(module, unit, &bias)))
		line = line_in_unit(unit, address - bias);
	path = line ? dwarf_linesrc(line, NULL, NULL) : NULL;
	if (!path || dwarf_lineno(line, &frame->line))
		return;
	frame->file = name_file(
		path,
		dwarf_formstring(dwarf_attr(unit, DW_AT_comp_dir, &directory)),
		arena);
}

static void
name_source(Dwfl_Module *module, uint64_t address, struct frame *frame,
	    struct arena *arena)
{
	Dwfl_Line *line = dwfl_module_getsrc(module, address);
	const char *path =
		line ? dwfl_lineinfo(line, NULL, &frame->line, NULL, NULL, NULL)
		     : NULL;

	if (path)
		frame->file = name_file(path, dwfl_line_comp_dir(line), arena);
	else
		search_source(module, address, frame, arena);
}

/*
 * libc's own source is of no interest, and its debug information, where it is
 * installed, takes tens of milliseconds to read.
 */
static void
name_by_dwfl(struct layout *layout, struct tracee *tracee,
	     const struct module *known, uint64_t address, struct frame *frame,
	     struct arena *arena)
{
	Dwfl_Module *module = layout_find(layout, tracee, address);
	GElf_Addr bias;

	if (!module)
		return;
	if (dwfl_module_getelf(module, &bias))
		frame->offset = address - bias;
	frame->function = find_function(module, address, arena);
	if (!modules_is_libc(known))
		name_source(module, address, frame, arena);
}

void
stack_name_address(struct stacks *stacks, struct tracee *tracee,
		   uint64_t address, struct frame *frame, struct arena *arena)
{
	struct layout *layout = stacks_layout(stacks, tracee);
	const struct module *module =
		layout ? modules_find(layout_modules(layout), address) : NULL;

	*frame = (struct frame) {.module = "", .offset = address};
	if (!module)
		return;
	frame->module = keep(arena, module->path);
	frame->offset = address - module->start;
	name_by_dwfl(layout, tracee, module, address, frame, arena);
}

/* A return address may be the first of the next function, or line. */
size_t
stack_name(struct stacks *stacks, struct tracee *tracee,
	   const struct stack *stack, struct frame *frames, struct arena *arena)
{
	for (size_t i = 0; i < stack->depth; i++) {
		const bool exact = stack->interrupted >> i & 1;

		stack_name_address(stacks, tracee,
				   stack->pc[i] - (exact ? 0 : 1), &frames[i],
				   arena);
	}
	return stack->depth;
}

static struct layout_function
find(struct stacks *stacks, struct tracee *tracee, const char *name)
{
	struct layout_function function = {0, 0};
	struct layout *layout = stacks_layout(stacks, tracee);

	if (layout)
		function = layout_function(layout, tracee, name);
	return function;
}

/* libc may have been mapped since. */
uint64_t
stack_find_function(struct stacks *stacks, struct tracee *tracee,
		    const char *name)
{
	struct layout_function function = find(stacks, tracee, name);

	if (!function.start && stacks_look_again(stacks, tracee))
		function = find(stacks, tracee, name);
	return function.start;
}

bool
stack_is_inside(struct stacks *stacks, struct tracee *tracee,
		const struct stack *stack, const char *function)
{
	const struct layout_function range = find(stacks, tracee, function);

	for (size_t i = 0; i < stack->depth; i++)
		if (stack->pc[i] > range.start && stack->pc[i] <= range.end)
			return true;
	return false;
}

/* What is passed over on the way to a place is the library. */
bool
stack_is_libc(const struct frame *frame)
{
	const struct frame pair[] = {*frame, {.module = ""}};

	return site_find_place(pair, ARRAY_LEN(pair)) > 0;
}
