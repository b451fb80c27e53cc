/* SPDX-License-Identifier: MIT */
/*
 * deny.c - runs a command to which the kernel refuses some system calls, as
 * containers and hardened hosts do.
 *
 *	deny CALL=ERRNO... -- COMMAND [ARG]...	(ERRNO a number)
 */
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int
deny(scmp_filter_ctx context, char *spec)
{
	char *equals = strchr(spec, '=');
	int number;

	if (!equals)
		return -1;
	*equals = '\0';
	number = seccomp_syscall_resolve_name(spec);
	return seccomp_rule_add(
		context, SCMP_ACT_ERRNO((unsigned)atoi(equals + 1)), number, 0);
}

int
main(int argc, char **argv)
{
	scmp_filter_ctx context = seccomp_init(SCMP_ACT_ALLOW);
	int i;

	/* setuid programs keep working where root starts us. */
	if (geteuid() == 0)
		seccomp_attr_set(context, SCMP_FLTATR_CTL_NNP, 0);
	for (i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (deny(context, argv[i]))
			return 99;
	if (i + 1 >= argc || seccomp_load(context))
		return 99;
	execvp(argv[i + 1], argv + i + 1);
	perror("deny");
	return 99;
}
