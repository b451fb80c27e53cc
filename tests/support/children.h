/* SPDX-License-Identifier: MIT */
/*
 * children.h - processes that make and hold objects for live tests. They die
 * with the test; trouble in one of them fails it.
 */
#ifndef TESTS_SUPPORT_CHILDREN_H
#define TESTS_SUPPORT_CHILDREN_H

#include <sys/types.h>

typedef void child_work(void *argument);

/* Run @work in a child that is dead and reaped when this returns. */
void child_does(child_work *work, void *argument);

/* The same, but it has done @work and lives on until child_end(). */
pid_t child_holds(child_work *work, void *argument);

/* Start @work, which waits in system call @number, and wait until it does. */
pid_t child_waits(child_work *work, void *argument, long number);

/* Wait until the process stands in system call @number. */
void wait_for_call(pid_t pid, long number);

/* Kill and reap it. */
void child_end(pid_t pid);

#endif
