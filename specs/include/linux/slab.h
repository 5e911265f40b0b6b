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

#include <linux/types.h>

#define GFP_ATOMIC	0x20u
#define GFP_NOWAIT	0x40u
#define GFP_KERNEL	0xcc0u
#define __GFP_ZERO	0x100u

struct kmem_cache {
	unsigned int object_size;
};

void *kmalloc(unsigned long size, gfp_t flags);
void *kzalloc(unsigned long size, gfp_t flags);
void kfree(const void *object);
void *kmem_cache_alloc(struct kmem_cache *cache, gfp_t flags);
void *kmem_cache_zalloc(struct kmem_cache *cache, gfp_t flags);
void kmem_cache_free(struct kmem_cache *cache, void *object);

#endif /* _LINUX_SLAB_H */
