/* SPDX-License-Identifier: MIT */
/*
 * snapshot_json.h - the JSON form of what a snapshot says besides its objects:
 * when and where it was taken, what was looked for, what was not looked at.
 *
 *	{"type":"snapshot","version":1,"tool":"leakcheck 0.1.0","boot_id":"...",
 *	 "ipc_namespace":4026531839,"mount_namespace":4026531841,
 *	 "taken_at_ns":1795428645000000000,"kinds":["sysv-shm",...],
 *	 "watched":["/tmp",...],
 *	 "not_looked_at":[{"kinds":["fifo"],"path":"/tmp/x","why":"..."}]}
 *
 * What is not known is absent. "path" is absent in not_looked_at when it is
 * about these kinds everywhere. A path that is not UTF-8: see
 * model/object_json.h; in "watched" it is an object {"path","path_hex"} then.
 * Fields may be added, never renamed.
 */
#ifndef LEAKCHECK_SNAPSHOT_JSON_H
#define LEAKCHECK_SNAPSHOT_JSON_H

#include <jansson.h>

#include "leakcheck/snapshot.h"

enum { SNAPSHOT_JSON_VERSION = 1 };

/* Each returns a new reference. */
json_t *snapshot_json_header(const struct snapshot *snapshot);
json_t *snapshot_json_kinds(unsigned kinds); /* KIND_BIT()s to names */
json_t *snapshot_json_blind_spots(const struct snapshot *snapshot);

/*
 * Fill @snapshot, which is new, from a header. Returns 0, or -1 with *err
 * saying what is wrong: no header, another version, a wrong type.
 */
int snapshot_json_read_header(struct snapshot *snapshot, const json_t *json,
			      struct err *err);

#endif
