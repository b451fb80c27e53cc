/* SPDX-License-Identifier: MIT */
/* debuginfo.h - where the debug information of a stripped file is. */
#ifndef HARNESS_TRACER_DEBUGINFO_H
#define HARNESS_TRACER_DEBUGINFO_H

#include <elfutils/libdwfl.h>

/*
 * For Dwfl_Callbacks: a descriptor of the file, or -1. Unlike
 * dwfl_standard_find_debuginfo() it asks no server in the network, which
 * debuginfod(8) is, and so spends no tens of milliseconds on getting ready to.
 */
int debuginfo_find(Dwfl_Module *module, void **userdata, const char *name,
		   Dwarf_Addr base, const char *file_name, const char *link,
		   GElf_Word link_crc, char **found);

#endif
