/* SPDX-License-Identifier: MIT */
/* commands.h - the commands of ipcrash, and ipcrash itself. */
#ifndef HARNESS_CLI_COMMANDS_H
#define HARNESS_CLI_COMMANDS_H

#include "base/program.h"

#define PROGRAM "ipcrash"

/* One cmd_NAME.c each. A new command is a file and a row in commands.c. */
extern const struct cli_command cmd_run;
extern const struct cli_command cmd_list;
extern const struct cli_command cmd_rerun;
extern const struct cli_command cmd_report;
extern const struct cli_command cmd_diff;
extern const struct cli_command cmd_baseline;

/* `ipcrash` without a command; its `commands` are the ones above. */
extern const struct cli_command program_command;

#endif
