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
 * Kernel: 6.12
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
 * Matrix: A=mmap,munmap,brk_grow,brk_shrink,mprotect,stack,fault,willneed,
 *           remove,advise_willneed
 *         B=mmap,munmap,brk_grow,brk_shrink,mprotect,stack,fault,willneed,
 *           remove,advise_willneed --kernel=6.12: holds
 * Matrix: A=mmap,munmap,brk_grow,brk_shrink,mprotect,stack,fault
 *         B=dontneed,mincore,maps,remote,advise,pageout,swapoff,mrelease,reap,
 *           uffd_register,uffd_copy,uffd_move,collapse --kernel=6.12: holds
 * Matrix: A=populate,dontneed,mincore,maps,remote,advise,pageout,swapoff,
 *           mrelease,reap B=uffd_register,uffd_copy,uffd_move,collapse
 *         --kernel=6.12: holds
 * Matrix: A=maps,remote,advise,pageout,swapoff,mrelease,reap,advise_willneed,
 *           uffd_register,uffd_copy,uffd_move,collapse B=exit --kernel=6.12:
 *         holds
 * Matrix: A=mmap,munmap,brk_shrink,mprotect B=populate,advise_collapse
 *         --kernel=6.12: holds
 * Matrix: A=uffd_register,uffd_copy,uffd_move,collapse B=collapse
 *         --kernel=6.12: holds
 * Matrix: A=brk_grow,stack B=populate --kernel=6.12: holds
 * Matrix: A=remove B=uffd_register,uffd_copy --kernel=6.12: holds
 * Matrix: A=fault,collapse B=advise_collapse --kernel=6.12: holds
 * Result: A=populate B=fault --kernel=6.12: holds
 * Result: A=mrelease B=uffd_copy --kernel=6.12: violated assert
 * Result: A=mrelease B=uffd_move --kernel=6.12: violated assert
 * Result: A=reap B=uffd_copy --kernel=6.12: violated assert
 * Result: A=reap B=uffd_move --kernel=6.12: violated assert
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

#include <mm/matrix.h>
