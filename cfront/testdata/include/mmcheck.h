/* SPDX-License-Identifier: MIT */
/* This file is a small stand-in for the real <mmcheck.h>. */
#ifndef _MMCHECK_H
#define _MMCHECK_H

#include <linux/rwsem.h>

#define NULL ((void *)0)
#define offsetof(t, m) __builtin_offsetof(t, m)
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define min(a, b) ({ __typeof__(a) __a = (a); __typeof__(b) __b = (b); __a < __b ? __a : __b; })
#define __mmcheck_once(p) ((volatile __typeof__(*(p)) *)(p))
#define READ_ONCE(x) (*__mmcheck_once(&(x)))
#define WRITE_ONCE(x, v) do { *__mmcheck_once(&(x)) = (v); } while (0)
void __mmcheck_data_race(void);
#define data_race(expr) (__mmcheck_data_race(), (expr))
#define container_of(p, t, m) ((t *)__mmcheck_container_of((p), offsetof(t, m)))
#define assert(c) do { if (unlikely(!(c))) __mmcheck_bug("assert(" #c ")"); } while (0)
#define ATOMIC for (int __mmcheck_atomic = 1; __mmcheck_atomic; __mmcheck_atomic = 0)
#define WAIT_UNTIL(c) __mmcheck_wait_until(!!(c))
#define INIT static void __attribute__((used)) __mmcheck_init(void)
#define THREAD(name, mmptr) \
	static struct task_struct __mmcheck_task_##name __attribute__((used)) = { .mm = (mmptr) }; \
	static void __attribute__((used)) __mmcheck_thread_##name(void)
#define SYSCALL_DEFINE2(name, t1, a1, t2, a2) \
	static inline long __attribute__((unused)) sys_##name(t1 a1, t2 a2)
#define lockdep_assert_held(l) _Generic((l), struct rw_semaphore *: rwsem_assert_held, \
	struct mutex *: mutex_assert_held)(l)

struct vm_area_struct {
	unsigned long vm_start, vm_end;
	struct vm_area_struct *next;
};

struct mm_struct {
	struct rw_semaphore mmap_lock;
	struct mutex lock;
	struct vm_area_struct *mmap;
	unsigned long brk;
	int seq[4];
	unsigned int locked : 1;
};

struct task_struct { struct mm_struct *mm; };

void __mmcheck_bug(const char *text);
void __mmcheck_wait_until(int cond);
void *__mmcheck_container_of(const void *p, unsigned long off);
void *kmalloc(unsigned long size, unsigned int gfp);
void kfree(const void *p);
struct vm_area_struct *mt_lookup(const struct mm_struct *mm, unsigned long addr);

#endif
