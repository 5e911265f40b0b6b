// SPDX-License-Identifier: MIT
/*
 * v6_6: may any two operations on one mm run at the same time, in kernel 6.6?
 *
 * Every VMA has a lock, and is freed by RCU. munmap always downgrades, and a
 * stack grows with mmap_lock held for writing.
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
 * Kernel: 6.6
 * Matrix: A=mmap,munmap,brk_grow,brk_shrink,mprotect,stack,fault,willneed,
 *           remove,advise_willneed
 *         B=mmap,munmap,brk_grow,brk_shrink,mprotect,stack,fault,willneed,
 *           remove,advise_willneed --kernel=6.6: holds
 * Matrix: A=mmap,munmap,brk_grow,brk_shrink,mprotect,stack,fault
 *         B=dontneed,mincore,maps,remote,advise,pageout,swapoff,mrelease,reap,
 *           uffd_register,uffd_copy,collapse --kernel=6.6: holds
 * Matrix: A=populate,dontneed,mincore,maps,remote,advise,pageout,swapoff,
 *           mrelease,reap B=uffd_register,uffd_copy,collapse --kernel=6.6:
 *         holds
 * Matrix: A=maps,remote,advise,pageout,swapoff,mrelease,reap,advise_willneed,
 *           uffd_register,uffd_copy,collapse B=exit --kernel=6.6: holds
 * Matrix: A=mmap,munmap,brk_shrink,mprotect B=populate,advise_collapse
 *         --kernel=6.6: holds
 * Matrix: A=uffd_register,uffd_copy,collapse B=collapse --kernel=6.6: holds
 * Matrix: A=brk_grow,stack B=populate --kernel=6.6: holds
 * Matrix: A=remove B=uffd_register,uffd_copy --kernel=6.6: holds
 * Matrix: A=fault,collapse B=advise_collapse --kernel=6.6: holds
 * Result: A=populate B=fault --kernel=6.6: holds
 * Result: A=mrelease B=uffd_copy --kernel=6.6: violated assert
 * Result: A=reap B=uffd_copy --kernel=6.6: violated assert
 * Result: A=munmap B=fault C=mmap --kernel=6.6: holds
 * Result: A=munmap B=populate C=brk_grow --kernel=6.6: holds
 * Result: A=mprotect B=maps C=munmap --kernel=6.6: holds
 * Result: A=brk_grow B=stack C=munmap --kernel=6.6: holds
 * Result: A=fault B=mrelease C=munmap --kernel=6.6: holds
 * Result: A=swapoff B=munmap C=fault --kernel=6.6: holds
 * Result: A=reap B=mrelease C=exit --kernel=6.6: holds
 * Result: A=maps B=mrelease C=exit --kernel=6.6: holds
 */

#include <mm/matrix.h>
