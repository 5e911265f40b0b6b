/* SPDX-License-Identifier: MIT */
/*
 * This file defines what is undone when a variable goes out of scope: memory that is
 * freed (__free()), and locks that are given up (guard(), scoped_guard()). What a
 * guard does is said with its lock, as in the kernel: DEFINE_GUARD(mutex, ...) is in
 * <linux/mutex.h>. The lock, or what is freed, is called _T there.
 */
#ifndef _LINUX_CLEANUP_H
#define _LINUX_CLEANUP_H

#include <linux/compiler.h>
#include <linux/stddef.h>

/*
 * The guards of locks are defined where they are used: mmcheck looks whether a spec has
 * the words, since most do without, and would wait longer for them than for all else.
 */
#ifndef __MMCHECK__
#define __MMCHECK_GUARDS	1
#endif

#define DEFINE_FREE(name, type, free) \
	static inline void __maybe_unused __free_##name(void *p) { type _T = *(type *)p; free; }
#define __free(name)		__cleanup(__free_##name)

#define __get_and_null(p, null) ({	\
	__typeof__(p) __ptr = (p);	\
	(p) = (null);			\
	__ptr;				\
})
#define no_free_ptr(p)		__get_and_null(p, NULL)
#define return_ptr(p)		return no_free_ptr(p)
#define retain_and_null_ptr(p)	((void)__get_and_null(p, NULL))

/* CLASS(name, var)(arguments) declares var, which is made by init and undone by exit. */
#define DEFINE_CLASS(name, type, exit, init, ...)				\
	typedef type class_##name##_t;						\
	static inline void __maybe_unused class_##name##_destructor(type *p)	\
	{ type _T = *p; exit; }							\
	static inline type __maybe_unused class_##name##_constructor(__VA_ARGS__) \
	{ type t = init; return t; }
#define EXTEND_CLASS(name, ext, init, ...)					\
	typedef class_##name##_t class_##name##ext##_t;				\
	static inline void __maybe_unused class_##name##ext##_destructor(class_##name##_t *p) \
	{ class_##name##_destructor(p); }					\
	static inline class_##name##_t __maybe_unused class_##name##ext##_constructor(__VA_ARGS__) \
	{ class_##name##_t t = init; return t; }
#define CLASS(name, var) \
	class_##name##_t var __cleanup(class_##name##_destructor) = class_##name##_constructor

/* Whether it has its lock is what a guard says that only tries to get it. */
#define __DEFINE_HAS(name, expr) \
	static inline _Bool __maybe_unused class_##name##_has(class_##name##_t *_T) { return (expr); }

#define DEFINE_GUARD(name, type, lock, unlock)					\
	DEFINE_CLASS(name, type, if (_T) { unlock; }, ({ lock; _T; }), type _T)	\
	__DEFINE_HAS(name, *_T)
#define DEFINE_GUARD_COND(name, ext, condlock, ...)				\
	EXTEND_CLASS(name, ext, (_T && !__guard_got(condlock, ##__VA_ARGS__)) ? NULL : _T, class_##name##_t _T) \
	__DEFINE_HAS(name##ext, *_T)

/* Whether an attempt came to a lock: it gave what is not 0, or something else about _RET. */
#define __guard_got(lock, ...)	({ int _RET = (lock); __guard_second(0, ##__VA_ARGS__, _RET); })
#define __guard_second(a, b, ...)	b

#define __DEFINE_UNLOCK_GUARD(name, type, unlock, ...)				\
	typedef struct class_##name { type *lock; __guard_second(0, ##__VA_ARGS__;, ) } class_##name##_t; \
	static inline void __maybe_unused class_##name##_destructor(class_##name##_t *_T) \
	{ if (_T->lock) { unlock; } }						\
	__DEFINE_HAS(name, _T->lock)
#define DEFINE_LOCK_GUARD_1(name, type, lockit, unlock, ...)			\
	__DEFINE_UNLOCK_GUARD(name, type, unlock, __VA_ARGS__)			\
	static inline class_##name##_t __maybe_unused class_##name##_constructor(type *l) \
	{ class_##name##_t _t = { .lock = l }, *_T = &_t; lockit; return _t; }
#define DEFINE_LOCK_GUARD_0(name, lockit, unlock, ...)				\
	__DEFINE_UNLOCK_GUARD(name, int, unlock, __VA_ARGS__)			\
	static int class_##name##_none;						\
	static inline class_##name##_t __maybe_unused class_##name##_constructor(void) \
	{ class_##name##_t _t = { .lock = &class_##name##_none }, *_T __maybe_unused = &_t; lockit; return _t; }
#define DEFINE_LOCK_GUARD_1_COND(name, ext, condlock, ...)			\
	typedef class_##name##_t class_##name##ext##_t;				\
	static inline void __maybe_unused class_##name##ext##_destructor(class_##name##_t *_T) \
	{ class_##name##_destructor(_T); }					\
	static inline class_##name##_t __maybe_unused class_##name##ext##_constructor(__typeof__(((class_##name##_t *)0)->lock) l) \
	{ class_##name##_t _t = { .lock = l }, *_T = &_t; if (_T->lock && !__guard_got(condlock, ##__VA_ARGS__)) _T->lock = NULL; return _t; } \
	__DEFINE_HAS(name##ext, _T->lock)

#define guard(name)	CLASS(name, __UNIQUE_ID(guard))
#define scoped_guard(name, ...)							\
	for (CLASS(name, __scope)(__VA_ARGS__), *__done = NULL;			\
	     !__done && class_##name##_has(&__scope); __done = &__scope)
#define scoped_cond_guard(name, fail, ...)					\
	for (CLASS(name, __scope)(__VA_ARGS__), *__done = NULL; !__done; __done = &__scope) \
		if (!class_##name##_has(&__scope)) fail; else

#endif /* _LINUX_CLEANUP_H */
