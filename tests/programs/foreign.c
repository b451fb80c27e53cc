/* SPDX-License-Identifier: MIT */
/*
 * foreign.c - makes a FIFO by the i386 system call of a 64-bit program.
 *
 *	foreign PATH
 */
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

int
main(int argc, char **argv)
{
#ifdef __x86_64__
	enum { I386_MKNOD = 14, PAGE = 4096 };
	/* Its pointers have 32 bits. */
	char *low = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	long result;

	if (argc != 2 || low == MAP_FAILED || strlen(argv[1]) >= PAGE)
		return 2;
	strcpy(low, argv[1]);
	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "a"(I386_MKNOD), "b"(low), "c"(S_IFIFO | 0600),
			   "d"(0)
			 : "memory", "r8", "r9", "r10", "r11");
	return result != 0;
#else
	(void)argv;
	return argc ? 77 : 0;
#endif
}
