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
 * Whoever manages memory by userfaultfd may bring in a page of a dying process
 * behind those who take its pages (reap, mrelease): it does not look at
 * MMF_UNSTABLE, as a fault does. What the program could see is what its manager
 * gave it, and the page goes when it exits.
 *
 * Before 6.5, a stack grows with mmap_lock held for reading: page_table_lock keeps
 * two growths apart, and the tree is the VMAs themselves. A fault in a hole finds
 * the VMA above it, so that a heap page unmapped before the fault makes the stack
 * grow down to it (the gap and the limit that the kernel keeps below a stack are not
 * modelled). But who looks at vm_start without page_table_lock, as /proc/pid/maps
 * does, and a growth before it knows that there is something to do, reads while it is
 * written: data-race.
 *
 * exit_mmap() takes no lock. Who is not a user of the mm is waited for beforehand,
 * as the OOM reaper and khugepaged are; without that (EXIT_NO_KHUGEPAGED) VMAs are
 * freed under khugepaged's eyes.
 *
 * Result: A=mmap B=mmap --kernel=5.12: holds
 * Result: A=mmap B=munmap --kernel=5.12: holds
 * Result: A=mmap B=brk_grow --kernel=5.12: holds
 * Result: A=mmap B=brk_shrink --kernel=5.12: holds
 * Result: A=mmap B=mprotect --kernel=5.12: holds
 * Result: A=mmap B=stack --kernel=5.12: holds
 * Result: A=mmap B=populate --kernel=5.12: holds
 * Result: A=mmap B=fault --kernel=5.12: holds
 * Result: A=mmap B=dontneed --kernel=5.12: holds
 * Result: A=mmap B=mincore --kernel=5.12: holds
 * Result: A=mmap B=maps --kernel=5.12: holds
 * Result: A=mmap B=remote --kernel=5.12: holds
 * Result: A=mmap B=advise --kernel=5.12: holds
 * Result: A=mmap B=pageout --kernel=5.12: holds
 * Result: A=mmap B=swapoff --kernel=5.12: holds
 * Result: A=mmap B=mrelease --kernel=5.12: holds
 * Result: A=mmap B=reap --kernel=5.12: holds
 * Result: A=mmap B=uffd_register --kernel=5.12: holds
 * Result: A=mmap B=uffd_copy --kernel=5.12: holds
 * Result: A=munmap B=munmap --kernel=5.12: holds
 * Result: A=munmap B=brk_grow --kernel=5.12: holds
 * Result: A=munmap B=brk_shrink --kernel=5.12: holds
 * Result: A=munmap B=mprotect --kernel=5.12: holds
 * Result: A=munmap B=stack --kernel=5.12: holds
 * Result: A=munmap B=populate --kernel=5.12: holds
 * Result: A=munmap B=fault --kernel=5.12: holds
 * Result: A=munmap B=dontneed --kernel=5.12: holds
 * Result: A=munmap B=mincore --kernel=5.12: holds
 * Result: A=munmap B=maps --kernel=5.12: holds
 * Result: A=munmap B=remote --kernel=5.12: holds
 * Result: A=munmap B=advise --kernel=5.12: holds
 * Result: A=munmap B=pageout --kernel=5.12: holds
 * Result: A=munmap B=swapoff --kernel=5.12: holds
 * Result: A=munmap B=mrelease --kernel=5.12: holds
 * Result: A=munmap B=reap --kernel=5.12: holds
 * Result: A=munmap B=uffd_register --kernel=5.12: holds
 * Result: A=munmap B=uffd_copy --kernel=5.12: holds
 * Result: A=brk_grow B=brk_grow --kernel=5.12: holds
 * Result: A=brk_grow B=brk_shrink --kernel=5.12: holds
 * Result: A=brk_grow B=mprotect --kernel=5.12: holds
 * Result: A=brk_grow B=stack --kernel=5.12: holds
 * Result: A=brk_grow B=populate --kernel=5.12: holds
 * Result: A=brk_grow B=fault --kernel=5.12: holds
 * Result: A=brk_grow B=dontneed --kernel=5.12: holds
 * Result: A=brk_grow B=mincore --kernel=5.12: holds
 * Result: A=brk_grow B=maps --kernel=5.12: holds
 * Result: A=brk_grow B=remote --kernel=5.12: holds
 * Result: A=brk_grow B=advise --kernel=5.12: holds
 * Result: A=brk_grow B=pageout --kernel=5.12: holds
 * Result: A=brk_grow B=swapoff --kernel=5.12: holds
 * Result: A=brk_grow B=mrelease --kernel=5.12: holds
 * Result: A=brk_grow B=reap --kernel=5.12: holds
 * Result: A=brk_grow B=uffd_register --kernel=5.12: holds
 * Result: A=brk_grow B=uffd_copy --kernel=5.12: holds
 * Result: A=brk_shrink B=brk_shrink --kernel=5.12: holds
 * Result: A=brk_shrink B=mprotect --kernel=5.12: holds
 * Result: A=brk_shrink B=stack --kernel=5.12: holds
 * Result: A=brk_shrink B=populate --kernel=5.12: holds
 * Result: A=brk_shrink B=fault --kernel=5.12: holds
 * Result: A=brk_shrink B=dontneed --kernel=5.12: holds
 * Result: A=brk_shrink B=mincore --kernel=5.12: holds
 * Result: A=brk_shrink B=maps --kernel=5.12: holds
 * Result: A=brk_shrink B=remote --kernel=5.12: holds
 * Result: A=brk_shrink B=advise --kernel=5.12: holds
 * Result: A=brk_shrink B=pageout --kernel=5.12: holds
 * Result: A=brk_shrink B=swapoff --kernel=5.12: holds
 * Result: A=brk_shrink B=mrelease --kernel=5.12: holds
 * Result: A=brk_shrink B=reap --kernel=5.12: holds
 * Result: A=brk_shrink B=uffd_register --kernel=5.12: holds
 * Result: A=brk_shrink B=uffd_copy --kernel=5.12: holds
 * Result: A=mprotect B=mprotect --kernel=5.12: holds
 * Result: A=mprotect B=stack --kernel=5.12: holds
 * Result: A=mprotect B=populate --kernel=5.12: holds
 * Result: A=mprotect B=fault --kernel=5.12: holds
 * Result: A=mprotect B=dontneed --kernel=5.12: holds
 * Result: A=mprotect B=mincore --kernel=5.12: holds
 * Result: A=mprotect B=maps --kernel=5.12: holds
 * Result: A=mprotect B=remote --kernel=5.12: holds
 * Result: A=mprotect B=advise --kernel=5.12: holds
 * Result: A=mprotect B=pageout --kernel=5.12: holds
 * Result: A=mprotect B=swapoff --kernel=5.12: holds
 * Result: A=mprotect B=mrelease --kernel=5.12: holds
 * Result: A=mprotect B=reap --kernel=5.12: holds
 * Result: A=mprotect B=uffd_register --kernel=5.12: holds
 * Result: A=mprotect B=uffd_copy --kernel=5.12: holds
 * Result: A=stack B=stack --kernel=5.12: violated data-race
 * Result: A=stack B=populate --kernel=5.12: holds
 * Result: A=stack B=fault --kernel=5.12: holds
 * Result: A=stack B=dontneed --kernel=5.12: holds
 * Result: A=stack B=mincore --kernel=5.12: holds
 * Result: A=stack B=maps --kernel=5.12: violated data-race
 * Result: A=stack B=remote --kernel=5.12: holds
 * Result: A=stack B=advise --kernel=5.12: holds
 * Result: A=stack B=pageout --kernel=5.12: holds
 * Result: A=stack B=swapoff --kernel=5.12: violated data-race
 * Result: A=stack B=mrelease --kernel=5.12: violated data-race
 * Result: A=stack B=reap --kernel=5.12: violated data-race
 * Result: A=stack B=uffd_register --kernel=5.12: holds
 * Result: A=stack B=uffd_copy --kernel=5.12: holds
 * Result: A=populate B=fault --kernel=5.12: holds
 * Result: A=populate B=uffd_register --kernel=5.12: holds
 * Result: A=populate B=uffd_copy --kernel=5.12: holds
 * Result: A=fault B=fault --kernel=5.12: holds
 * Result: A=fault B=dontneed --kernel=5.12: holds
 * Result: A=fault B=mincore --kernel=5.12: holds
 * Result: A=fault B=maps --kernel=5.12: holds
 * Result: A=fault B=remote --kernel=5.12: holds
 * Result: A=fault B=advise --kernel=5.12: holds
 * Result: A=fault B=pageout --kernel=5.12: holds
 * Result: A=fault B=swapoff --kernel=5.12: holds
 * Result: A=fault B=mrelease --kernel=5.12: holds
 * Result: A=fault B=reap --kernel=5.12: holds
 * Result: A=fault B=uffd_register --kernel=5.12: holds
 * Result: A=fault B=uffd_copy --kernel=5.12: holds
 * Result: A=dontneed B=uffd_register --kernel=5.12: holds
 * Result: A=dontneed B=uffd_copy --kernel=5.12: holds
 * Result: A=mincore B=uffd_register --kernel=5.12: holds
 * Result: A=mincore B=uffd_copy --kernel=5.12: holds
 * Result: A=maps B=uffd_register --kernel=5.12: holds
 * Result: A=maps B=uffd_copy --kernel=5.12: holds
 * Result: A=remote B=uffd_register --kernel=5.12: holds
 * Result: A=remote B=uffd_copy --kernel=5.12: holds
 * Result: A=advise B=uffd_register --kernel=5.12: holds
 * Result: A=advise B=uffd_copy --kernel=5.12: holds
 * Result: A=pageout B=uffd_register --kernel=5.12: holds
 * Result: A=pageout B=uffd_copy --kernel=5.12: holds
 * Result: A=swapoff B=uffd_register --kernel=5.12: holds
 * Result: A=swapoff B=uffd_copy --kernel=5.12: holds
 * Result: A=mrelease B=uffd_register --kernel=5.12: holds
 * Result: A=mrelease B=uffd_copy --kernel=5.12: violated assert
 * Result: A=reap B=uffd_register --kernel=5.12: holds
 * Result: A=reap B=uffd_copy --kernel=5.12: violated assert
 * Result: A=mmap B=willneed --kernel=5.12: holds
 * Result: A=munmap B=willneed --kernel=5.12: holds
 * Result: A=brk_grow B=willneed --kernel=5.12: holds
 * Result: A=brk_shrink B=willneed --kernel=5.12: holds
 * Result: A=mprotect B=willneed --kernel=5.12: holds
 * Result: A=stack B=willneed --kernel=5.12: holds
 * Result: A=fault B=willneed --kernel=5.12: holds
 * Result: A=mmap B=remove --kernel=5.12: holds
 * Result: A=munmap B=remove --kernel=5.12: holds
 * Result: A=brk_grow B=remove --kernel=5.12: holds
 * Result: A=brk_shrink B=remove --kernel=5.12: holds
 * Result: A=mprotect B=remove --kernel=5.12: holds
 * Result: A=stack B=remove --kernel=5.12: holds
 * Result: A=fault B=remove --kernel=5.12: holds
 * Result: A=willneed B=willneed --kernel=5.12: holds
 * Result: A=willneed B=remove --kernel=5.12: holds
 * Result: A=remove B=remove --kernel=5.12: holds
 * Result: A=remove B=uffd_register --kernel=5.12: holds
 * Result: A=remove B=uffd_copy --kernel=5.12: holds
 * Result: A=mmap B=collapse --kernel=5.12: holds
 * Result: A=munmap B=collapse --kernel=5.12: holds
 * Result: A=brk_grow B=collapse --kernel=5.12: holds
 * Result: A=brk_shrink B=collapse --kernel=5.12: holds
 * Result: A=mprotect B=collapse --kernel=5.12: holds
 * Result: A=stack B=collapse --kernel=5.12: holds
 * Result: A=populate B=collapse --kernel=5.12: holds
 * Result: A=fault B=collapse --kernel=5.12: holds
 * Result: A=dontneed B=collapse --kernel=5.12: holds
 * Result: A=mincore B=collapse --kernel=5.12: holds
 * Result: A=maps B=collapse --kernel=5.12: holds
 * Result: A=remote B=collapse --kernel=5.12: holds
 * Result: A=advise B=collapse --kernel=5.12: holds
 * Result: A=pageout B=collapse --kernel=5.12: holds
 * Result: A=swapoff B=collapse --kernel=5.12: holds
 * Result: A=mrelease B=collapse --kernel=5.12: holds
 * Result: A=reap B=collapse --kernel=5.12: holds
 * Result: A=uffd_register B=collapse --kernel=5.12: holds
 * Result: A=uffd_copy B=collapse --kernel=5.12: holds
 * Result: A=collapse B=collapse --kernel=5.12: holds
 * Result: A=maps B=exit --kernel=5.12: holds
 * Result: A=remote B=exit --kernel=5.12: holds
 * Result: A=advise B=exit --kernel=5.12: holds
 * Result: A=pageout B=exit --kernel=5.12: holds
 * Result: A=swapoff B=exit --kernel=5.12: holds
 * Result: A=mrelease B=exit --kernel=5.12: holds
 * Result: A=reap B=exit --kernel=5.12: holds
 * Result: A=uffd_register B=exit --kernel=5.12: holds
 * Result: A=uffd_copy B=exit --kernel=5.12: holds
 * Result: A=collapse B=exit --kernel=5.12: holds
 * Result: A=collapse B=exit EXIT_NO_KHUGEPAGED --kernel=5.12: violated dangling-vma
 * Result: A=munmap B=fault C=mmap --kernel=5.12: holds
 * Result: A=munmap B=populate C=brk_grow --kernel=5.12: holds
 * Result: A=mprotect B=maps C=munmap --kernel=5.12: holds
 * Result: A=brk_grow B=stack C=munmap --kernel=5.12: holds
 * Result: A=fault B=mrelease C=munmap --kernel=5.12: violated data-race
 * Result: A=swapoff B=munmap C=fault --kernel=5.12: violated data-race
 * Result: A=reap B=mrelease C=exit --kernel=5.12: holds
 * Result: A=maps B=mrelease C=exit --kernel=5.12: holds
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
