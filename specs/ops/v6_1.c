// SPDX-License-Identifier: MIT
/*
 * v6_1: may any two operations on one mm run at the same time, in kernel 6.1?
 *
 * The set of VMAs is a maple tree now; all locks are as before.
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
 * Before 6.5, a stack that grows writes vm_start and vm_pgoff with mmap_lock held
 * for reading: unlocked-write, which is not the model's mistake but the kernel's,
 * and became StackRot. A fault in a hole finds the VMA above it, so that a heap
 * page unmapped before the fault makes the stack grow down to it (the gap and the
 * limit that the kernel keeps below a stack are not modelled). With that rule
 * muted the pairs hold: page_table_lock keeps two growths apart. But who looks
 * at vm_start without it, as /proc/pid/maps does, and a growth before it knows
 * that there is something to do, reads while it is written: data-race.
 *
 * Kernel: 6.1
 * Matrix: A=mmap,munmap,brk_grow,brk_shrink,mprotect,stack,fault,willneed,
 *           remove,advise_willneed
 *         B=mmap,munmap,brk_grow,brk_shrink,mprotect,stack,fault,willneed,
 *           remove,advise_willneed --kernel=6.1: holds
 * Matrix: A=mmap,munmap,brk_grow,brk_shrink,mprotect,stack,fault
 *         B=dontneed,mincore,maps,remote,advise,pageout,swapoff,mrelease,reap,
 *           uffd_register,uffd_copy,collapse --kernel=6.1: holds
 * Matrix: A=populate,dontneed,mincore,maps,remote,advise,pageout,swapoff,
 *           mrelease,reap B=uffd_register,uffd_copy,collapse --kernel=6.1:
 *         holds
 * Matrix: A=maps,remote,advise,pageout,swapoff,mrelease,reap,advise_willneed,
 *           uffd_register,uffd_copy,collapse B=exit --kernel=6.1: holds
 * Matrix: A=mmap,munmap,brk_shrink,mprotect B=populate,advise_collapse
 *         --kernel=6.1: holds
 * Matrix: A=uffd_register,uffd_copy,collapse B=collapse --kernel=6.1: holds
 * Matrix: A=brk_grow,stack B=populate --kernel=6.1: holds
 * Matrix: A=remove B=uffd_register,uffd_copy --kernel=6.1: holds
 * Matrix: A=fault,collapse B=advise_collapse --kernel=6.1: holds
 * Result: A=mmap B=stack --kernel=6.1 --ignore=unlocked-write: holds
 * Result: A=mmap B=stack --kernel=6.1: violated unlocked-write
 * Result: A=munmap B=stack --kernel=6.1 --ignore=unlocked-write: holds
 * Result: A=munmap B=stack --kernel=6.1: violated unlocked-write
 * Result: A=munmap B=fault --kernel=6.1 --ignore=unlocked-write: holds
 * Result: A=munmap B=fault --kernel=6.1: violated unlocked-write
 * Result: A=brk_grow B=stack --kernel=6.1 --ignore=unlocked-write: holds
 * Result: A=brk_grow B=stack --kernel=6.1: violated unlocked-write
 * Result: A=brk_shrink B=stack --kernel=6.1 --ignore=unlocked-write: holds
 * Result: A=brk_shrink B=stack --kernel=6.1: violated unlocked-write
 * Result: A=brk_shrink B=fault --kernel=6.1 --ignore=unlocked-write: holds
 * Result: A=brk_shrink B=fault --kernel=6.1: violated unlocked-write
 * Result: A=mprotect B=stack --kernel=6.1 --ignore=unlocked-write: holds
 * Result: A=mprotect B=stack --kernel=6.1: violated unlocked-write
 * Result: A=stack B=stack --kernel=6.1 --ignore=unlocked-write: violated data-race
 * Result: A=stack B=stack --kernel=6.1: violated unlocked-write
 * Result: A=stack B=populate --kernel=6.1 --ignore=unlocked-write: holds
 * Result: A=stack B=populate --kernel=6.1: violated unlocked-write
 * Result: A=stack B=fault --kernel=6.1 --ignore=unlocked-write: holds
 * Result: A=stack B=fault --kernel=6.1: violated unlocked-write
 * Result: A=stack B=dontneed --kernel=6.1 --ignore=unlocked-write: holds
 * Result: A=stack B=dontneed --kernel=6.1: violated unlocked-write
 * Result: A=stack B=mincore --kernel=6.1 --ignore=unlocked-write: holds
 * Result: A=stack B=mincore --kernel=6.1: violated unlocked-write
 * Result: A=stack B=maps --kernel=6.1 --ignore=unlocked-write: violated data-race
 * Result: A=stack B=maps --kernel=6.1: violated unlocked-write
 * Result: A=stack B=remote --kernel=6.1 --ignore=unlocked-write: holds
 * Result: A=stack B=remote --kernel=6.1: violated unlocked-write
 * Result: A=stack B=advise --kernel=6.1 --ignore=unlocked-write: holds
 * Result: A=stack B=advise --kernel=6.1: violated unlocked-write
 * Result: A=stack B=pageout --kernel=6.1 --ignore=unlocked-write: holds
 * Result: A=stack B=pageout --kernel=6.1: violated unlocked-write
 * Result: A=stack B=swapoff --kernel=6.1 --ignore=unlocked-write: violated data-race
 * Result: A=stack B=swapoff --kernel=6.1: violated unlocked-write
 * Result: A=stack B=mrelease --kernel=6.1 --ignore=unlocked-write: violated data-race
 * Result: A=stack B=mrelease --kernel=6.1: violated unlocked-write
 * Result: A=stack B=reap --kernel=6.1 --ignore=unlocked-write: violated data-race
 * Result: A=stack B=reap --kernel=6.1: violated unlocked-write
 * Result: A=stack B=uffd_register --kernel=6.1 --ignore=unlocked-write: holds
 * Result: A=stack B=uffd_register --kernel=6.1: violated unlocked-write
 * Result: A=stack B=uffd_copy --kernel=6.1 --ignore=unlocked-write: holds
 * Result: A=stack B=uffd_copy --kernel=6.1: violated unlocked-write
 * Result: A=populate B=fault --kernel=6.1: holds
 * Result: A=mrelease B=uffd_copy --kernel=6.1: violated assert
 * Result: A=reap B=uffd_copy --kernel=6.1: violated assert
 * Result: A=stack B=willneed --kernel=6.1 --ignore=unlocked-write: holds
 * Result: A=stack B=willneed --kernel=6.1: violated unlocked-write
 * Result: A=stack B=remove --kernel=6.1 --ignore=unlocked-write: holds
 * Result: A=stack B=remove --kernel=6.1: violated unlocked-write
 * Result: A=stack B=advise_willneed --kernel=6.1 --ignore=unlocked-write: holds
 * Result: A=stack B=advise_willneed --kernel=6.1: violated unlocked-write
 * Result: A=stack B=collapse --kernel=6.1 --ignore=unlocked-write: holds
 * Result: A=stack B=collapse --kernel=6.1: violated unlocked-write
 * Result: A=munmap B=fault C=mmap --kernel=6.1 --ignore=unlocked-write: holds
 * Result: A=munmap B=fault C=mmap --kernel=6.1: violated unlocked-write
 * Result: A=munmap B=populate C=brk_grow --kernel=6.1: holds
 * Result: A=mprotect B=maps C=munmap --kernel=6.1: holds
 * Result: A=brk_grow B=stack C=munmap --kernel=6.1 --ignore=unlocked-write: holds
 * Result: A=brk_grow B=stack C=munmap --kernel=6.1: violated unlocked-write
 * Result: A=fault B=mrelease C=munmap --kernel=6.1 --ignore=unlocked-write: violated data-race
 * Result: A=fault B=mrelease C=munmap --kernel=6.1: violated unlocked-write
 * Result: A=swapoff B=munmap C=fault --kernel=6.1 --ignore=unlocked-write: violated data-race
 * Result: A=swapoff B=munmap C=fault --kernel=6.1: violated unlocked-write
 * Result: A=reap B=mrelease C=exit --kernel=6.1: holds
 * Result: A=maps B=mrelease C=exit --kernel=6.1: holds
 */

#include <mm/matrix.h>
