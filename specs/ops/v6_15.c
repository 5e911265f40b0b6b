// SPDX-License-Identifier: MIT
/*
 * v6_15: may any two operations on one mm run at the same time, in kernel 6.15?
 *
 * The lock of a VMA is a counter here, and the memory of a VMA may be another
 * VMA at once. That matters to the page fault, which finds its VMA without
 * mmap_lock, against all who take a VMA away or cut it in two.
 *
 * One thread each for the operations A and B, and C where there is one; their
 * names are those of <mm/ops.h>. They are expected to hold with the locks that
 * the kernel has.
 *
 * Result: A=mmap B=mmap --kernel=6.15: holds
 * Result: A=mmap B=munmap --kernel=6.15: holds
 * Result: A=mmap B=brk_grow --kernel=6.15: holds
 * Result: A=mmap B=brk_shrink --kernel=6.15: holds
 * Result: A=mmap B=mprotect --kernel=6.15: holds
 * Result: A=mmap B=stack --kernel=6.15: holds
 * Result: A=mmap B=populate --kernel=6.15: holds
 * Result: A=mmap B=fault --kernel=6.15: holds
 * Result: A=mmap B=dontneed --kernel=6.15: holds
 * Result: A=mmap B=mincore --kernel=6.15: holds
 * Result: A=mmap B=maps --kernel=6.15: holds
 * Result: A=mmap B=remote --kernel=6.15: holds
 * Result: A=munmap B=munmap --kernel=6.15: holds
 * Result: A=munmap B=brk_grow --kernel=6.15: holds
 * Result: A=munmap B=brk_shrink --kernel=6.15: holds
 * Result: A=munmap B=mprotect --kernel=6.15: holds
 * Result: A=munmap B=stack --kernel=6.15: holds
 * Result: A=munmap B=populate --kernel=6.15: holds
 * Result: A=munmap B=fault --kernel=6.15: holds
 * Result: A=munmap B=dontneed --kernel=6.15: holds
 * Result: A=munmap B=mincore --kernel=6.15: holds
 * Result: A=munmap B=maps --kernel=6.15: holds
 * Result: A=munmap B=remote --kernel=6.15: holds
 * Result: A=brk_grow B=fault --kernel=6.15: holds
 * Result: A=brk_shrink B=fault --kernel=6.15: holds
 * Result: A=mprotect B=fault --kernel=6.15: holds
 * Result: A=stack B=fault --kernel=6.15: holds
 * Result: A=populate B=fault --kernel=6.15: holds
 * Result: A=fault B=fault --kernel=6.15: holds
 * Result: A=fault B=dontneed --kernel=6.15: holds
 * Result: A=fault B=mincore --kernel=6.15: holds
 * Result: A=fault B=maps --kernel=6.15: holds
 * Result: A=fault B=remote --kernel=6.15: holds
 * Result: A=maps B=exit --kernel=6.15: holds
 * Result: A=remote B=exit --kernel=6.15: holds
 * Result: A=munmap B=fault C=mmap --kernel=6.15: holds
 * Result: A=munmap B=populate C=brk_grow --kernel=6.15: holds
 * Result: A=mprotect B=maps C=munmap --kernel=6.15: holds
 * Result: A=brk_grow B=stack C=munmap --kernel=6.15: holds
 */

#include <mm/ops.h>

#ifndef A
#define A	munmap
#endif
#ifndef B
#define B	populate
#endif

#define RUN(op)		RUN_(op)
#define RUN_(op)	op_##op()

INIT
{
	ops_init();
}

THREAD(a, &mm)
{
	RUN(A);
}

THREAD(b, &mm)
{
	RUN(B);
}

#ifdef C
THREAD(c, &mm)
{
	RUN(C);
}
#endif

FINAL
{
	ops_final();
}
