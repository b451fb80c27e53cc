/* SPDX-License-Identifier: MIT */
/* mqueue.h - the file system that shows message queues: mq_overview(7). */
#ifndef LEAKCHECK_MQUEUE_H
#define LEAKCHECK_MQUEUE_H

/*
 * Mount the mqueuefs of the caller's IPC namespace where nobody sees it. Takes
 * CAP_SYS_ADMIN, but to use the descriptor later does not: it is what
 * collect_settings.mqueue_dir wants. Returns a directory, or -1 with errno set.
 */
int mqueue_open_private(void);

#endif
