/* SPDX-License-Identifier: MIT */
/*
 * layout.c - a process's modules and a Dwfl of them. libdwfl allows one process
 * for a Dwfl; here it is whichever is asked about: its callbacks look at
 * layout->tracee.
 */
#include "harness/tracer/layout.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fd.h"
#include "base/mem.h"
#include "harness/tracer/arch.h"
#include "harness/tracer/debuginfo.h"
#include "harness/tracer/registers.h"
#include "harness/tracer/tracee.h"

enum { STACK_BYTES = 8192 }; /* read at once */

struct named_function {
	char *name;
	struct layout_function function;
};

struct layout {
	struct modules modules;
	Dwfl *dwfl;
	bool tried_unwinding, can_unwind;
	unsigned char *vdso; /* its image, NULL: none */
	struct named_function *functions;
	size_t function_count;
	/* Only while it is asked about: */
	struct tracee *tracee;
	struct user_regs_struct registers;
	uint64_t memory_start; /* a part of its memory */
	size_t memory_length;
	unsigned char memory[STACK_BYTES];
};

/* The vdso is a whole ELF file in memory: vdso(7). */
static Elf *
open_vdso(struct layout *layout, const struct module *module)
{
	const size_t length = (size_t)(module->end - module->start);

	if (!layout->vdso) {
		layout->vdso = mem_zalloc(length);
		(void)tracee_read(layout->tracee, module->start, layout->vdso,
				  length);
	}
	return elf_memory((char *)layout->vdso, length);
}

static int
open_at(int directory, const char *name)
{
	return openat(directory, name, O_RDONLY | O_CLOEXEC);
}

static bool
is_it(int fd, const struct module *module)
{
	struct stat status;

	return fd >= 0 && fstat(fd, &status) == 0 &&
	       status.st_ino == module->inode;
}

/*
 * By its name; as a process with another root sees it; by the link to it, if
 * it was removed. When none has the right number the first one has to do:
 * overlay file systems show others in /proc/PID/maps.
 */
static int
open_file(const struct tracee *tracee, const struct module *module)
{
	char name[PATH_MAX + 64];
	int by_name = open_at(-1, module->path);
	int other;

	if (is_it(by_name, module))
		return by_name;
	snprintf(name, sizeof(name), "%d/root%s", tracee->tid, module->path);
	other = open_at(tracee->proc_dir, name);
	if (!is_it(other, module) && module->is_program) {
		fd_close(&other);
		snprintf(name, sizeof(name), "%d/exe", tracee->tid);
		other = open_at(tracee->proc_dir, name);
	}
	if (by_name >= 0 && is_it(other, module))
		fd_close(&by_name);
	else if (by_name >= 0)
		fd_close(&other);
	return by_name >= 0 ? by_name : other;
}

static int
find_elf(Dwfl_Module *dwfl_module, void **userdata, const char *name,
	 Dwarf_Addr base, char **file_name, Elf **elf)
{
	struct layout *layout = *userdata;
	const struct module *module = modules_find(&layout->modules, base);

	(void)dwfl_module;
	if (!module)
		return -1;
	if (module->path[0] != '/') {
		*elf = open_vdso(layout, module);
		return -1;
	}
	*file_name = mem_strdup(name);
	return open_file(layout->tracee, module);
}

static const Dwfl_Callbacks file_callbacks = {
	.find_elf = find_elf,
	.find_debuginfo = debuginfo_find,
	.section_address = dwfl_offline_section_address,
};

static pid_t
next_thread(Dwfl *dwfl, void *argument, void **thread_argument)
{
	(void)dwfl;
	(void)argument;
	(void)thread_argument;
	return 0;
}

static bool
get_thread(Dwfl *dwfl, pid_t tid, void *argument, void **thread_argument)
{
	(void)dwfl;
	(void)tid;
	*thread_argument = argument;
	return true;
}

/* Is the word at @address, which may be any number, in what was read? */
static bool
has_word(const struct layout *layout, uint64_t address)
{
	return layout->memory_length >= sizeof(Dwarf_Word) &&
	       address >= layout->memory_start &&
	       address - layout->memory_start <=
		       layout->memory_length - sizeof(Dwarf_Word);
}

static bool
read_word(Dwfl *dwfl, Dwarf_Addr address, Dwarf_Word *word, void *argument)
{
	struct layout *layout = argument;

	(void)dwfl;
	if (!has_word(layout, address)) {
		layout->memory_start = address;
		layout->memory_length =
			tracee_read(layout->tracee, address, layout->memory,
				    sizeof(layout->memory));
	}
	if (!has_word(layout, address))
		return false;
	memcpy(word, layout->memory + (address - layout->memory_start),
	       sizeof(*word));
	return true;
}

static bool
set_registers(Dwfl_Thread *thread, void *argument)
{
	const struct layout *layout = argument;
	uint64_t numbered[ARCH_DWARF_REGISTERS];
	const size_t count = arch_number(&layout->registers, numbered);

	dwfl_thread_state_register_pc(thread, arch_pc(&layout->registers));
	return dwfl_thread_state_registers(thread, 0, (unsigned)count,
					   numbered);
}

static const Dwfl_Thread_Callbacks thread_callbacks = {
	.next_thread = next_thread,
	.get_thread = get_thread,
	.memory_read = read_word,
	.set_initial_registers = set_registers,
};

static void
report(struct layout *layout, const struct module *module)
{
	Dwfl_Module *reported = dwfl_report_module(layout->dwfl, module->path,
						   module->start, module->end);
	void **userdata;

	if (!reported)
		return;
	(void)dwfl_module_info(reported, &userdata, NULL, NULL, NULL, NULL,
			       NULL, NULL);
	*userdata = layout;
}

