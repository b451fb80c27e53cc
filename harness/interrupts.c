/* SPDX-License-Identifier: MIT */
/* interrupts.c - the signals by which a user ends a campaign. */
#include "harness/interrupts.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/fd.h"

static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGUSR1};

static bool
is_ignored(int number)
{
	struct sigaction action;

	return sigaction(number, NULL, &action) == 0 &&
	       action.sa_handler == SIG_IGN;
}

int
interrupts_take(struct interrupts *interrupts, struct err *err)
{
	const struct sigaction ignore = {.sa_handler = SIG_IGN};
	sigset_t ours;

	sigemptyset(&ours);
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
		if (!is_ignored(numbers[i]))
			sigaddset(&ours, numbers[i]);
	interrupts->fd = signalfd(-1, &ours, SFD_CLOEXEC | SFD_NONBLOCK);
	if (interrupts->fd < 0)
		return err_set(err, errno, "signalfd");
	sigprocmask(SIG_BLOCK, &ours, &interrupts->mask);
	sigaction(SIGPIPE, &ignore, &interrupts->pipe);
	return 0;
}

int
interrupts_next(const struct interrupts *interrupts)
{
	struct signalfd_siginfo info;
	ssize_t got = interrupts->fd < 0
			      ? 0
			      : read(interrupts->fd, &info, sizeof(info));

	return got == (ssize_t)sizeof(info) ? (int)info.ssi_signo : 0;
}

void
interrupts_give_back(struct interrupts *interrupts)
{
	if (interrupts->fd < 0)
		return;
	while (interrupts_next(interrupts))
		;
	fd_close(&interrupts->fd);
	sigaction(SIGPIPE, &interrupts->pipe, NULL);
	sigprocmask(SIG_SETMASK, &interrupts->mask, NULL);
}
