/* SPDX-License-Identifier: MIT */
/* rules.c - what findings are instances of, and what to do about each. */
#include "reports/rules.h"

#include <assert.h>
#include <string.h>

#include "base/attr.h"

enum { RULE_WINDOW = KIND_COUNT, RULE_ORPHANED, RULE_HUNG, RULE_COUNT };

/* "Missing Release of Resource after Effective Lifetime" */
#define MISSING_RELEASE "cwe-772"
/* "Incomplete Cleanup", of supporting resources */
#define INCOMPLETE_CLEANUP "cwe-459"

#define LEAK_REMEDY(idiom)                                                     \
	"Remove it on every way out: in a handler of each signal that ends "   \
	"the program, in an atexit(3) hook, on the error path after the call " \
	"that failed. Where no code can run, as after SIGKILL, only this "     \
	"helps: " idiom "."

#define LEAK(symbol, kind, word, title, idiom)                           \
	[symbol] = {"leak." kind,                                        \
		    word,                                                \
		    "A " title " is left behind when the program ends.", \
		    LEAK_REMEDY(idiom),                                  \
		    idiom,                                               \
		    MISSING_RELEASE}

static const struct rule_row rows[] = {
	LEAK(KIND_SYSV_SHM, "sysv-shm", "SysvShmLeft",
	     "System V shared memory segment",
	     "IPC_RMID right after the last attach"),
	LEAK(KIND_SYSV_SEM, "sysv-sem", "SysvSemLeft", "System V semaphore set",
	     "removing or taking over an old set at start"),
	LEAK(KIND_SYSV_MSG, "sysv-msg", "SysvMsgLeft", "System V message queue",
	     "removing or taking over an old queue at start"),
	LEAK(KIND_POSIX_SHM, "posix-shm", "PosixShmLeft",
	     "POSIX shared memory object",
	     "shm_unlink() right after the last mmap()"),
	LEAK(KIND_POSIX_SEM, "posix-sem", "PosixSemLeft",
	     "POSIX named semaphore",
	     "sem_unlink() right after the last sem_open()"),
	LEAK(KIND_POSIX_MQ, "posix-mq", "PosixMqLeft", "POSIX message queue",
	     "mq_unlink() right after the last mq_open()"),
	LEAK(KIND_FIFO, "fifo", "FifoLeft", "FIFO",
	     "unlink() as soon as both ends are open"),
	LEAK(KIND_UNIX_SOCKET, "unix-socket", "UnixSocketLeft",
	     "Unix socket path", "removing an old socket at start"),
	[RULE_WINDOW] = {"window", "LeaksForInstructions",
			 "An object would be left if the program ended within "
			 "some instructions.",
			 "Block the signals around the call and the note of "
			 "what it made, sigprocmask(2), so that a handler "
			 "finds both or neither.",
			 NULL, MISSING_RELEASE},
	[RULE_ORPHANED] = {"orphaned", "ProcessesOutlive",
			   "Processes outlive the program that started them.",
			   "End them on every way out, or have them end "
			   "themselves: prctl(2), PR_SET_PDEATHSIG, or a pipe "
			   "whose other end the parent holds.",
			   NULL, INCOMPLETE_CLEANUP},
	[RULE_HUNG] = {"hung", "DoesNotEnd",
		       "The program does not end any more after the fault.",
		       "Look at what it waits for, ipcrash rerun --gdb: often "
		       "a lock that is held by what was interrupted, or a "
		       "handler that calls what is not in "
		       "signal-safety(7).",
		       NULL, NULL},
};
static_assert(ARRAY_LEN(rows) == RULE_COUNT, "a rule for each");

const struct rule_row *
rules_all(size_t *count)
{
	*count = ARRAY_LEN(rows);
	return rows;
}

const struct rule_row *
rules_find(enum verdict verdict, enum kind kind)
{
	if (verdict == VERDICT_WINDOW)
		return &rows[RULE_WINDOW];
	if (kind < KIND_COUNT)
		return &rows[kind];
	return &rows[verdict == VERDICT_ORPHANED ? RULE_ORPHANED : RULE_HUNG];
}

const struct rule_row *
rules_by_id(const char *id)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (strcmp(rows[i].id, id) == 0)
			return &rows[i];
	return NULL;
}
