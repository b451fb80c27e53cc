/* SPDX-License-Identifier: MIT */
/* verdict.h - what a trial can come to, from verdict.def. */
#ifndef MODEL_VERDICT_H
#define MODEL_VERDICT_H

#include <stdbool.h>

enum verdict {
#define VERDICT(symbol, name, weight, badness, tells) VERDICT_##symbol,
#include "model/verdict.def"
#undef VERDICT
	VERDICT_COUNT
};

enum verdict_weight { WEIGHT_PASS, WEIGHT_NOTE, WEIGHT_FINDING, WEIGHT_GAP };

const char *verdict_name(enum verdict verdict); /* "not-reached" */
/* The verdict of that name. Returns false when there is none. */
bool verdict_parse(const char *text, enum verdict *verdict);
enum verdict_weight verdict_weight(enum verdict verdict);
/* Different for different verdicts, 0 for the best. */
unsigned verdict_badness(enum verdict verdict);
const char *verdict_tells(enum verdict verdict); /* half a sentence */

#endif
