// SPDX-License-Identifier: MIT
/*
 * v6_4: may a fault with a VMA lock run beside any operation, in kernel 6.4?
 *
 * Yes. Only anonymous memory is served that way, and the stack grows as from
 * 6.4.1 on, with mmap_lock held for writing. Without the lock of the VMA, or as
 * 6.4 was released, with the stack growing under the read lock, it is as in 6.1.
 *
 * One thread each for the operations A and B, and C where there is one; their
 * names are those of <mm/ops.h>. They are expected to hold with the locks that
 * the kernel has.
 *
 * Kernel: 6.4
 * Matrix: A=mmap,munmap,brk_grow,brk_shrink,mprotect,stack,populate,dontneed,
 *           mincore,maps,remote,advise,pageout,swapoff,mrelease,reap,
 *           uffd_register,uffd_copy,fault B=fault STACK_EXPAND_WRITE_LOCK=1
 *         --kernel=6.4: holds
 * Matrix: A=mmap,munmap,mprotect B=munmap STACK_EXPAND_WRITE_LOCK=1
 *         --kernel=6.4: holds
 * Result: A=munmap B=fault C=mmap STACK_EXPAND_WRITE_LOCK=1 --kernel=6.4: holds
 * Result: A=munmap B=fault --kernel=6.4: violated unlocked-write
 * Result: A=munmap B=fault STACK_EXPAND_WRITE_LOCK=1 CONFIG_PER_VMA_LOCK=0 --kernel=6.4: holds
 */

#include <mm/matrix.h>
