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

/* rustc adds what is another in each build: "17h0123456789abcdefE". */
static size_t
without_hash(const char *name, size_t length)
{
	static const char mark[] = "17h";
	enum { DIGITS = 16, SUFFIX = sizeof(mark) - 1 + DIGITS + 1 };
	const char *suffix = name + length - SUFFIX;

	if (length > SUFFIX && strncmp(suffix, mark, strlen(mark)) == 0 &&
	    strspn(suffix + strlen(mark), "0123456789abcdef") == DIGITS)
		return length - SUFFIX;
	return length;
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
	return without_hash(name, length);
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

/* What of the tidy path @file is below @directory; NULL: it is not there. */
static const char *
path_below(const struct buf *file, const char *directory)
{
	CLEANUP_BUF struct buf start = {0};

	if (directory && directory[0] == '/')
		add_tidy_path(&start, directory);
	if (start.length > 0 && file->length > start.length &&
	    memcmp(file->data, start.data, start.length) == 0 &&
	    file->data[start.length] == '/')
		return file->data + start.length + 1;
	return NULL;
}

/* A place in the source: what frame->file and ->line are made of. */
struct source {
	const char *path; /* NULL: not known */
	const char
		*directory; /* the compiler was started in, NULL: not known */
	const char *top;    /* the program was started in, NULL: not known */
	int line;
};

/*
 * CMake and others give the compiler whole paths, and start it elsewhere. What
 * a site is called must not depend on where somebody has put his checkout.
 */
static const char *
name_file(const struct source *source, struct arena *arena)
{
	CLEANUP_BUF struct buf file = {0};
	const char *rest;

	if (source->path[0] != '/')
		return keep(arena, source->path);
	add_tidy_path(&file, source->path);
	rest = path_below(&file, source->directory);
	if (!rest)
		rest = path_below(&file, source->top);
	return keep(arena, rest ? rest : buf_text(&file));
}

static void
set_source(struct frame *frame, const struct source *source,
	   struct arena *arena)
{
	if (!source->path)
		return;
	frame->file = name_file(source, arena);
	frame->line = source->line;
}

/* What of the debug information a code address is in. */
struct unit {
	Dwarf_Die *die;	    /* NULL: it has none */
	Dwarf_Addr address; /* as the unit counts */
	const char *top;    /* of struct source */
};

/*
 * clang leaves .debug_aranges out, and libdw 0.188 finds no unit without; where
 * they are it counts what lies between two units to the first.
 */
static struct unit
find_unit(Dwfl_Module *module, uint64_t address)
{
	Dwarf_Addr bias = 0;
	Dwarf_Die *die = dwfl_module_addrdie(module, address, &bias);

	if (die && dwarf_haspc(die, address - bias) <= 0)
		die = NULL;
	if (!die)
		while ((die = dwfl_module_nextcu(module, die, &bias)) &&
		       dwarf_haspc(die, address - bias) <= 0)
			;
	return (struct unit) {.die = die, .address = address - bias};
}

static const char *
unit_directory(const struct unit *unit)
{
	Dwarf_Attribute directory;

	return dwarf_formstring(
		dwarf_attr(unit->die, DW_AT_comp_dir, &directory));
}

static struct source
source_of_address(const struct unit *unit)
{
	struct source source = {.directory = unit_directory(unit),
				.top = unit->top};
	Dwarf_Line *line = dwarf_getsrc_die(unit->die, unit->address);

	if (line && dwarf_lineno(line, &source.line) == 0)
		source.path = dwarf_linesrc(line, NULL, NULL);
	return source;
}

static Dwarf_Word
number_of(Dwarf_Die *die, unsigned name)
{
	Dwarf_Attribute attribute;
	Dwarf_Word value = 0;

	(void)dwarf_formudata(dwarf_attr(die, name, &attribute), &value);
	return value;
}

/* Where the function that was inlined as @scope is called. */
static struct source
source_of_call(const struct unit *unit, Dwarf_Die *scope)
{
	struct source source = {
		.directory = unit_directory(unit),
		.top = unit->top,
		.line = (int)number_of(scope, DW_AT_call_line),
	};
	Dwarf_Files *files;
	size_t count;

	if (dwarf_getsrcfiles(unit->die, &files, &count) == 0)
		source.path = dwarf_filesrc(
			files, number_of(scope, DW_AT_call_file), NULL, NULL);
	return source;
}

/* As the symbol would be, were it not inlined: C++ and Rust mangle. */
static const char *
name_inlined(Dwarf_Die *scope, struct arena *arena)
{
	Dwarf_Attribute attribute;
	const char *name = dwarf_formstring(
		dwarf_attr_integrate(scope, DW_AT_linkage_name, &attribute));

	if (!name)
		name = dwarf_diename(scope);
	return name ? arena_copy(arena, name, source_length(name)) : NULL;
}

/* Inlined functions one in another, the outermost first. */
struct inlined {
	Dwarf_Die scopes[STACK_DEPTH];
	size_t count;
};

/* May code be in it though it has no address itself? Rust's functions are in
 * namespaces, and dwarf_getscopes() does not look there. */
static bool
is_container(Dwarf_Die *die)
{
	const int tag = dwarf_tag(die);

	return tag == DW_TAG_namespace || tag == DW_TAG_structure_type ||
	       tag == DW_TAG_class_type;
}

/* Returns whether @address is in @die, or in what it contains. */
static bool
collect_inlined(Dwarf_Die *die, Dwarf_Addr address, struct inlined *inlined)
{
	const bool is_here = dwarf_haspc(die, address) > 0;
	bool found = false;
	Dwarf_Die child;

	if (!is_here && !is_container(die))
		return false;
	if (dwarf_tag(die) == DW_TAG_inlined_subroutine &&
	    inlined->count < ARRAY_LEN(inlined->scopes))
		inlined->scopes[inlined->count++] = *die;
	if (dwarf_child(die, &child) != 0)
		return is_here;
	do
		found = collect_inlined(&child, address, inlined);
	while (!found && dwarf_siblingof(&child, &child) == 0);
	return is_here || found;
}

/*
 * A function that the compiler has inlined has a frame of its own, at the same
 * address. Fills @frames from the innermost on, all with what is in the first;
 * returns how many.
 */
static size_t
name_sources(const struct unit *unit, struct frame *frames, size_t room,
	     struct arena *arena)
{
	const struct frame function = frames[0];
	struct source source = source_of_address(unit);
	struct inlined inlined = {.count = 0};
	size_t count = 1;

	set_source(&frames[0], &source, arena);
	if (room > 1)
		(void)collect_inlined(unit->die, unit->address, &inlined);
	for (size_t i = inlined.count; i-- > 0 && count < room;) {
		Dwarf_Die *scope = &inlined.scopes[i];

		frames[count - 1].function = name_inlined(scope, arena);
		frames[count] = function;
		source = source_of_call(unit, scope);
		set_source(&frames[count++], &source, arena);
	}
	return count;
}

/*
 * libc's own source is of no interest, and its debug information, where it is
 * installed, takes tens of milliseconds to read.
 */
static size_t
name_by_dwfl(struct stacks *stacks, struct tracee *tracee,
	     const struct module *known, uint64_t address, struct frame *frames,
	     size_t room, struct arena *arena)
{
	Dwfl_Module *module =
		layout_find(stacks_layout(stacks, tracee), tracee, address);
	struct unit unit = {0};
	GElf_Addr bias;

	if (!module)
		return 1;
	if (dwfl_module_getelf(module, &bias))
		frames[0].offset = address - bias;
	frames[0].function = find_function(module, address, arena);
	if (!modules_is_libc(known))
		unit = find_unit(module, address);
	unit.top = stacks_top(stacks);
	return unit.die ? name_sources(&unit, frames, room, arena) : 1;
}

/* Returns how many frames, 1 to @room, the address stands for. */
static size_t
name_address(struct stacks *stacks, struct tracee *tracee, uint64_t address,
	     struct frame *frames, size_t room, struct arena *arena)
{
	struct layout *layout = stacks_layout(stacks, tracee);
	const struct module *module =
		layout ? modules_find(layout_modules(layout), address) : NULL;

	frames[0] = (struct frame) {.module = "", .offset = address};
	if (!module)
		return 1;
	frames[0].module = keep(arena, module->path);
	frames[0].offset = address - module->start;
	return name_by_dwfl(stacks, tracee, module, address, frames, room,
			    arena);
}

void
stack_name_address(struct stacks *stacks, struct tracee *tracee,
		   uint64_t address, struct frame *frame, struct arena *arena)
{
	(void)name_address(stacks, tracee, address, frame, 1, arena);
}

/* A return address may be the first of the next function, or line. */
size_t
stack_name(struct stacks *stacks, struct tracee *tracee,
	   const struct stack *stack, struct frame *frames, struct arena *arena)
{
	size_t count = 0;

	for (size_t i = 0; i < stack->depth && count < STACK_DEPTH; i++) {
		const bool exact = stack->interrupted >> i & 1;

		count += name_address(
			stacks, tracee, stack->pc[i] - (exact ? 0 : 1),
			frames + count, STACK_DEPTH - count, arena);
	}
	return count;
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
