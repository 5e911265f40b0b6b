/* SPDX-License-Identifier: MIT */
/*
 * This file knows the words by which kernel code tells the compiler something of a
 * function, a variable or a type. Those that lay out memory mean what they mean;
 * the others say nothing that a search could see.
 */
#ifndef _LINUX_COMPILER_ATTRIBUTES_H
#define _LINUX_COMPILER_ATTRIBUTES_H

#define __aligned(x)		__attribute__((__aligned__(x)))
#define __aligned_largest	__attribute__((__aligned__))
#define __packed		__attribute__((__packed__))
#define __cleanup(func)		__attribute__((__cleanup__(func)))

#define __maybe_unused		__attribute__((__unused__))
#define __always_unused		__attribute__((__unused__))
#define __used			__attribute__((__used__))
#define fallthrough		__attribute__((__fallthrough__))

#define __always_inline		inline
#define __flatten
#define __gnu_inline
#define __noclone
#define noinline
#define __cold
#define __hot

#define __pure
#define __attribute_const__
#define __malloc
#define __must_check
#define __noreturn
#define __nonstring
#define __deprecated
#define __visible
#define __externally_visible
#define __uninitialized
#define __no_profile
#define __no_stack_protector
#define __designated_init
#define __overloadable
#define __weak			/* a spec has one definition of a function */

#define __section(name)
#define __printf(a, b)
#define __scanf(a, b)
#define __alloc_size(...)
#define __realloc_size(...)
#define __assume_aligned(...)
#define __counted_by(member)
#define __compiletime_error(msg)
#define __compiletime_warning(msg)

#endif /* _LINUX_COMPILER_ATTRIBUTES_H */
