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
 * Whoever manages memory by userfaultfd may bring in a page of a dying process
 * behind those who take its pages (reap, mrelease): it does not look at
 * MMF_UNSTABLE, as a fault does. What the program could see is what its manager
 * gave it, and the page goes when it exits.
 *
 * In 6.17 the list of VMAs (maps) is made with one of them locked at a time, no
 * longer with mmap_lock.
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
 * Result: A=mmap B=advise --kernel=6.15: holds
 * Result: A=mmap B=pageout --kernel=6.15: holds
 * Result: A=mmap B=swapoff --kernel=6.15: holds
 * Result: A=mmap B=mrelease --kernel=6.15: holds
 * Result: A=mmap B=reap --kernel=6.15: holds
 * Result: A=mmap B=uffd_register --kernel=6.15: holds
 * Result: A=mmap B=uffd_copy --kernel=6.15: holds
 * Result: A=mmap B=uffd_move --kernel=6.15: holds
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
 * Result: A=munmap B=advise --kernel=6.15: holds
 * Result: A=munmap B=pageout --kernel=6.15: holds
 * Result: A=munmap B=swapoff --kernel=6.15: holds
 * Result: A=munmap B=mrelease --kernel=6.15: holds
 * Result: A=munmap B=reap --kernel=6.15: holds
 * Result: A=munmap B=uffd_register --kernel=6.15: holds
 * Result: A=munmap B=uffd_copy --kernel=6.15: holds
 * Result: A=munmap B=uffd_move --kernel=6.15: holds
 * Result: A=brk_grow B=brk_grow --kernel=6.15: holds
 * Result: A=brk_grow B=brk_shrink --kernel=6.15: holds
 * Result: A=brk_grow B=mprotect --kernel=6.15: holds
 * Result: A=brk_grow B=stack --kernel=6.15: holds
 * Result: A=brk_grow B=populate --kernel=6.15: holds
 * Result: A=brk_grow B=fault --kernel=6.15: holds
 * Result: A=brk_grow B=dontneed --kernel=6.15: holds
 * Result: A=brk_grow B=mincore --kernel=6.15: holds
 * Result: A=brk_grow B=maps --kernel=6.15: holds
 * Result: A=brk_grow B=remote --kernel=6.15: holds
 * Result: A=brk_grow B=advise --kernel=6.15: holds
 * Result: A=brk_grow B=pageout --kernel=6.15: holds
 * Result: A=brk_grow B=swapoff --kernel=6.15: holds
 * Result: A=brk_grow B=mrelease --kernel=6.15: holds
 * Result: A=brk_grow B=reap --kernel=6.15: holds
 * Result: A=brk_grow B=uffd_register --kernel=6.15: holds
 * Result: A=brk_grow B=uffd_copy --kernel=6.15: holds
 * Result: A=brk_grow B=uffd_move --kernel=6.15: holds
 * Result: A=brk_shrink B=brk_shrink --kernel=6.15: holds
 * Result: A=brk_shrink B=mprotect --kernel=6.15: holds
 * Result: A=brk_shrink B=stack --kernel=6.15: holds
 * Result: A=brk_shrink B=populate --kernel=6.15: holds
 * Result: A=brk_shrink B=fault --kernel=6.15: holds
 * Result: A=brk_shrink B=dontneed --kernel=6.15: holds
 * Result: A=brk_shrink B=mincore --kernel=6.15: holds
 * Result: A=brk_shrink B=maps --kernel=6.15: holds
 * Result: A=brk_shrink B=remote --kernel=6.15: holds
 * Result: A=brk_shrink B=advise --kernel=6.15: holds
 * Result: A=brk_shrink B=pageout --kernel=6.15: holds
 * Result: A=brk_shrink B=swapoff --kernel=6.15: holds
 * Result: A=brk_shrink B=mrelease --kernel=6.15: holds
 * Result: A=brk_shrink B=reap --kernel=6.15: holds
 * Result: A=brk_shrink B=uffd_register --kernel=6.15: holds
 * Result: A=brk_shrink B=uffd_copy --kernel=6.15: holds
 * Result: A=brk_shrink B=uffd_move --kernel=6.15: holds
 * Result: A=mprotect B=mprotect --kernel=6.15: holds
 * Result: A=mprotect B=stack --kernel=6.15: holds
 * Result: A=mprotect B=populate --kernel=6.15: holds
 * Result: A=mprotect B=fault --kernel=6.15: holds
 * Result: A=mprotect B=dontneed --kernel=6.15: holds
 * Result: A=mprotect B=mincore --kernel=6.15: holds
 * Result: A=mprotect B=maps --kernel=6.15: holds
 * Result: A=mprotect B=remote --kernel=6.15: holds
 * Result: A=mprotect B=advise --kernel=6.15: holds
 * Result: A=mprotect B=pageout --kernel=6.15: holds
 * Result: A=mprotect B=swapoff --kernel=6.15: holds
 * Result: A=mprotect B=mrelease --kernel=6.15: holds
 * Result: A=mprotect B=reap --kernel=6.15: holds
 * Result: A=mprotect B=uffd_register --kernel=6.15: holds
 * Result: A=mprotect B=uffd_copy --kernel=6.15: holds
 * Result: A=mprotect B=uffd_move --kernel=6.15: holds
 * Result: A=stack B=stack --kernel=6.15: holds
 * Result: A=stack B=populate --kernel=6.15: holds
 * Result: A=stack B=fault --kernel=6.15: holds
 * Result: A=stack B=dontneed --kernel=6.15: holds
 * Result: A=stack B=mincore --kernel=6.15: holds
 * Result: A=stack B=maps --kernel=6.15: holds
 * Result: A=stack B=remote --kernel=6.15: holds
 * Result: A=stack B=advise --kernel=6.15: holds
 * Result: A=stack B=pageout --kernel=6.15: holds
 * Result: A=stack B=swapoff --kernel=6.15: holds
 * Result: A=stack B=mrelease --kernel=6.15: holds
 * Result: A=stack B=reap --kernel=6.15: holds
 * Result: A=stack B=uffd_register --kernel=6.15: holds
 * Result: A=stack B=uffd_copy --kernel=6.15: holds
 * Result: A=stack B=uffd_move --kernel=6.15: holds
 * Result: A=populate B=populate --kernel=6.15: holds
 * Result: A=populate B=fault --kernel=6.15: holds
 * Result: A=populate B=dontneed --kernel=6.15: holds
 * Result: A=populate B=mincore --kernel=6.15: holds
 * Result: A=populate B=maps --kernel=6.15: holds
 * Result: A=populate B=remote --kernel=6.15: holds
 * Result: A=populate B=advise --kernel=6.15: holds
 * Result: A=populate B=pageout --kernel=6.15: holds
 * Result: A=populate B=swapoff --kernel=6.15: holds
 * Result: A=populate B=mrelease --kernel=6.15: holds
 * Result: A=populate B=reap --kernel=6.15: holds
 * Result: A=populate B=uffd_register --kernel=6.15: holds
 * Result: A=populate B=uffd_copy --kernel=6.15: holds
 * Result: A=populate B=uffd_move --kernel=6.15: holds
 * Result: A=fault B=fault --kernel=6.15: holds
 * Result: A=fault B=dontneed --kernel=6.15: holds
 * Result: A=fault B=mincore --kernel=6.15: holds
 * Result: A=fault B=maps --kernel=6.15: holds
 * Result: A=fault B=remote --kernel=6.15: holds
 * Result: A=fault B=advise --kernel=6.15: holds
 * Result: A=fault B=pageout --kernel=6.15: holds
 * Result: A=fault B=swapoff --kernel=6.15: holds
 * Result: A=fault B=mrelease --kernel=6.15: holds
 * Result: A=fault B=reap --kernel=6.15: holds
 * Result: A=fault B=uffd_register --kernel=6.15: holds
 * Result: A=fault B=uffd_copy --kernel=6.15: holds
 * Result: A=fault B=uffd_move --kernel=6.15: holds
 * Result: A=dontneed B=dontneed --kernel=6.15: holds
 * Result: A=dontneed B=mincore --kernel=6.15: holds
 * Result: A=dontneed B=maps --kernel=6.15: holds
 * Result: A=dontneed B=remote --kernel=6.15: holds
 * Result: A=dontneed B=advise --kernel=6.15: holds
 * Result: A=dontneed B=pageout --kernel=6.15: holds
 * Result: A=dontneed B=swapoff --kernel=6.15: holds
 * Result: A=dontneed B=mrelease --kernel=6.15: holds
 * Result: A=dontneed B=reap --kernel=6.15: holds
 * Result: A=dontneed B=uffd_register --kernel=6.15: holds
 * Result: A=dontneed B=uffd_copy --kernel=6.15: holds
 * Result: A=dontneed B=uffd_move --kernel=6.15: holds
 * Result: A=mincore B=mincore --kernel=6.15: holds
 * Result: A=mincore B=maps --kernel=6.15: holds
 * Result: A=mincore B=remote --kernel=6.15: holds
 * Result: A=mincore B=advise --kernel=6.15: holds
 * Result: A=mincore B=pageout --kernel=6.15: holds
 * Result: A=mincore B=swapoff --kernel=6.15: holds
 * Result: A=mincore B=mrelease --kernel=6.15: holds
 * Result: A=mincore B=reap --kernel=6.15: holds
 * Result: A=mincore B=uffd_register --kernel=6.15: holds
 * Result: A=mincore B=uffd_copy --kernel=6.15: holds
 * Result: A=mincore B=uffd_move --kernel=6.15: holds
 * Result: A=maps B=maps --kernel=6.15: holds
 * Result: A=maps B=remote --kernel=6.15: holds
 * Result: A=maps B=advise --kernel=6.15: holds
 * Result: A=maps B=pageout --kernel=6.15: holds
 * Result: A=maps B=swapoff --kernel=6.15: holds
 * Result: A=maps B=mrelease --kernel=6.15: holds
 * Result: A=maps B=reap --kernel=6.15: holds
 * Result: A=maps B=uffd_register --kernel=6.15: holds
 * Result: A=maps B=uffd_copy --kernel=6.15: holds
 * Result: A=maps B=uffd_move --kernel=6.15: holds
 * Result: A=remote B=remote --kernel=6.15: holds
 * Result: A=remote B=advise --kernel=6.15: holds
 * Result: A=remote B=pageout --kernel=6.15: holds
 * Result: A=remote B=swapoff --kernel=6.15: holds
 * Result: A=remote B=mrelease --kernel=6.15: holds
 * Result: A=remote B=reap --kernel=6.15: holds
 * Result: A=remote B=uffd_register --kernel=6.15: holds
 * Result: A=remote B=uffd_copy --kernel=6.15: holds
 * Result: A=remote B=uffd_move --kernel=6.15: holds
 * Result: A=advise B=advise --kernel=6.15: holds
 * Result: A=advise B=pageout --kernel=6.15: holds
 * Result: A=advise B=swapoff --kernel=6.15: holds
 * Result: A=advise B=mrelease --kernel=6.15: holds
 * Result: A=advise B=reap --kernel=6.15: holds
 * Result: A=advise B=uffd_register --kernel=6.15: holds
 * Result: A=advise B=uffd_copy --kernel=6.15: holds
 * Result: A=advise B=uffd_move --kernel=6.15: holds
 * Result: A=pageout B=pageout --kernel=6.15: holds
 * Result: A=pageout B=swapoff --kernel=6.15: holds
 * Result: A=pageout B=mrelease --kernel=6.15: holds
 * Result: A=pageout B=reap --kernel=6.15: holds
 * Result: A=pageout B=uffd_register --kernel=6.15: holds
 * Result: A=pageout B=uffd_copy --kernel=6.15: holds
 * Result: A=pageout B=uffd_move --kernel=6.15: holds
 * Result: A=swapoff B=swapoff --kernel=6.15: holds
 * Result: A=swapoff B=mrelease --kernel=6.15: holds
 * Result: A=swapoff B=reap --kernel=6.15: holds
 * Result: A=swapoff B=uffd_register --kernel=6.15: holds
 * Result: A=swapoff B=uffd_copy --kernel=6.15: holds
 * Result: A=swapoff B=uffd_move --kernel=6.15: holds
 * Result: A=mrelease B=mrelease --kernel=6.15: holds
 * Result: A=mrelease B=reap --kernel=6.15: holds
 * Result: A=mrelease B=uffd_register --kernel=6.15: holds
 * Result: A=mrelease B=uffd_copy --kernel=6.15: violated assert
 * Result: A=mrelease B=uffd_move --kernel=6.15: violated assert
 * Result: A=reap B=uffd_register --kernel=6.15: holds
 * Result: A=reap B=uffd_copy --kernel=6.15: violated assert
 * Result: A=reap B=uffd_move --kernel=6.15: violated assert
 * Result: A=mmap B=willneed --kernel=6.15: holds
 * Result: A=munmap B=willneed --kernel=6.15: holds
 * Result: A=brk_grow B=willneed --kernel=6.15: holds
 * Result: A=brk_shrink B=willneed --kernel=6.15: holds
 * Result: A=mprotect B=willneed --kernel=6.15: holds
 * Result: A=stack B=willneed --kernel=6.15: holds
 * Result: A=populate B=willneed --kernel=6.15: holds
 * Result: A=fault B=willneed --kernel=6.15: holds
 * Result: A=dontneed B=willneed --kernel=6.15: holds
 * Result: A=mincore B=willneed --kernel=6.15: holds
 * Result: A=maps B=willneed --kernel=6.15: holds
 * Result: A=remote B=willneed --kernel=6.15: holds
 * Result: A=advise B=willneed --kernel=6.15: holds
 * Result: A=pageout B=willneed --kernel=6.15: holds
 * Result: A=swapoff B=willneed --kernel=6.15: holds
 * Result: A=mrelease B=willneed --kernel=6.15: holds
 * Result: A=reap B=willneed --kernel=6.15: holds
 * Result: A=mmap B=remove --kernel=6.15: holds
 * Result: A=munmap B=remove --kernel=6.15: holds
 * Result: A=brk_grow B=remove --kernel=6.15: holds
 * Result: A=brk_shrink B=remove --kernel=6.15: holds
 * Result: A=mprotect B=remove --kernel=6.15: holds
 * Result: A=stack B=remove --kernel=6.15: holds
 * Result: A=populate B=remove --kernel=6.15: holds
 * Result: A=fault B=remove --kernel=6.15: holds
 * Result: A=dontneed B=remove --kernel=6.15: holds
 * Result: A=mincore B=remove --kernel=6.15: holds
 * Result: A=maps B=remove --kernel=6.15: holds
 * Result: A=remote B=remove --kernel=6.15: holds
 * Result: A=advise B=remove --kernel=6.15: holds
 * Result: A=mrelease B=remove --kernel=6.15: holds
 * Result: A=reap B=remove --kernel=6.15: holds
 * Result: A=mmap B=advise_willneed --kernel=6.15: holds
 * Result: A=munmap B=advise_willneed --kernel=6.15: holds
 * Result: A=brk_grow B=advise_willneed --kernel=6.15: holds
 * Result: A=brk_shrink B=advise_willneed --kernel=6.15: holds
 * Result: A=mprotect B=advise_willneed --kernel=6.15: holds
 * Result: A=stack B=advise_willneed --kernel=6.15: holds
 * Result: A=populate B=advise_willneed --kernel=6.15: holds
 * Result: A=fault B=advise_willneed --kernel=6.15: holds
 * Result: A=dontneed B=advise_willneed --kernel=6.15: holds
 * Result: A=mincore B=advise_willneed --kernel=6.15: holds
 * Result: A=maps B=advise_willneed --kernel=6.15: holds
 * Result: A=remote B=advise_willneed --kernel=6.15: holds
 * Result: A=advise B=advise_willneed --kernel=6.15: holds
 * Result: A=pageout B=advise_willneed --kernel=6.15: holds
 * Result: A=swapoff B=advise_willneed --kernel=6.15: holds
 * Result: A=mrelease B=advise_willneed --kernel=6.15: holds
 * Result: A=reap B=advise_willneed --kernel=6.15: holds
 * Result: A=willneed B=willneed --kernel=6.15: holds
 * Result: A=willneed B=remove --kernel=6.15: holds
 * Result: A=willneed B=advise_willneed --kernel=6.15: holds
 * Result: A=remove B=remove --kernel=6.15: holds
 * Result: A=remove B=advise_willneed --kernel=6.15: holds
 * Result: A=advise_willneed B=advise_willneed --kernel=6.15: holds
 * Result: A=remove B=uffd_register --kernel=6.15: holds
 * Result: A=remove B=uffd_copy --kernel=6.15: holds
 * Result: A=mmap B=collapse --kernel=6.15: holds
 * Result: A=munmap B=collapse --kernel=6.15: holds
 * Result: A=brk_grow B=collapse --kernel=6.15: holds
 * Result: A=brk_shrink B=collapse --kernel=6.15: holds
 * Result: A=mprotect B=collapse --kernel=6.15: holds
 * Result: A=stack B=collapse --kernel=6.15: holds
 * Result: A=populate B=collapse --kernel=6.15: holds
 * Result: A=fault B=collapse --kernel=6.15: holds
 * Result: A=dontneed B=collapse --kernel=6.15: holds
 * Result: A=mincore B=collapse --kernel=6.15: holds
 * Result: A=maps B=collapse --kernel=6.15: holds
 * Result: A=remote B=collapse --kernel=6.15: holds
 * Result: A=advise B=collapse --kernel=6.15: holds
 * Result: A=pageout B=collapse --kernel=6.15: holds
 * Result: A=swapoff B=collapse --kernel=6.15: holds
 * Result: A=mrelease B=collapse --kernel=6.15: holds
 * Result: A=reap B=collapse --kernel=6.15: holds
 * Result: A=uffd_register B=collapse --kernel=6.15: holds
 * Result: A=uffd_copy B=collapse --kernel=6.15: holds
 * Result: A=uffd_move B=collapse --kernel=6.15: holds
 * Result: A=collapse B=collapse --kernel=6.15: holds
 * Result: A=mmap B=advise_collapse --kernel=6.15: holds
 * Result: A=munmap B=advise_collapse --kernel=6.15: holds
 * Result: A=brk_shrink B=advise_collapse --kernel=6.15: holds
 * Result: A=mprotect B=advise_collapse --kernel=6.15: holds
 * Result: A=fault B=advise_collapse --kernel=6.15: holds
 * Result: A=collapse B=advise_collapse --kernel=6.15: holds
 * Result: A=maps B=exit --kernel=6.15: holds
 * Result: A=remote B=exit --kernel=6.15: holds
 * Result: A=advise B=exit --kernel=6.15: holds
 * Result: A=advise_willneed B=exit --kernel=6.15: holds
 * Result: A=pageout B=exit --kernel=6.15: holds
 * Result: A=swapoff B=exit --kernel=6.15: holds
 * Result: A=mrelease B=exit --kernel=6.15: holds
 * Result: A=reap B=exit --kernel=6.15: holds
 * Result: A=uffd_register B=exit --kernel=6.15: holds
 * Result: A=uffd_copy B=exit --kernel=6.15: holds
 * Result: A=uffd_move B=exit --kernel=6.15: holds
 * Result: A=collapse B=exit --kernel=6.15: holds
 * Result: A=munmap B=fault C=mmap --kernel=6.15: holds
 * Result: A=munmap B=fault C=collapse --kernel=6.15: holds
 * Result: A=munmap B=populate C=brk_grow --kernel=6.15: holds
 * Result: A=mprotect B=maps C=munmap --kernel=6.15: holds
 * Result: A=brk_grow B=stack C=munmap --kernel=6.15: holds
 * Result: A=fault B=mrelease C=munmap --kernel=6.15: holds
 * Result: A=swapoff B=munmap C=fault --kernel=6.15: holds
 * Result: A=reap B=mrelease C=exit --kernel=6.15: holds
 * Result: A=maps B=mrelease C=exit --kernel=6.15: holds
 * Result: A=mmap B=maps --kernel=6.17: holds
 * Result: A=munmap B=maps --kernel=6.17: holds
 * Result: A=brk_grow B=maps --kernel=6.17: holds
 * Result: A=brk_shrink B=maps --kernel=6.17: holds
 * Result: A=mprotect B=maps --kernel=6.17: holds
 * Result: A=stack B=maps --kernel=6.17: holds
 * Result: A=populate B=maps --kernel=6.17: holds
 * Result: A=fault B=maps --kernel=6.17: holds
 * Result: A=dontneed B=maps --kernel=6.17: holds
 * Result: A=collapse B=maps --kernel=6.17: holds
 * Result: A=maps B=maps --kernel=6.17: holds
 * Result: A=reap B=maps --kernel=6.17: holds
 * Result: A=exit B=maps --kernel=6.17: holds
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
