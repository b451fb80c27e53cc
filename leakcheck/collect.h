/* SPDX-License-Identifier: MIT */
/* collect.h - take a snapshot: run the collectors. */
#ifndef LEAKCHECK_COLLECT_H
#define LEAKCHECK_COLLECT_H

#include "leakcheck/collector.h"

/* All kinds, /dev/shm, and directories where FIFOs and sockets are usual. */
struct collect_settings collect_defaults(void);

/*
 * Look at all objects of settings->kinds that are alive now, in the calling
 * process's IPC and mount namespaces. Returns a snapshot that the caller frees
 * with snapshot_free(), or NULL with *err set.
 */
struct snapshot *
collect_snapshot(const struct collect_settings *settings, struct err *err);

#endif
