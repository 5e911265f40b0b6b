/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_SPINLOCK_H
#define _LINUX_SPINLOCK_H
typedef struct spinlock {
	int raw;
} spinlock_t;
#define spin_lock(lock)	do { asm volatile("lock" : : "m" (*(lock))); } while (0)
#define spin_unlock(lock)	do { asm volatile("unlock" : : "m" (*(lock))); } while (0)
#define DEFINE_SPINLOCK(x)	spinlock_t x = { 0 }
#endif
