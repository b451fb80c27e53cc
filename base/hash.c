/* SPDX-License-Identifier: MIT */
/* hash.c - FNV-1a, 64 bits. */
#include "base/hash.h"

#define PRIME UINT64_C(0x100000001b3)

uint64_t
hash_bytes(uint64_t hash, const void *bytes, size_t length)
{
	const unsigned char *byte = bytes;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ byte[i]) * PRIME;
	return hash;
}

uint64_t
hash_text(uint64_t hash, const char *text)
{
	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * PRIME;
	return hash;
}
