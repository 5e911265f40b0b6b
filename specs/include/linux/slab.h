/* SPDX-License-Identifier: MIT */
/*
 * This file declares the allocator. Each call is one step. The object type is
 * the pointer type that the result is assigned to; objects come from a pool of
 * bounded size (MM_POOL in <mmcheck.h>), start zeroed, and are reused after
 * they were freed, which is where the bugs are. Size and cache are not
 * evaluated. An allocation does not fail.
 */
#ifndef _LINUX_SLAB_H
#define _LINUX_SLAB_H

#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/string.h>
#include <linux/types.h>

#define GFP_ATOMIC	0x20u
#define GFP_NOWAIT	0x40u
#define GFP_KERNEL	0xcc0u
#define __GFP_ZERO	0x100u

struct kmem_cache {
	unsigned int object_size;
};

#define __GFP_NOWARN	0x2000u
#define __GFP_NOFAIL	0x8000u
#define __GFP_ACCOUNT	0x400000u
#define GFP_KERNEL_ACCOUNT	(GFP_KERNEL | __GFP_ACCOUNT)
#define GFP_NOFS	0xc40u
#define GFP_NOIO	0xc00u

void *kmalloc(unsigned long size, gfp_t flags);
void *kzalloc(unsigned long size, gfp_t flags);
void kfree(const void *object);
void *kmem_cache_alloc(struct kmem_cache *cache, gfp_t flags);
void *kmem_cache_zalloc(struct kmem_cache *cache, gfp_t flags);
void kmem_cache_free(struct kmem_cache *cache, void *object);

#define kmalloc_array(n, size, flags)	kmalloc((n) * (size), flags)
#define kcalloc(n, size, flags)		kzalloc((n) * (size), flags)

/* Where the memory comes from does not matter here. */
#define kvmalloc(size, flags)		kmalloc(size, flags)
#define kvzalloc(size, flags)		kzalloc(size, flags)
#define kvmalloc_array(n, size, flags)	kmalloc((n) * (size), flags)
#define kvcalloc(n, size, flags)	kzalloc((n) * (size), flags)
#define vmalloc(size)			kmalloc(size, GFP_KERNEL)
#define vzalloc(size)			kzalloc(size, GFP_KERNEL)
#define __vmalloc(size, flags)		kmalloc(size, flags)
#define kmemdup(from, size, flags) ({				\
	__typeof__(from) __mmcheck_copy = kmalloc(size, flags);	\
	memcpy(__mmcheck_copy, from, size);			\
	__mmcheck_copy;						\
})
#define kvfree(object)			kfree(object)
#define vfree(object)			kfree(object)
#define vfree_atomic(object)		kfree(object)
#define free_page(addr)			kfree((void *)(addr))
#define kfree_sensitive(object)		kfree(object)

#ifdef __MMCHECK_GUARDS
DEFINE_FREE(kfree, void *, if (!IS_ERR_OR_NULL(_T)) kfree(_T))
DEFINE_FREE(kvfree, void *, if (!IS_ERR_OR_NULL(_T)) kvfree(_T))
#endif

#endif /* _LINUX_SLAB_H */
