// SPDX-License-Identifier: MIT
/*
 * v7_1: may any two operations on one mm run at the same time, in kernel 7.1?
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
 * The list of VMAs (maps) is made with one of them locked at a time, and MADV_DONTNEED
 * of one VMA (dontneed) locks that alone. The kernels since 6.15 differ in the one or
 * other of these: what comes by it is in v6_15.c.
 *
 * Kernel: 7.1
 * Matrix: A=mmap,munmap,brk_grow,brk_shrink,mprotect,stack,populate,fault,
 *           dontneed,mincore,maps,remote,advise,pageout,swapoff,mrelease,
 *           willneed,advise_willneed
 *         B=mmap,munmap,brk_grow,brk_shrink,mprotect,stack,populate,fault,
 *           dontneed,mincore,maps,remote,advise,pageout,swapoff,mrelease,
 *           willneed,advise_willneed --kernel=7.1: holds
 * Matrix: A=mmap,munmap,brk_grow,brk_shrink,mprotect,stack,populate,fault,
 *           dontneed,mincore,maps,remote,advise,mrelease
 *         B=reap,uffd_register,uffd_copy,uffd_move,remove,collapse
 *         --kernel=7.1: holds
 * Matrix: A=pageout,swapoff,reap
 *         B=uffd_register,uffd_copy,uffd_move,collapse,exit --kernel=7.1:
 *         holds
 * Matrix: A=maps,remote,advise,mrelease,advise_willneed,uffd_register,
 *           uffd_copy,uffd_move,collapse B=exit --kernel=7.1: holds
 * Matrix: A=mmap,munmap,brk_shrink,mprotect,fault,collapse B=advise_collapse
 *         --kernel=7.1: holds
 * Matrix: A=reap,remove B=remove,advise_willneed --kernel=7.1: holds
 * Matrix: A=uffd_register,uffd_copy,uffd_move,collapse B=collapse
 *         --kernel=7.1: holds
 * Matrix: A=pageout,swapoff B=reap --kernel=7.1: holds
 * Matrix: A=remove B=uffd_register,uffd_copy --kernel=7.1: holds
 * Matrix: A=mmap,munmap,brk_shrink,mprotect,stack,fault,exit B=query
 *         --kernel=7.1: holds
 * Matrix: A=mmap,munmap,brk_shrink,mprotect,populate,fault,dontneed,mincore,
 *           pageout,swapoff B=guard --kernel=7.1: holds
 * Result: A=guard B=guard --kernel=7.1: holds
 * Result: A=mrelease B=uffd_copy --kernel=7.1: violated assert
 * Result: A=mrelease B=uffd_move --kernel=7.1: violated assert
 * Result: A=reap B=uffd_copy --kernel=7.1: violated assert
 * Result: A=reap B=uffd_move --kernel=7.1: violated assert
 * Result: A=reap B=willneed --kernel=7.1: holds
 * Result: A=willneed B=remove --kernel=7.1: holds
 * Result: A=munmap B=fault C=mmap --kernel=7.1: holds
 * Result: A=munmap B=fault C=collapse --kernel=7.1: holds
 * Result: A=munmap B=populate C=brk_grow --kernel=7.1: holds
 * Result: A=mprotect B=maps C=munmap --kernel=7.1: holds
 * Result: A=brk_grow B=stack C=munmap --kernel=7.1: holds
 * Result: A=fault B=mrelease C=munmap --kernel=7.1: holds
 * Result: A=swapoff B=munmap C=fault --kernel=7.1: holds
 * Result: A=reap B=mrelease C=exit --kernel=7.1: holds
 * Result: A=maps B=mrelease C=exit --kernel=7.1: holds
 */

#include <mm/matrix.h>
