/* SPDX-License-Identifier: MIT */
/*
 * This file lets a function state which locks its caller holds. An assertion
 * that fails is the property `lock-misuse`.
 */
#ifndef _LINUX_LOCKDEP_H
#define _LINUX_LOCKDEP_H

#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>

#define lockdep_assert_held(l) _Generic((l),		\
	struct rw_semaphore *: rwsem_assert_held,	\
	struct mutex *: mutex_assert_held,		\
	spinlock_t *: spin_assert_held)(l)
#define lockdep_assert_held_write(l)	rwsem_assert_held_write(l)

#endif /* _LINUX_LOCKDEP_H */
