/* SPDX-License-Identifier: MIT */
/* main.c - ipcrash. */
#include "harness/cli/commands.h"

int
main(int argc, char **argv)
{
	return program_main(&program_command, PROGRAM, argc, argv);
}
