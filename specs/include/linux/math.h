/* SPDX-License-Identifier: MIT */
/*
 * This file rounds and divides. The _up() and _down() forms take a power of two.
 */
#ifndef _LINUX_MATH_H
#define _LINUX_MATH_H

#define __mmcheck_mask(x, y)	((__typeof__(x))((y) - 1))
#define round_up(x, y)		((((x) - 1) | __mmcheck_mask(x, y)) + 1)
#define round_down(x, y)	((x) & ~__mmcheck_mask(x, y))

#define DIV_ROUND_UP(n, d)	(((n) + (d) - 1) / (d))
#define DIV_ROUND_UP_ULL(n, d)	DIV_ROUND_UP((unsigned long long)(n), d)
#define DIV_ROUND_DOWN_ULL(n, d)	((unsigned long long)(n) / (d))

#define roundup(x, y) ({			\
	__typeof__(y) __unit = (y);		\
	((x) + (__unit - 1)) / __unit * __unit;	\
})
#define rounddown(x, y) ({			\
	__typeof__(x) __value = (x);		\
	__value - __value % (y);		\
})

#define abs(x) ({				\
	__typeof__(x) __value = (x);		\
	__value < 0 ? -__value : __value;	\
})
#define abs_diff(a, b) ({			\
	__typeof__(a) __one = (a);		\
	__typeof__(b) __other = (b);		\
	__one > __other ? __one - __other : __other - __one; \
})

#endif /* _LINUX_MATH_H */
