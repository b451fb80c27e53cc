/* SPDX-License-Identifier: MIT */
/* sighting.h - what a system call of the target is about, by its arguments. */
#ifndef HARNESS_SIGHTING_H
#define HARNESS_SIGHTING_H

#include "base/buf.h"
#include "harness/ledger.h"
#include "harness/tracer/tracer.h"

/*
 * Look at a call that @tracee is about to make. Returns false when it concerns
 * no IPC object: a file elsewhere, an abstract socket, a path that the target
 * did not make, a change of signals while no object is alive. Where such a path
 * is an object and is to be removed, its kind and path are filled all the same.
 * @proc_dir: a /proc of the tracer's own pid namespace. Free it in either case.
 */
bool sighting_take(struct sighting *sighting, const struct ledger *ledger,
		   int proc_dir, const struct tracee *tracee,
		   const struct call *call);
void sighting_free(struct sighting *sighting);
#define CLEANUP_SIGHTING CLEANUP(sighting_free)

#endif
