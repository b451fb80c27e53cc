/* SPDX-License-Identifier: MIT */
/* golden_json.h - a golden run on its way from the scout to the campaign. */
#ifndef HARNESS_GOLDEN_JSON_H
#define HARNESS_GOLDEN_JSON_H

#include <jansson.h>

#include "harness/golden.h"

json_t *golden_to_json(const struct golden *golden); /* a new reference */
/* Returns 0, or -1 with *err set; free *golden in either case. */
int
golden_from_json(struct golden *golden, const json_t *json, struct err *err);

#endif
