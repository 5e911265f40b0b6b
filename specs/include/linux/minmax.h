/* SPDX-License-Identifier: MIT */
/*
 * This file defines min(), max() and their kin, each argument evaluated once, and
 * swap().
 */
#ifndef _LINUX_MINMAX_H
#define _LINUX_MINMAX_H

#define min(a, b) ({				\
	__typeof__(a) __min_a = (a);		\
	__typeof__(b) __min_b = (b);		\
	__min_a < __min_b ? __min_a : __min_b;	\
})

#define max(a, b) ({				\
	__typeof__(a) __max_a = (a);		\
	__typeof__(b) __max_b = (b);		\
	__max_a > __max_b ? __max_a : __max_b;	\
})

#define min_t(type, a, b)	min((type)(a), (type)(b))
#define max_t(type, a, b)	max((type)(a), (type)(b))
#define umin(a, b)		min((unsigned long)(a), (unsigned long)(b))
#define umax(a, b)		max((unsigned long)(a), (unsigned long)(b))
#define min3(a, b, c)		min((__typeof__(a))min(a, b), c)
#define max3(a, b, c)		max((__typeof__(a))max(a, b), c)

#define min_not_zero(a, b) ({			\
	__typeof__(a) __not0_a = (a);		\
	__typeof__(b) __not0_b = (b);		\
	!__not0_a ? __not0_b : !__not0_b ? __not0_a : min(__not0_a, __not0_b); \
})

#define clamp(val, lo, hi)		min((__typeof__(val))max(val, lo), hi)
#define clamp_t(type, val, lo, hi)	min_t(type, max_t(type, val, lo), hi)
#define clamp_val(val, lo, hi)		clamp_t(__typeof__(val), val, lo, hi)

#define swap(a, b) do {			\
	__typeof__(a) __swap = (a);	\
	(a) = (b);			\
	(b) = __swap;			\
} while (0)

#endif /* _LINUX_MINMAX_H */
