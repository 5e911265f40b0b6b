// SPDX-License-Identifier: MIT
/*
 * v5_12: may any two operations on one mm run at the same time, in kernel 5.12?
 *
 * The set of VMAs is an rbtree, munmap downgrades unless a stack stands above,
 * VMAs are freed at once. A stack grows with mmap_lock held for reading.
 *
 * One thread each for the operations A and B, and C where there is one; their
 * names are those of <mm/ops.h>. They are expected to hold with the locks that
 * the kernel has.
 *
 * Before 6.5, a stack that grows writes vm_start and vm_pgoff with mmap_lock held
 * for reading: unlocked-write, which is not the model's mistake but the kernel's,
 * and became StackRot. A fault in a hole finds the VMA above it, so that a heap
 * page unmapped before the fault makes the stack grow down to it (the gap and the
 * limit that the kernel keeps below a stack are not modelled). With that rule
 * muted the pairs hold: page_table_lock keeps two growths apart. But who looks
 * at vm_start without it, as /proc/pid/maps does, and a growth before it knows
 * that there is something to do, reads while it is written: data-race.
 *
 * Result: A=mmap B=mmap --kernel=5.12: holds
 * Result: A=mmap B=munmap --kernel=5.12: holds
 * Result: A=mmap B=brk_grow --kernel=5.12: holds
 * Result: A=mmap B=brk_shrink --kernel=5.12: holds
 * Result: A=mmap B=mprotect --kernel=5.12: holds
 * Result: A=mmap B=stack --kernel=5.12 --ignore=unlocked-write: holds
 * Result: A=mmap B=stack --kernel=5.12: violated unlocked-write
 * Result: A=mmap B=populate --kernel=5.12: holds
 * Result: A=mmap B=fault --kernel=5.12: holds
 * Result: A=mmap B=dontneed --kernel=5.12: holds
 * Result: A=mmap B=mincore --kernel=5.12: holds
 * Result: A=mmap B=maps --kernel=5.12: holds
 * Result: A=mmap B=remote --kernel=5.12: holds
 * Result: A=munmap B=munmap --kernel=5.12: holds
 * Result: A=munmap B=brk_grow --kernel=5.12: holds
 * Result: A=munmap B=brk_shrink --kernel=5.12: holds
 * Result: A=munmap B=mprotect --kernel=5.12: holds
 * Result: A=munmap B=stack --kernel=5.12 --ignore=unlocked-write: holds
 * Result: A=munmap B=stack --kernel=5.12: violated unlocked-write
 * Result: A=munmap B=populate --kernel=5.12: holds
 * Result: A=munmap B=fault --kernel=5.12 --ignore=unlocked-write: holds
 * Result: A=munmap B=fault --kernel=5.12: violated unlocked-write
 * Result: A=munmap B=dontneed --kernel=5.12: holds
 * Result: A=munmap B=mincore --kernel=5.12: holds
 * Result: A=munmap B=maps --kernel=5.12: holds
 * Result: A=munmap B=remote --kernel=5.12: holds
 * Result: A=brk_grow B=brk_grow --kernel=5.12: holds
 * Result: A=brk_grow B=brk_shrink --kernel=5.12: holds
 * Result: A=brk_grow B=mprotect --kernel=5.12: holds
 * Result: A=brk_grow B=stack --kernel=5.12 --ignore=unlocked-write: holds
 * Result: A=brk_grow B=stack --kernel=5.12: violated unlocked-write
 * Result: A=brk_grow B=populate --kernel=5.12: holds
 * Result: A=brk_grow B=fault --kernel=5.12: holds
 * Result: A=brk_grow B=dontneed --kernel=5.12: holds
 * Result: A=brk_grow B=mincore --kernel=5.12: holds
 * Result: A=brk_grow B=maps --kernel=5.12: holds
 * Result: A=brk_grow B=remote --kernel=5.12: holds
 * Result: A=brk_shrink B=brk_shrink --kernel=5.12: holds
 * Result: A=brk_shrink B=mprotect --kernel=5.12: holds
 * Result: A=brk_shrink B=stack --kernel=5.12 --ignore=unlocked-write: holds
 * Result: A=brk_shrink B=stack --kernel=5.12: violated unlocked-write
 * Result: A=brk_shrink B=populate --kernel=5.12: holds
 * Result: A=brk_shrink B=fault --kernel=5.12 --ignore=unlocked-write: holds
 * Result: A=brk_shrink B=fault --kernel=5.12: violated unlocked-write
 * Result: A=brk_shrink B=dontneed --kernel=5.12: holds
 * Result: A=brk_shrink B=mincore --kernel=5.12: holds
 * Result: A=brk_shrink B=maps --kernel=5.12: holds
 * Result: A=brk_shrink B=remote --kernel=5.12: holds
 * Result: A=mprotect B=mprotect --kernel=5.12: holds
 * Result: A=mprotect B=stack --kernel=5.12 --ignore=unlocked-write: holds
 * Result: A=mprotect B=stack --kernel=5.12: violated unlocked-write
 * Result: A=mprotect B=populate --kernel=5.12: holds
 * Result: A=mprotect B=fault --kernel=5.12: holds
 * Result: A=mprotect B=dontneed --kernel=5.12: holds
 * Result: A=mprotect B=mincore --kernel=5.12: holds
 * Result: A=mprotect B=maps --kernel=5.12: holds
 * Result: A=mprotect B=remote --kernel=5.12: holds
 * Result: A=stack B=stack --kernel=5.12 --ignore=unlocked-write: violated data-race
 * Result: A=stack B=stack --kernel=5.12: violated unlocked-write
 * Result: A=stack B=populate --kernel=5.12 --ignore=unlocked-write: holds
 * Result: A=stack B=populate --kernel=5.12: violated unlocked-write
 * Result: A=stack B=fault --kernel=5.12 --ignore=unlocked-write: holds
 * Result: A=stack B=fault --kernel=5.12: violated unlocked-write
 * Result: A=stack B=dontneed --kernel=5.12 --ignore=unlocked-write: holds
 * Result: A=stack B=dontneed --kernel=5.12: violated unlocked-write
 * Result: A=stack B=mincore --kernel=5.12 --ignore=unlocked-write: holds
 * Result: A=stack B=mincore --kernel=5.12: violated unlocked-write
 * Result: A=stack B=maps --kernel=5.12 --ignore=unlocked-write: violated data-race
 * Result: A=stack B=maps --kernel=5.12: violated unlocked-write
 * Result: A=stack B=remote --kernel=5.12 --ignore=unlocked-write: holds
 * Result: A=stack B=remote --kernel=5.12: violated unlocked-write
 * Result: A=maps B=exit --kernel=5.12: holds
 * Result: A=remote B=exit --kernel=5.12: holds
 * Result: A=munmap B=fault C=mmap --kernel=5.12 --ignore=unlocked-write: holds
 * Result: A=munmap B=populate C=brk_grow --kernel=5.12: holds
 * Result: A=mprotect B=maps C=munmap --kernel=5.12: holds
 * Result: A=brk_grow B=stack C=munmap --kernel=5.12 --ignore=unlocked-write: holds
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
