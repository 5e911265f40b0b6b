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
 * 5.10 is the same in all that the model has. 5.15 is, too, for what is tried here.
 *
 * Kernel: 5.12
 * Matrix: A=mmap,munmap,brk_grow,brk_shrink,mprotect,stack,fault,willneed,
 *           remove
 *         B=mmap,munmap,brk_grow,brk_shrink,mprotect,stack,fault,willneed,
 *           remove --kernel=5.12: holds
 * Matrix: A=mmap,munmap,brk_grow,brk_shrink,mprotect,stack,fault
 *         B=dontneed,mincore,maps,remote,advise,pageout,swapoff,mrelease,reap,
 *           uffd_register,uffd_copy,collapse --kernel=5.12: holds
 * Matrix: A=populate,dontneed,mincore,maps,remote,advise,pageout,swapoff,
 *           mrelease,reap B=uffd_register,uffd_copy,collapse --kernel=5.12:
 *         holds
 * Matrix: A=maps,remote,advise,pageout,swapoff,mrelease,reap,uffd_register,
 *           uffd_copy,collapse B=exit --kernel=5.12: holds
 * Matrix: A=mmap,munmap,brk_grow,brk_shrink,mprotect,stack B=populate
 *         --kernel=5.12: holds
 * Matrix: A=uffd_register,uffd_copy,collapse B=collapse --kernel=5.12: holds
 * Matrix: A=remove B=uffd_register,uffd_copy --kernel=5.12: holds
 * Matrix: A=munmap,brk_shrink,fault,exit B=mrelease --kernel=5.15: holds
 * Matrix: A=munmap,mprotect,exit B=advise_willneed --kernel=5.15: holds
 * Result: A=munmap B=fault --kernel=5.10: holds
 * Result: A=stack B=stack --kernel=5.12: violated data-race
 * Result: A=stack B=maps --kernel=5.12: violated data-race
 * Result: A=stack B=swapoff --kernel=5.12: violated data-race
 * Result: A=stack B=mrelease --kernel=5.12: violated data-race
 * Result: A=stack B=reap --kernel=5.12: violated data-race
 * Result: A=populate B=fault --kernel=5.12: holds
 * Result: A=mrelease B=uffd_copy --kernel=5.12: violated assert
 * Result: A=reap B=uffd_copy --kernel=5.12: violated assert
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

#include <mm/matrix.h>
