/* SPDX-License-Identifier: MIT */
/* commands.h - the commands of leakcheck, and leakcheck itself. */
#ifndef LEAKCHECK_CLI_COMMANDS_H
#define LEAKCHECK_CLI_COMMANDS_H

#include "base/program.h"

#define PROGRAM "leakcheck"

/* One cmd_NAME.c each. A new command is a file and a row in commands.c. */
extern const struct cli_command cmd_list;
extern const struct cli_command cmd_snapshot;
extern const struct cli_command cmd_diff;
extern const struct cli_command cmd_run;
extern const struct cli_command cmd_clean;

/* `leakcheck` without a command; its `commands` are the ones above. */
extern const struct cli_command program_command;

#endif