struct layout *
layout_new(struct modules *modules)
{
	struct layout *layout = mem_zalloc(sizeof(*layout));

	layout->modules = *modules;
	*modules = (struct modules) {0};
	layout->dwfl = dwfl_begin(&file_callbacks);
	if (!layout->dwfl)
		return layout;
	dwfl_report_begin(layout->dwfl);
	for (size_t i = 0; i < layout->modules.count; i++)
		report(layout, &layout->modules.items[i]);
	(void)dwfl_report_end(layout->dwfl, NULL, NULL);
	return layout;
}

void
layout_free(struct layout *layout)
{
	if (!layout)
		return;
	if (layout->dwfl)
		dwfl_end(layout->dwfl);
	for (size_t i = 0; i < layout->function_count; i++)
		free(layout->functions[i].name);
	free(layout->functions);
	free(layout->vdso);
	modules_free(&layout->modules);
	free(layout);
}

const struct modules *
layout_modules(const struct layout *layout)
{
	return &layout->modules;
}

/* From here on the callbacks may be called. Returns false when there is none
 * to call them. */
static bool
ask_about(struct layout *layout, struct tracee *tracee)
{
	layout->tracee = tracee;
	layout->memory_length = 0;
	return layout->dwfl != NULL;
}

/* libdwfl opens a module's file for that, so a tracee is needed. */
static bool
can_unwind(struct layout *layout)
{
	if (!layout->tried_unwinding)
		layout->can_unwind = dwfl_attach_state(
			layout->dwfl, NULL, layout->tracee->tid,
			&thread_callbacks, layout);
	layout->tried_unwinding = true;
	return layout->can_unwind;
}

static int
add_frame(Dwfl_Frame *frame, void *argument)
{
	struct stack *stack = argument;
	Dwarf_Addr pc;
	bool interrupted;

	if (stack->depth == STACK_DEPTH ||
	    !dwfl_frame_pc(frame, &pc, &interrupted) || pc == 0)
		return DWARF_CB_ABORT;
	if (interrupted && stack->depth > 0)
		stack->interrupted |= UINT64_C(1) << stack->depth;
	stack->pc[stack->depth++] = pc;
	return DWARF_CB_OK;
}

void
layout_unwind(struct layout *layout, struct tracee *tracee, struct stack *stack)
{
	stack->interrupted = 0;
	stack->depth = 1;
	stack->pc[0] = tracee->call.pc;
	if (!registers_get(tracee->tid, &layout->registers))
		return;
	stack->depth = 0;
	if (ask_about(layout, tracee) && can_unwind(layout))
		(void)dwfl_getthread_frames(layout->dwfl, tracee->tid,
					    add_frame, stack);
	if (stack->depth == 0)
		stack->pc[stack->depth++] = arch_pc(&layout->registers);
}

Dwfl_Module *
layout_find(struct layout *layout, struct tracee *tracee, uint64_t address)
{
	if (!ask_about(layout, tracee))
		return NULL;
	return dwfl_addrmodule(layout->dwfl, address);
}

/* The linker may have added a version: "sem_open@@GLIBC_2.34". */
static bool
is_called(const char *symbol, const char *name)
{
	const size_t length = strlen(name);

	return strncmp(symbol, name, length) == 0 &&
	       (symbol[length] == '\0' || symbol[length] == '@');
}

/* Is symbol @index the function @name? Local symbols only when @local. */
static bool
is_function(Dwfl_Module *module, int index, const char *name, bool local,
	    struct layout_function *function)
{
	GElf_Sym symbol;
	GElf_Addr address;
	GElf_Word section;
	const char *found = dwfl_module_getsym_info(
		module, index, &symbol, &address, &section, NULL, NULL);

	if (!found || section == SHN_UNDEF ||
	    GELF_ST_TYPE(symbol.st_info) != STT_FUNC ||
	    (GELF_ST_BIND(symbol.st_info) == STB_LOCAL) != local ||
	    !is_called(found, name))
		return false;
	*function =
		(struct layout_function) {address, address + symbol.st_size};
	return true;
}

static bool
find_in_module(Dwfl_Module *module, const char *name,
	       struct layout_function *function)
{
	const int count = module ? dwfl_module_getsymtab(module) : 0;

	for (int local = 0; local < 2; local++)
		for (int i = 1; i < count; i++)
			if (is_function(module, i, name, local, function))
				return true;
	return false;
}

static struct layout_function
look_up(struct layout *layout, struct tracee *tracee, const char *name)
{
	struct layout_function function = {0, 0};

	for (size_t i = 0; i < layout->modules.count; i++) {
		const struct module *module = &layout->modules.items[i];

		if ((module->is_program || modules_is_libc(module)) &&
		    find_in_module(layout_find(layout, tracee, module->start),
				   name, &function))
			break;
	}
	return function;
}

struct layout_function
layout_function(struct layout *layout, struct tracee *tracee, const char *name)
{
	struct named_function *added;

	for (size_t i = 0; i < layout->function_count; i++)
		if (strcmp(layout->functions[i].name, name) == 0)
			return layout->functions[i].function;
	layout->functions =
		mem_grow(layout->functions, layout->function_count + 1,
			 sizeof(*layout->functions));
	added = &layout->functions[layout->function_count++];
	added->name = mem_strdup(name);
	added->function = look_up(layout, tracee, name);
	return added->function;
}
