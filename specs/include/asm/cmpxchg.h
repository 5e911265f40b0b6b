/* SPDX-License-Identifier: MIT */
/*
 * This file exchanges plain words and pointers in one step. The word is named once, and
 * what leads to it is evaluated before.
 */
#ifndef _ASM_CMPXCHG_H
#define _ASM_CMPXCHG_H

#include <linux/compiler.h>
#include <mmcheck.h>

#define xchg(ptr, new) ({							\
	__typeof__(ptr) __mmcheck_p = (ptr);					\
	__typeof__(*(ptr)) __mmcheck_new = (new), __mmcheck_was;		\
	ATOMIC {								\
		__mmcheck_was = *__mmcheck_p;					\
		*__mmcheck_p = __mmcheck_new;					\
	}									\
	__mmcheck_was;								\
})

/* The value before; it was written over if it was the old one. */
#define cmpxchg(ptr, old, new) ({						\
	__typeof__(ptr) __mmcheck_p = (ptr);					\
	__typeof__(*(ptr)) __mmcheck_old = (old), __mmcheck_new = (new), __mmcheck_was; \
	ATOMIC {								\
		__mmcheck_was = *__mmcheck_p;					\
		if (__mmcheck_was == __mmcheck_old)				\
			*__mmcheck_p = __mmcheck_new;				\
	}									\
	__mmcheck_was;								\
})

/* Whether it was written over; *oldp becomes the value before, if not. */
#define try_cmpxchg(ptr, oldp, new) ({						\
	__typeof__(ptr) __mmcheck_p = (ptr);					\
	__typeof__(oldp) __mmcheck_oldp = (oldp);				\
	__typeof__(*(ptr)) __mmcheck_old = *__mmcheck_oldp, __mmcheck_new = (new), __mmcheck_was; \
	ATOMIC {								\
		__mmcheck_was = *__mmcheck_p;					\
		if (__mmcheck_was == __mmcheck_old)				\
			*__mmcheck_p = __mmcheck_new;				\
	}									\
	if (__mmcheck_was != __mmcheck_old)					\
		*__mmcheck_oldp = __mmcheck_was;				\
	__mmcheck_was == __mmcheck_old;						\
})

#define xchg_acquire	xchg
#define xchg_release	xchg
#define xchg_relaxed	xchg
#define cmpxchg_acquire	cmpxchg
#define cmpxchg_release	cmpxchg
#define cmpxchg_relaxed	cmpxchg
#define cmpxchg_local	cmpxchg
#define try_cmpxchg_acquire	try_cmpxchg
#define try_cmpxchg_release	try_cmpxchg
#define try_cmpxchg_relaxed	try_cmpxchg
#define try_cmpxchg_local	try_cmpxchg
#define cmpxchg64	cmpxchg
#define cmpxchg64_acquire	cmpxchg
#define cmpxchg64_release	cmpxchg
#define cmpxchg64_relaxed	cmpxchg
#define cmpxchg64_local	cmpxchg
#define try_cmpxchg64	try_cmpxchg
#define sync_cmpxchg	cmpxchg

#endif /* _ASM_CMPXCHG_H */
