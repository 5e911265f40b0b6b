// SPDX-License-Identifier: MIT
/*
 * v6_12: may any two operations on one mm run at the same time, in kernel 6.12?
 *
 * As 6.6, and a userfaultfd may move pages. (Readers among each other are tried
 * in 6.15.) With the stack of before 6.5, STACK_EXPAND_WRITE_LOCK=0, the matrix
 * finds what it finds there.
 * And what if a fault maps a page that the OOM reaper has just taken
 * (FAULT_NOT_STABLE); if it waits for the manager of a userfaultfd with the lock
 * in hand (UFFD_KEEP_LOCK); if of two VMA locks the second is not said to be one
 * (UFFD_MOVE_NOT_NESTED); if madvise() drops mmap_lock to read a file ahead and has
 * no reference on it (WILLNEED_NO_REF), asks its VMA after the drop for the place in
 * the file (WILLNEED_LATE_OFFSET, which 5.4 to 5.8 did), or goes on to the next VMA
 * from the one that it had (MADVISE_KEEP_PREV); if khugepaged goes on with its VMA
 * behind a drop of mmap_lock (COLLAPSE_NO_REVALIDATE), or does not lock it for writing
 * (COLLAPSE_NO_VMA_LOCK)?
 *
 * One thread each for the operations A and B, and C where there is one; their
 * names are those of <mm/ops.h>. They are expected to hold with the locks that
 * the kernel has.
 *
 * Whoever manages memory by userfaultfd may bring in a page of a dying process
 * behind those who take its pages (reap, mrelease): it does not look at
 * MMF_UNSTABLE, as a fault does. What the program could see is what its manager
 * gave it, and the page goes when it exits.
 *
 * Result: A=munmap B=fault STACK_EXPAND_WRITE_LOCK=0: violated unlocked-write
 * Result: A=fault B=reap FAULT_NOT_STABLE: violated assert
 * Result: A=fault B=uffd_copy UFFD_KEEP_LOCK: violated contract
 * Result: A=stack B=uffd_move UFFD_MOVE_NOT_NESTED: violated lock-order
 * Result: A=mprotect B=collapse COLLAPSE_NO_REVALIDATE: violated stale-vma
 * Result: A=collapse B=exit COLLAPSE_NO_REVALIDATE: violated dangling-vma
 * Result: A=fault B=collapse COLLAPSE_NO_VMA_LOCK: violated assert
 * Result: A=munmap B=collapse COLLAPSE_NO_VMA_LOCK: holds
 * Result: A=munmap B=willneed WILLNEED_NO_REF: violated use-after-free
 * Result: A=mprotect B=willneed WILLNEED_NO_REF: holds
 * Result: A=munmap B=willneed WILLNEED_LATE_OFFSET: violated dangling-vma
 * Result: A=mprotect B=willneed WILLNEED_LATE_OFFSET: violated unstable-vma
 * Result: A=munmap B=willneed MADVISE_KEEP_PREV: violated dangling-vma
 * Result: A=mprotect B=willneed MADVISE_KEEP_PREV: violated stale-vma
 * Result: A=munmap B=remove MADVISE_KEEP_PREV: violated dangling-vma
 * Result: A=mmap B=mmap --kernel=6.12: holds
 * Result: A=mmap B=munmap --kernel=6.12: holds
 * Result: A=mmap B=brk_grow --kernel=6.12: holds
 * Result: A=mmap B=brk_shrink --kernel=6.12: holds
 * Result: A=mmap B=mprotect --kernel=6.12: holds
 * Result: A=mmap B=stack --kernel=6.12: holds
 * Result: A=mmap B=populate --kernel=6.12: holds
 * Result: A=mmap B=fault --kernel=6.12: holds
 * Result: A=mmap B=dontneed --kernel=6.12: holds
 * Result: A=mmap B=mincore --kernel=6.12: holds
 * Result: A=mmap B=maps --kernel=6.12: holds
 * Result: A=mmap B=remote --kernel=6.12: holds
 * Result: A=mmap B=advise --kernel=6.12: holds
 * Result: A=mmap B=pageout --kernel=6.12: holds
 * Result: A=mmap B=swapoff --kernel=6.12: holds
 * Result: A=mmap B=mrelease --kernel=6.12: holds
 * Result: A=mmap B=reap --kernel=6.12: holds
 * Result: A=mmap B=uffd_register --kernel=6.12: holds
 * Result: A=mmap B=uffd_copy --kernel=6.12: holds
 * Result: A=mmap B=uffd_move --kernel=6.12: holds
 * Result: A=munmap B=munmap --kernel=6.12: holds
 * Result: A=munmap B=brk_grow --kernel=6.12: holds
 * Result: A=munmap B=brk_shrink --kernel=6.12: holds
 * Result: A=munmap B=mprotect --kernel=6.12: holds
 * Result: A=munmap B=stack --kernel=6.12: holds
 * Result: A=munmap B=populate --kernel=6.12: holds
 * Result: A=munmap B=fault --kernel=6.12: holds
 * Result: A=munmap B=dontneed --kernel=6.12: holds
 * Result: A=munmap B=mincore --kernel=6.12: holds
 * Result: A=munmap B=maps --kernel=6.12: holds
 * Result: A=munmap B=remote --kernel=6.12: holds
 * Result: A=munmap B=advise --kernel=6.12: holds
 * Result: A=munmap B=pageout --kernel=6.12: holds
 * Result: A=munmap B=swapoff --kernel=6.12: holds
 * Result: A=munmap B=mrelease --kernel=6.12: holds
 * Result: A=munmap B=reap --kernel=6.12: holds
 * Result: A=munmap B=uffd_register --kernel=6.12: holds
 * Result: A=munmap B=uffd_copy --kernel=6.12: holds
 * Result: A=munmap B=uffd_move --kernel=6.12: holds
 * Result: A=brk_grow B=brk_grow --kernel=6.12: holds
 * Result: A=brk_grow B=brk_shrink --kernel=6.12: holds
 * Result: A=brk_grow B=mprotect --kernel=6.12: holds
 * Result: A=brk_grow B=stack --kernel=6.12: holds
 * Result: A=brk_grow B=populate --kernel=6.12: holds
 * Result: A=brk_grow B=fault --kernel=6.12: holds
 * Result: A=brk_grow B=dontneed --kernel=6.12: holds
 * Result: A=brk_grow B=mincore --kernel=6.12: holds
 * Result: A=brk_grow B=maps --kernel=6.12: holds
 * Result: A=brk_grow B=remote --kernel=6.12: holds
 * Result: A=brk_grow B=advise --kernel=6.12: holds
 * Result: A=brk_grow B=pageout --kernel=6.12: holds
 * Result: A=brk_grow B=swapoff --kernel=6.12: holds
 * Result: A=brk_grow B=mrelease --kernel=6.12: holds
 * Result: A=brk_grow B=reap --kernel=6.12: holds
 * Result: A=brk_grow B=uffd_register --kernel=6.12: holds
 * Result: A=brk_grow B=uffd_copy --kernel=6.12: holds
 * Result: A=brk_grow B=uffd_move --kernel=6.12: holds
 * Result: A=brk_shrink B=brk_shrink --kernel=6.12: holds
 * Result: A=brk_shrink B=mprotect --kernel=6.12: holds
 * Result: A=brk_shrink B=stack --kernel=6.12: holds
 * Result: A=brk_shrink B=populate --kernel=6.12: holds
 * Result: A=brk_shrink B=fault --kernel=6.12: holds
 * Result: A=brk_shrink B=dontneed --kernel=6.12: holds
 * Result: A=brk_shrink B=mincore --kernel=6.12: holds
 * Result: A=brk_shrink B=maps --kernel=6.12: holds
 * Result: A=brk_shrink B=remote --kernel=6.12: holds
 * Result: A=brk_shrink B=advise --kernel=6.12: holds
 * Result: A=brk_shrink B=pageout --kernel=6.12: holds
 * Result: A=brk_shrink B=swapoff --kernel=6.12: holds
 * Result: A=brk_shrink B=mrelease --kernel=6.12: holds
 * Result: A=brk_shrink B=reap --kernel=6.12: holds
 * Result: A=brk_shrink B=uffd_register --kernel=6.12: holds
 * Result: A=brk_shrink B=uffd_copy --kernel=6.12: holds
 * Result: A=brk_shrink B=uffd_move --kernel=6.12: holds
 * Result: A=mprotect B=mprotect --kernel=6.12: holds
 * Result: A=mprotect B=stack --kernel=6.12: holds
 * Result: A=mprotect B=populate --kernel=6.12: holds
 * Result: A=mprotect B=fault --kernel=6.12: holds
 * Result: A=mprotect B=dontneed --kernel=6.12: holds
 * Result: A=mprotect B=mincore --kernel=6.12: holds
 * Result: A=mprotect B=maps --kernel=6.12: holds
 * Result: A=mprotect B=remote --kernel=6.12: holds
 * Result: A=mprotect B=advise --kernel=6.12: holds
 * Result: A=mprotect B=pageout --kernel=6.12: holds
 * Result: A=mprotect B=swapoff --kernel=6.12: holds
 * Result: A=mprotect B=mrelease --kernel=6.12: holds
 * Result: A=mprotect B=reap --kernel=6.12: holds
 * Result: A=mprotect B=uffd_register --kernel=6.12: holds
 * Result: A=mprotect B=uffd_copy --kernel=6.12: holds
 * Result: A=mprotect B=uffd_move --kernel=6.12: holds
 * Result: A=stack B=stack --kernel=6.12: holds
 * Result: A=stack B=populate --kernel=6.12: holds
 * Result: A=stack B=fault --kernel=6.12: holds
 * Result: A=stack B=dontneed --kernel=6.12: holds
 * Result: A=stack B=mincore --kernel=6.12: holds
 * Result: A=stack B=maps --kernel=6.12: holds
 * Result: A=stack B=remote --kernel=6.12: holds
 * Result: A=stack B=advise --kernel=6.12: holds
 * Result: A=stack B=pageout --kernel=6.12: holds
 * Result: A=stack B=swapoff --kernel=6.12: holds
 * Result: A=stack B=mrelease --kernel=6.12: holds
 * Result: A=stack B=reap --kernel=6.12: holds
 * Result: A=stack B=uffd_register --kernel=6.12: holds
 * Result: A=stack B=uffd_copy --kernel=6.12: holds
 * Result: A=stack B=uffd_move --kernel=6.12: holds
 * Result: A=populate B=fault --kernel=6.12: holds
 * Result: A=populate B=uffd_register --kernel=6.12: holds
 * Result: A=populate B=uffd_copy --kernel=6.12: holds
 * Result: A=populate B=uffd_move --kernel=6.12: holds
 * Result: A=fault B=fault --kernel=6.12: holds
 * Result: A=fault B=dontneed --kernel=6.12: holds
 * Result: A=fault B=mincore --kernel=6.12: holds
 * Result: A=fault B=maps --kernel=6.12: holds
 * Result: A=fault B=remote --kernel=6.12: holds
 * Result: A=fault B=advise --kernel=6.12: holds
 * Result: A=fault B=pageout --kernel=6.12: holds
 * Result: A=fault B=swapoff --kernel=6.12: holds
 * Result: A=fault B=mrelease --kernel=6.12: holds
 * Result: A=fault B=reap --kernel=6.12: holds
 * Result: A=fault B=uffd_register --kernel=6.12: holds
 * Result: A=fault B=uffd_copy --kernel=6.12: holds
 * Result: A=fault B=uffd_move --kernel=6.12: holds
 * Result: A=dontneed B=uffd_register --kernel=6.12: holds
 * Result: A=dontneed B=uffd_copy --kernel=6.12: holds
 * Result: A=dontneed B=uffd_move --kernel=6.12: holds
 * Result: A=mincore B=uffd_register --kernel=6.12: holds
 * Result: A=mincore B=uffd_copy --kernel=6.12: holds
 * Result: A=mincore B=uffd_move --kernel=6.12: holds
 * Result: A=maps B=uffd_register --kernel=6.12: holds
 * Result: A=maps B=uffd_copy --kernel=6.12: holds
 * Result: A=maps B=uffd_move --kernel=6.12: holds
 * Result: A=remote B=uffd_register --kernel=6.12: holds
 * Result: A=remote B=uffd_copy --kernel=6.12: holds
 * Result: A=remote B=uffd_move --kernel=6.12: holds
 * Result: A=advise B=uffd_register --kernel=6.12: holds
 * Result: A=advise B=uffd_copy --kernel=6.12: holds
 * Result: A=advise B=uffd_move --kernel=6.12: holds
 * Result: A=pageout B=uffd_register --kernel=6.12: holds
 * Result: A=pageout B=uffd_copy --kernel=6.12: holds
 * Result: A=pageout B=uffd_move --kernel=6.12: holds
 * Result: A=swapoff B=uffd_register --kernel=6.12: holds
 * Result: A=swapoff B=uffd_copy --kernel=6.12: holds
 * Result: A=swapoff B=uffd_move --kernel=6.12: holds
 * Result: A=mrelease B=uffd_register --kernel=6.12: holds
 * Result: A=mrelease B=uffd_copy --kernel=6.12: violated assert
 * Result: A=mrelease B=uffd_move --kernel=6.12: violated assert
 * Result: A=reap B=uffd_register --kernel=6.12: holds
 * Result: A=reap B=uffd_copy --kernel=6.12: violated assert
 * Result: A=reap B=uffd_move --kernel=6.12: violated assert
 * Result: A=mmap B=willneed --kernel=6.12: holds
 * Result: A=munmap B=willneed --kernel=6.12: holds
 * Result: A=brk_grow B=willneed --kernel=6.12: holds
 * Result: A=brk_shrink B=willneed --kernel=6.12: holds
 * Result: A=mprotect B=willneed --kernel=6.12: holds
 * Result: A=stack B=willneed --kernel=6.12: holds
 * Result: A=fault B=willneed --kernel=6.12: holds
 * Result: A=mmap B=remove --kernel=6.12: holds
 * Result: A=munmap B=remove --kernel=6.12: holds
 * Result: A=brk_grow B=remove --kernel=6.12: holds
 * Result: A=brk_shrink B=remove --kernel=6.12: holds
 * Result: A=mprotect B=remove --kernel=6.12: holds
 * Result: A=stack B=remove --kernel=6.12: holds
 * Result: A=fault B=remove --kernel=6.12: holds
 * Result: A=mmap B=advise_willneed --kernel=6.12: holds
 * Result: A=munmap B=advise_willneed --kernel=6.12: holds
 * Result: A=brk_grow B=advise_willneed --kernel=6.12: holds
 * Result: A=brk_shrink B=advise_willneed --kernel=6.12: holds
 * Result: A=mprotect B=advise_willneed --kernel=6.12: holds
 * Result: A=stack B=advise_willneed --kernel=6.12: holds
 * Result: A=fault B=advise_willneed --kernel=6.12: holds
 * Result: A=willneed B=willneed --kernel=6.12: holds
 * Result: A=willneed B=remove --kernel=6.12: holds
 * Result: A=willneed B=advise_willneed --kernel=6.12: holds
 * Result: A=remove B=remove --kernel=6.12: holds
 * Result: A=remove B=advise_willneed --kernel=6.12: holds
 * Result: A=advise_willneed B=advise_willneed --kernel=6.12: holds
 * Result: A=remove B=uffd_register --kernel=6.12: holds
 * Result: A=remove B=uffd_copy --kernel=6.12: holds
 * Result: A=mmap B=collapse --kernel=6.12: holds
 * Result: A=munmap B=collapse --kernel=6.12: holds
 * Result: A=brk_grow B=collapse --kernel=6.12: holds
 * Result: A=brk_shrink B=collapse --kernel=6.12: holds
 * Result: A=mprotect B=collapse --kernel=6.12: holds
 * Result: A=stack B=collapse --kernel=6.12: holds
 * Result: A=populate B=collapse --kernel=6.12: holds
 * Result: A=fault B=collapse --kernel=6.12: holds
 * Result: A=dontneed B=collapse --kernel=6.12: holds
 * Result: A=mincore B=collapse --kernel=6.12: holds
 * Result: A=maps B=collapse --kernel=6.12: holds
 * Result: A=remote B=collapse --kernel=6.12: holds
 * Result: A=advise B=collapse --kernel=6.12: holds
 * Result: A=pageout B=collapse --kernel=6.12: holds
 * Result: A=swapoff B=collapse --kernel=6.12: holds
 * Result: A=mrelease B=collapse --kernel=6.12: holds
 * Result: A=reap B=collapse --kernel=6.12: holds
 * Result: A=uffd_register B=collapse --kernel=6.12: holds
 * Result: A=uffd_copy B=collapse --kernel=6.12: holds
 * Result: A=uffd_move B=collapse --kernel=6.12: holds
 * Result: A=collapse B=collapse --kernel=6.12: holds
 * Result: A=mmap B=advise_collapse --kernel=6.12: holds
 * Result: A=munmap B=advise_collapse --kernel=6.12: holds
 * Result: A=brk_shrink B=advise_collapse --kernel=6.12: holds
 * Result: A=mprotect B=advise_collapse --kernel=6.12: holds
 * Result: A=fault B=advise_collapse --kernel=6.12: holds
 * Result: A=collapse B=advise_collapse --kernel=6.12: holds
 * Result: A=maps B=exit --kernel=6.12: holds
 * Result: A=remote B=exit --kernel=6.12: holds
 * Result: A=advise B=exit --kernel=6.12: holds
 * Result: A=advise_willneed B=exit --kernel=6.12: holds
 * Result: A=pageout B=exit --kernel=6.12: holds
 * Result: A=swapoff B=exit --kernel=6.12: holds
 * Result: A=mrelease B=exit --kernel=6.12: holds
 * Result: A=reap B=exit --kernel=6.12: holds
 * Result: A=uffd_register B=exit --kernel=6.12: holds
 * Result: A=uffd_copy B=exit --kernel=6.12: holds
 * Result: A=uffd_move B=exit --kernel=6.12: holds
 * Result: A=collapse B=exit --kernel=6.12: holds
 * Result: A=munmap B=fault C=mmap --kernel=6.12: holds
 * Result: A=munmap B=fault C=collapse --kernel=6.12: holds
 * Result: A=munmap B=populate C=brk_grow --kernel=6.12: holds
 * Result: A=mprotect B=maps C=munmap --kernel=6.12: holds
 * Result: A=brk_grow B=stack C=munmap --kernel=6.12: holds
 * Result: A=fault B=mrelease C=munmap --kernel=6.12: holds
 * Result: A=swapoff B=munmap C=fault --kernel=6.12: holds
 * Result: A=reap B=mrelease C=exit --kernel=6.12: holds
 * Result: A=maps B=mrelease C=exit --kernel=6.12: holds
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
