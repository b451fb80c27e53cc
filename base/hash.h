/* SPDX-License-Identifier: MIT */
/*
 * hash.h - FNV-1a, 64 bits: http://www.isthe.com/chongo/tech/comp/fnv/. Ids in
 * logs are made of it, so it stays as it is.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#define HASH_START UINT64_C(0xcbf29ce484222325)

/* Go on from @hash, HASH_START or a former result. */
uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t length);
uint64_t hash_text(uint64_t hash, const char *text); /* without its NUL */

#endif
