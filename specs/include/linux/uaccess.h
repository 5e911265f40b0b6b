/* SPDX-License-Identifier: MIT */
/*
 * This file declares the switch for page faults of the kernel on user memory. With
 * page faults disabled an access to a page that is not there fails at once, instead
 * of waiting for mmap_lock. And for what processors ignore of an address.
 */
#ifndef _LINUX_UACCESS_H
#define _LINUX_UACCESS_H

#include <linux/mmap_lock.h>

/* Addresses without tags, as most processors have them. */
#define untagged_addr(addr)	(addr)
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
#define untagged_addr_remote(mm, addr) ({	\
	mmap_assert_locked(mm);			\
	untagged_addr(addr);			\
})
#endif

/*
 * A value from or to the program: the access may fault, and so sleep, or fail. What the
 * program has there is not known: 0 or 1.
 */
#define get_user(x, ptr) ({				\
	might_fault();					\
	(void)(ptr);					\
	(x) = (__typeof__(x))nondet(0, 1);		\
	nondet(0, 1) ? -EFAULT : 0;			\
})
#define put_user(x, ptr) ({				\
	might_fault();					\
	(void)(x);					\
	(void)(ptr);					\
	nondet(0, 1) ? -EFAULT : 0;			\
})
#define __get_user(x, ptr)	get_user(x, ptr)
#define __put_user(x, ptr)	put_user(x, ptr)

void pagefault_disable(void);
void pagefault_enable(void);
int __mmcheck_pagefault_disabled(void);
#define pagefault_disabled()	(__mmcheck_pagefault_disabled() != 0)

#endif /* _LINUX_UACCESS_H */
