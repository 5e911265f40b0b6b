// SPDX-License-Identifier: MIT
/*
 * v6_15: what of the operations on one mm is different from 6.15 on?
 *
 * The lock of a VMA is a counter, and the memory of a VMA may be another VMA at once.
 * That matters to the page fault, which finds its VMA without mmap_lock, against all who
 * take a VMA away or cut it in two. From 6.17 on the list of VMAs (maps) is made so, too,
 * and MADV_DONTNEED of one VMA (dontneed) holds mmap_lock no more; 6.18 leaves the read
 * section where a VMA could not be locked. Of what waits for 7.4 mincore() is new. The
 * other pairs are in v7_1.c.
 *
 * Kernel: 6.15
 * Matrix: A=munmap,mmap,mprotect,brk_shrink,fault,dontneed,maps,exit
 *         B=maps,dontneed --kernel=6.15,6.18: holds
 * Matrix: A=munmap,mmap,mprotect,brk_shrink,fault,collapse B=fault
 *         --kernel=6.15,6.18: holds
 * Matrix: A=uffd_copy,uffd_move,reap,mrelease,collapse B=dontneed,maps
 *         --kernel=6.18: holds
 * Matrix: A=munmap,mprotect,dontneed,maps B=fault,maps,mincore --kernel=7.4:
 *         holds
 * Result: A=munmap B=fault C=mmap --kernel=6.15: holds
 * Result: A=munmap B=fault C=mmap --kernel=6.18: holds
 * Result: A=munmap B=fault C=dontneed --kernel=6.18: holds
 * Result: A=mprotect B=maps C=munmap --kernel=6.18: holds
 * Result: A=munmap B=fault C=dontneed --kernel=7.4: holds
 */

#include <mm/matrix.h>
