/* SPDX-License-Identifier: MIT */
/*
 * This file knows the words that tell sparse, lockdep and tracers about a type or a
 * function. A pointer to user space, to a device or to per-CPU data is a pointer as
 * any other here: it leads nowhere but where a spec makes it lead.
 */
#ifndef _LINUX_COMPILER_TYPES_H
#define _LINUX_COMPILER_TYPES_H

#include <linux/compiler_attributes.h>

#define __user
#define __kernel
#define __iomem
#define __percpu
#define __rcu
#define __force
#define __nocast
#define __safe
#define __private
#define __bitwise
#define ACCESS_PRIVATE(p, member)	((p)->member)

/* Which locks a function takes, gives up, or expects. */
#define __acquires(...)
#define __acquires_shared(...)
#define __cond_acquires(...)
#define __cond_acquires_shared(...)
#define __releases(...)
#define __releases_shared(...)
#define __must_hold(...)
#define __must_hold_shared(...)
#define __guarded_by(...)
#define __pt_guarded_by(...)
#define __acquire(x)		((void)0)
#define __release(x)		((void)0)
#define __cond_lock(x, c)	(c)

#define notrace
#define noinstr
#define __noscs
#define __nocfi
#define __latent_entropy
#define __no_randomize_layout
#define __randomize_layout
#define randomized_struct_fields_start
#define randomized_struct_fields_end
#define noinline_for_stack	noinline
#define noinline_for_tracing	noinline
#define __no_kasan_or_inline
#define __no_kcsan
#define __no_sanitize_address
#define __no_sanitize_memory
#define __no_sanitize_or_inline
#define __no_sanitize_thread

#define ___PASTE(a, b)	a##b
#define __PASTE(a, b)	___PASTE(a, b)
#define __UNIQUE_ID(prefix)	__PASTE(__PASTE(__UNIQUE_ID_, prefix), __COUNTER__)

#define __native_word(t)	(sizeof(t) == 1 || sizeof(t) == 2 || sizeof(t) == 4 || sizeof(t) == 8)

#endif /* _LINUX_COMPILER_TYPES_H */
