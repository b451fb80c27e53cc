/* SPDX-License-Identifier: MIT */
/*
 * modules.c - the files with code that a process has mapped.
 *
 *	555555554000-555555556000 r--p 00000000 08:01 1234    /usr/bin/prog
 *	555555556000-55555555a000 r-xp 00002000 08:01 1234    /usr/bin/prog
 *	55555555a000-55555557b000 rw-p 00000000 00:00 0       [heap]
 *
 * Lines of one file that follow each other are one module, also with anonymous
 * memory (.bss) in between.
 */
#include "harness/tracer/modules.h"

#include <fnmatch.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/proc.h"
#include "harness/tracer/tracee.h"

static const char *
last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static uint64_t
hash_name(const char *path)
{
	return hash_text(HASH_START, last_part(path));
}

/* glibc's, an older glibc's, musl's, which is the loader too. */
bool
modules_is_libc(const struct module *module)
{
	static const char *const names[] = {"libc.so*", "libc-[0-9]*",
					    "ld-musl-*", "libc.musl-*"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (!fnmatch(names[i], last_part(module->path), 0))
			return true;
	return false;
}

/* Is there something that an ELF file can be had for? */
static bool
is_file(const char *path)
{
	return path[0] == '/' || strcmp(path, "[vdso]") == 0;
}

static void
add_line(struct modules *modules, const struct module *line)
{
	struct module *last =
		modules->count ? &modules->items[modules->count - 1] : NULL;

	if (last && strcmp(last->path, line->path) == 0) {
		last->end = line->end;
		last->has_code |= line->has_code;
		return;
	}
	modules->items = mem_grow(modules->items, modules->count + 1,
				  sizeof(*modules->items));
	modules->items[modules->count] = *line;
	modules->items[modules->count++].path = mem_strdup(line->path);
}

static char *
skip_field(char *text)
{
	text += strspn(text, " ");
	return text + strcspn(text, " ");
}

/* By hand: sscanf(3) takes longer than all the rest of it. */
static void
parse_line(struct modules *modules, char *text)
{
	enum { EXECUTABLE = 3 }; /* in " r-xp" */
	struct module line = {0};

	line.start = strtoull(text, &text, 16);
	if (*text != '-')
		return;
	line.end = strtoull(text + 1, &text, 16);
	if (strnlen(text, EXECUTABLE + 1) <= EXECUTABLE)
		return;
	line.has_code = text[EXECUTABLE] == 'x';
	text = skip_field(skip_field(skip_field(text)));
	line.inode = strtoull(text, &text, 10);
	line.path = text + strspn(text, " ");
	if (is_file(line.path))
		add_line(modules, &line);
}

/* Files that were only mapped for their data are none. */
static void
keep_code(struct modules *modules)
{
	size_t kept = 0;

	for (size_t i = 0; i < modules->count; i++) {
		if (modules->items[i].has_code)
			modules->items[kept++] = modules->items[i];
		else
			free(modules->items[i].path);
	}
	modules->count = kept;
}

static uint64_t
hash_number(uint64_t hash, uint64_t number)
{
	return hash_bytes(hash, &number, sizeof(number));
}

static void
hash_all(struct modules *modules)
{
	modules->key = HASH_START;
	for (size_t i = 0; i < modules->count; i++) {
		struct module *module = &modules->items[i];

		module->name_hash = hash_name(module->path);
		modules->key = hash_number(modules->key, module->start);
		modules->key = hash_number(modules->key, module->end);
		modules->key = hash_number(modules->key, module->inode);
		modules->key = hash_bytes(modules->key, module->path,
					  strlen(module->path));
	}
}

void
modules_parse(struct modules *modules, struct buf *maps, const char *program)
{
	char *rest = NULL;
	char *line;

	*modules = (struct modules) {0};
	buf_add(maps, "", 1);
	for (line = strtok_r(maps->data, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest))
		parse_line(modules, line);
	keep_code(modules);
	hash_all(modules);
	for (size_t i = 0; i < modules->count; i++)
		modules->items[i].is_program =
			strcmp(modules->items[i].path, program) == 0;
}

int
modules_read(struct modules *modules, const struct tracee *tracee)
{
	CLEANUP_BUF struct buf maps = {0};
	char name[PROC_NAME_BYTES];
	char program[PATH_MAX];
	ssize_t length;

	if (proc_read(tracee->proc_dir, tracee->tid, "maps", &maps))
		return -1;
	snprintf(name, sizeof(name), "%d/exe", tracee->tid);
	length = readlinkat(tracee->proc_dir, name, program,
			    sizeof(program) - 1);
	program[length > 0 ? length : 0] = '\0';
	modules_parse(modules, &maps, program);
	return 0;
}

void
modules_free(struct modules *modules)
{
	for (size_t i = 0; i < modules->count; i++)
		free(modules->items[i].path);
	free(modules->items);
	*modules = (struct modules) {0};
}

const struct module *
modules_find(const struct modules *modules, uint64_t address)
{
	size_t low = 0;
	size_t high = modules->count;

	while (low < high) {
		const size_t middle = (low + high) / 2;
		const struct module *module = &modules->items[middle];

		if (address < module->start)
			high = middle;
		else if (address >= module->end)
			low = middle + 1;
		else
			return module;
	}
	return NULL;
}
