/* SPDX-License-Identifier: MIT */
/*
 * trial_json.h - the JSON form of a trial, a record of run.jsonl.
 *
 *	{"type":"trial","id":"src/pool.c:pool_open:shmget:1:return:SIGTERM",
 *	 "short":"7f3a9c12","site":"src/pool.c:pool_open:shmget:1",
 *	 "phase":"return","fault":"SIGTERM","policy":"must-clean",
 *	 "represents":1,"verdict":"window","note":"...","end":"signal:SIGTERM",
 *	 "ms":1.9,"reaction":"handled","handler":FRAME,
 *	 "left":[{"kind":"sysv-sem","id":0,...,"created_at":"...","held":true}],
 *	 "attempts":[{"operation":"shmctl","object":"sysv-shm 7","place":FRAME,
 *		      "result":"EPERM"}],
 *	 "window":{"instructions":5,"closes_at":"src/pool.c:42","place":FRAME},
 *	 "survivors":[{"pid":7,"command":"..."}],"output":"..."}
 *
 * The objects are those of object_json.h, FRAME is of site_json.h. "end" is
 * "exit:N" or "signal:NAME", "result" is "ok", an error, or "none" for a call
 * that did not return. What is not known is absent. A number takes the place of
 * a signal's or an error's name where it has none.
 *
 * A run for which nothing was planned, the golden run, has no id; its type is
 * "run", and what a plan says is absent.
 */
#ifndef MODEL_TRIAL_JSON_H
#define MODEL_TRIAL_JSON_H

#include <jansson.h>

#include "base/err.h"
#include "base/mem.h"
#include "model/trial.h"

/* A new reference. */
json_t *trial_to_json(const struct trial *trial);

/*
 * Fill *trial, a whole microsecond's worth of its duration and no core dump in
 * its status; texts and arrays are in @arena, which may be &trial->arena: that
 * member alone is kept as it was. Names that are not known are passed over.
 * Returns 0, or -1 with *err saying what is wrong: something that was planned
 * or the verdict is missing in a "trial"; a wrong type, range or word.
 */
int trial_from_json(struct trial *trial, const json_t *json,
		    struct arena *arena, struct err *err);

#endif
