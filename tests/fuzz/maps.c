/* SPDX-License-Identifier: MIT */
/*
 * maps.c - fuzz: /proc/PID/maps, as the tracer reads it. Each module is code of
 * a file; one of lines in order is found by its addresses.
 */
#include "base/mem.h"
#include "harness/tracer/modules.h"
#include "tests/fuzz/fuzz.h"

#define CLEANUP_MODULES CLEANUP(modules_free)

static bool
is_in_order(const struct modules *modules)
{
	uint64_t end = 0;

	for (size_t i = 0; i < modules->count; i++) {
		const struct module *module = &modules->items[i];

		if (module->start < end || module->end <= module->start)
			return false;
		end = module->end;
	}
	return true;
}

static void
check_found(const struct modules *modules, const struct module *module)
{
	MUST(modules_find(modules, module->start) == module);
	MUST(modules_find(modules, module->end - 1) == module);
	MUST(modules_find(modules, module->end) != module);
}

static void
check_module(const struct module *module, const char *program)
{
	MUST(module->has_code);
	MUST(module->path[0] == '/' || !strcmp(module->path, "[vdso]"));
	MUST(module->is_program == !strcmp(module->path, program));
	MUST(!(modules_is_libc(module) && module->path[0] == '['));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char program[] = "/usr/bin/prog";
	CLEANUP_MODULES struct modules modules = {0};
	CLEANUP_MODULES struct modules again = {0};
	CLEANUP_BUF struct buf text = {0};
	CLEANUP_BUF struct buf copy = {0};

	buf_add(&text, data, size);
	buf_add(&copy, data, size);
	modules_parse(&modules, &text, program);
	modules_parse(&again, &copy, program);
	MUST(modules.key == again.key && modules.count == again.count);
	for (size_t i = 0; i < modules.count; i++) {
		check_module(&modules.items[i], program);
		if (is_in_order(&modules))
			check_found(&modules, &modules.items[i]);
	}
	return 0;
}
