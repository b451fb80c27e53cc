/* SPDX-License-Identifier: MIT */
/*
 * destructor.cc - a segment and a queue as C++ has them: made by a constructor,
 * removed by a destructor. exit() destroys what is static and unwinds no stack;
 * when a constructor throws, what it made itself has no destructor. So the pool
 * is static, and each object of the kernel is a member of its own. A handler
 * removes both; signals wait while they are made.
 *
 * Must hold: SIGHUP, SIGINT, SIGTERM and failing calls leave nothing, nor does
 * exit() when the pool is there.
 *
 * PLANT 1: the pool is on the stack.
 * PLANT 2: a segment that cannot be attached throws, and removes nothing.
 * PLANT 3: nobody catches what the constructors throw.
 */
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <sys/msg.h>
#include <sys/shm.h>

#include "scenarios/scenario.h"

enum { BYTES = 4096 };

static volatile std::sig_atomic_t segment = -1, queue = -1;

static void
remove_segment()
{
	if (segment != -1)
		shmctl(segment, IPC_RMID, nullptr);
	segment = -1;
}

static void
remove_queue()
{
	if (queue != -1)
		msgctl(queue, IPC_RMID, nullptr);
	queue = -1;
}

extern "C" void
die(int number)
{
	remove_queue();
	remove_segment();
	std::signal(number, SIG_DFL);
	std::raise(number);
}

struct segment_owner {
	segment_owner()
	{
		segment = shmget(IPC_PRIVATE, BYTES, 0600);
		if (segment == -1)
			throw std::runtime_error("shmget");
		if (shmat(segment, nullptr, 0) != (void *)-1)
			return;
		if (!PLANTED(2))
			remove_segment();
		throw std::runtime_error("shmat");
	}
	~segment_owner()
	{
		remove_segment();
	}
};

struct queue_owner {
	queue_owner()
	{
		queue = msgget(IPC_PRIVATE, 0600);
		if (queue == -1)
			throw std::runtime_error("msgget");
	}
	~queue_owner()
	{
		remove_queue();
	}
};

struct pool {
	segment_owner memory;
	queue_owner requests;
};

static int
use()
{
	sigset_t all, before;
	struct msqid_ds status;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
#if PLANTED(1)
	const pool own;
#else
	static const pool own;
#endif
	sigprocmask(SIG_SETMASK, &before, nullptr);
	return msgctl(queue, IPC_STAT, &status) == 0 ? 0 : 1;
}

int
main()
{
	std::signal(SIGHUP, die);
	std::signal(SIGINT, die);
	std::signal(SIGTERM, die);
	if (PLANTED(3))
		return use();
	try {
		return use();
	} catch (const std::exception &) {
		return 1;
	}
}
