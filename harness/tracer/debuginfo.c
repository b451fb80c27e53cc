/* SPDX-License-Identifier: MIT */
/*
 * debuginfo.c - where the debug information of a stripped file is: by its build
 * id under /usr/lib/debug/.build-id, or by the name in its .gnu_debuglink in
 * one of the places that gdb(1) has, too.
 */
#include "harness/tracer/debuginfo.h"

#include <elfutils/libdwelf.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>

#include "base/attr.h"
#include "base/fd.h"
#include "base/mem.h"

/* Was the file at @fd made of the same program? It has its build id then. */
static bool
is_of(int fd, Dwfl_Module *module)
{
	Elf *elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	const unsigned char *wanted;
	const void *id;
	GElf_Addr address;
	const int length = dwfl_module_build_id(module, &wanted, &address);
	const ssize_t other = elf ? dwelf_elf_gnu_build_id(elf, &id) : -1;
	const bool same = length > 0 && other == length &&
			  memcmp(id, wanted, (size_t)length) == 0;

	elf_end(elf);
	return same;
}

/* The directory of @file_name, with its last slash. */
static char *
place(const char *before, const char *file_name, const char *after,
      const char *link)
{
	const char *slash = strrchr(file_name, '/');
	const int length = slash ? (int)(slash + 1 - file_name) : 0;

	return mem_printf("%s%.*s%s%s", before, length, file_name, after, link);
}

static int
find_by_link(Dwfl_Module *module, const char *file_name, const char *link,
	     char **found)
{
	static const struct {
		const char *before;
		const char *after;
	} places[] = {{"", ""}, {"", ".debug/"}, {"/usr/lib/debug", ""}};

	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		CLEANUP_FREE char *path = place(places[i].before, file_name,
						places[i].after, link);
		int fd = open(path, O_RDONLY | O_CLOEXEC);

		if (fd >= 0 && is_of(fd, module)) {
			*found = mem_strdup(path);
			return fd;
		}
		fd_close(&fd);
	}
	return -1;
}

int
debuginfo_find(Dwfl_Module *module, void **userdata, const char *name,
	       Dwarf_Addr base, const char *file_name, const char *link,
	       GElf_Word link_crc, char **found)
{
	const int fd = dwfl_build_id_find_debuginfo(
		module, userdata, name, base, file_name, link, link_crc, found);

	if (fd >= 0 || !link || !file_name)
		return fd;
	return find_by_link(module, file_name, link, found);
}
