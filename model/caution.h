/* SPDX-License-Identifier: MIT */
/*
 * caution.h - what of a program cannot be followed, from caution.def. A set of
 * them is a bit mask.
 */
#ifndef MODEL_CAUTION_H
#define MODEL_CAUTION_H

#include <stddef.h>

enum caution {
#define CAUTION(symbol, tells) CAUTION_##symbol,
#include "model/caution.def"
#undef CAUTION
	CAUTION_COUNT
};
#define CAUTION_BIT(caution) (1u << (caution))

/* "the program calls ptrace(2), which fails: ..." */
const char *caution_tells(enum caution caution);
/* The texts of a set, in the order of caution.def. Returns how many. */
size_t caution_texts(unsigned set, const char *texts[CAUTION_COUNT]);

#endif
