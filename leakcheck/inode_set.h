/* SPDX-License-Identifier: MIT */
/*
 * inode_set.h - which files were met already, by device and inode. Pure.
 * Zero-initialise to start.
 */
#ifndef LEAKCHECK_INODE_SET_H
#define LEAKCHECK_INODE_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct inode_set {
	struct inode_key *slots; /* open addressing, a power of two of them */
	size_t room;
	size_t count;
};

/* Put it in. Returns false when it was there already. */
bool inode_set_add(struct inode_set *set, uint64_t dev, uint64_t ino);
void inode_set_free(struct inode_set *set);

#endif
