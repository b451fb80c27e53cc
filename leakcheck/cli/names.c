/* SPDX-License-Identifier: MIT */
/* names.c - users and processes by name, each looked up once. */
#include "leakcheck/cli/names.h"

#include <fcntl.h>
#include <pwd.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/number.h"
#include "base/text.h"

/* What is known of one number. */
struct name {
	bool used;
	uint32_t number;
	enum life life; /* processes only */
	const char *text;
};

/* Open addressing; the number of slots is a power of two. */
struct cache {
	struct name *slots;
	size_t size;
	size_t used;
};

struct names {
	struct cache users;
	struct cache processes;
	struct arena arena;
	struct procs *procs;
};

struct names *
names_new(void)
{
	struct names *names = mem_zalloc(sizeof(*names));

	names->procs = procs_open(PROCS_DEFAULT);
	return names;
}

void
names_free(struct names *names)
{
	if (!names)
		return;
	free(names->users.slots);
	free(names->processes.slots);
	procs_free(names->procs);
	arena_free(&names->arena);
	free(names);
}

void
names_free_ptr(struct names **names)
{
	names_free(*names);
	*names = NULL;
}

/* The slot of @number: its own, or the free one where it belongs. */
static struct name *
slot_of(const struct cache *cache, uint32_t number)
{
	size_t mask = cache->size - 1;
	size_t at = (number * 2654435761u) & mask; /* Knuth 6.4 */

	while (cache->slots[at].used && cache->slots[at].number != number)
		at = (at + 1) & mask;
	return &cache->slots[at];
}

static void
grow(struct cache *cache)
{
	struct cache larger = {.size = cache->size ? cache->size * 2 : 64,
			       .used = cache->used};

	larger.slots = mem_zalloc(larger.size * sizeof(*larger.slots));
	for (size_t i = 0; i < cache->size; i++)
		if (cache->slots[i].used)
			*slot_of(&larger, cache->slots[i].number) =
				cache->slots[i];
	free(cache->slots);
	*cache = larger;
}

/* What is cached of @number; *is_new when it must be filled first. */
static struct name *
find(struct cache *cache, uint32_t number, bool *is_new)
{
	struct name *name;

	if (cache->used * 2 >= cache->size)
		grow(cache);
	name = slot_of(cache, number);
	*is_new = !name->used;
	if (*is_new) {
		*name = (struct name) {.used = true, .number = number};
		cache->used++;
	}
	return name;
}

static const char *
keep(struct names *names, const char *bytes, size_t length)
{
	CLEANUP_BUF struct buf text = {0};

	text_add_printable(&text, bytes, length);
	return arena_copy(&names->arena, buf_text(&text), text.length);
}

const char *
names_user(struct names *names, uid_t uid)
{
	bool is_new;
	struct name *name = find(&names->users, uid, &is_new);

	if (is_new) {
		const struct passwd *entry = getpwuid(uid);
		CLEANUP_BUF struct buf text = {0};

		if (entry)
			buf_add_text(&text, entry->pw_name);
		else
			buf_printf(&text, "%u", uid);
		name->text = keep(names, buf_text(&text), text.length);
	}
	return name->text;
}

bool
names_find_user(const char *name, uid_t *uid)
{
	const struct passwd *entry = getpwnam(name);
	uint64_t number;

	if (entry) {
		*uid = entry->pw_uid;
		return true;
	}
	/* (uid_t)-1 is nobody's. */
	if (!number_parse(name, 10, UINT32_MAX - 1, &number))
		return false;
	*uid = (uid_t)number;
	return true;
}

/* "0 0 4294967295": nobody is left out. user_namespaces(7) */
static bool
is_everybody_mapped(void)
{
	CLEANUP_BUF struct buf map = {0};
	unsigned long first;
	unsigned long count;

	return fd_read_file(AT_FDCWD, "/proc/self/uid_map", &map) == 0 &&
	       sscanf(buf_text(&map), "%lu %*u %lu", &first, &count) == 2 &&
	       first == 0 && count == UINT32_MAX;
}

bool
names_user_is_many(uid_t uid)
{
	CLEANUP_BUF struct buf overflow = {0};
	unsigned long usual = 65534;

	if (fd_read_file(AT_FDCWD, "/proc/sys/kernel/overflowuid", &overflow) ==
	    0)
		usual = strtoul(buf_text(&overflow), NULL, 10);
	return uid == usual && !is_everybody_mapped();
}

static void
look_up_process(struct names *names, struct name *name)
{
	const pid_t pid = (pid_t)name->number;
	struct proc_stat stat;

	name->life = procs_life(names->procs, pid, 0);
	name->text = "";
	if (name->life == LIFE_ALIVE && procs_read(names->procs, pid, &stat))
		name->text = keep(names, stat.name, strlen(stat.name));
}

enum life
names_process(struct names *names, pid_t pid, const char **command)
{
	bool is_new;
	struct name *name = find(&names->processes, (uint32_t)pid, &is_new);

	if (is_new)
		look_up_process(names, name);
	*command = name->text;
	return name->life;
}
