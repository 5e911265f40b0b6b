// SPDX-License-Identifier: MIT
/*
 * vma_in_memory: does a vma pointer get young again in memory?
 *
 * It does not. Kept in a local struct (STRUCT) or in a copy of one (COPY), filled
 * in by reference (OUT), in a global (GLOBAL) or in an object of the heap (HEAP),
 * or as the address of a member from which container_of() leads back (MEMBER), it
 * is as old as the lookup, as in a local variable (PLAIN). mmap_lock is dropped and
 * taken again. KEEP downgrades it instead, and AGAIN looks the vma up again.
 *
 * What another thread has left there (OTHER) is judged by what its reader holds:
 * who keeps it, the rules cannot know.
 *
 * Kernel: 6.12
 * Result: PLAIN: violated stale-vma
 * Result: PLAIN KEEP: holds
 * Result: STRUCT: violated stale-vma
 * Result: STRUCT KEEP: holds
 * Result: STRUCT AGAIN: holds
 * Result: COPY: violated stale-vma
 * Result: COPY KEEP: holds
 * Result: OUT: violated stale-vma
 * Result: OUT KEEP: holds
 * Result: GLOBAL: violated stale-vma
 * Result: GLOBAL KEEP: holds
 * Result: GLOBAL AGAIN: holds
 * Result: GLOBAL OTHER: holds
 * Result: HEAP: violated stale-vma
 * Result: HEAP KEEP: holds
 * Result: MEMBER: violated stale-vma
 * Result: MEMBER KEEP: holds
 */

#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <linux/slab.h>
#include <mmcheck.h>

#define ADDR	0x1000UL

struct walk {
	unsigned long addr;
	struct vm_area_struct *vma;
};

struct job {
	struct walk walk;
	struct rcu_head *head;
};

static struct mm_struct mm;
static struct vm_area_struct *global;

INIT
{
	mm_init(&mm);
	mm_map(&mm, ADDR, PAGE_SIZE, VM_READ);
}

static void __maybe_unused find(struct vm_area_struct **vmap)
{
	*vmap = vma_lookup(current->mm, ADDR);
}

#if defined(STRUCT) || defined(COPY)
#define SAVE()	do { walk.addr = ADDR; walk.vma = vma_lookup(current->mm, ADDR); } while (0)
#elif defined(OUT)
#define SAVE()	find(&vma)
#elif defined(GLOBAL)
#define SAVE()	do { global = vma_lookup(current->mm, ADDR); } while (0)
#elif defined(HEAP)
#define SAVE()	do { job->walk.vma = vma_lookup(current->mm, ADDR); } while (0)
#elif defined(MEMBER)
#define SAVE()	do { vma = vma_lookup(current->mm, ADDR); job->head = &vma->vm_rcu; } while (0)
#else
#define SAVE()	do { vma = vma_lookup(current->mm, ADDR); } while (0)
#endif

#ifdef STRUCT
#define LOAD()	walk.vma
#elif defined(COPY)
#define LOAD()	copy.vma
#elif defined(GLOBAL)
#define LOAD()	global
#elif defined(HEAP)
#define LOAD()	job->walk.vma
#elif defined(MEMBER)
#define LOAD()	container_of(job->head, struct vm_area_struct, vm_rcu)
#else
#define LOAD()	vma
#endif

THREAD(reader, &mm)
{
#if defined(STRUCT) || defined(COPY)
	struct walk walk;
#endif
#ifdef COPY
	struct walk copy;
#endif
#if defined(HEAP) || defined(MEMBER)
	struct job *job = kzalloc(sizeof(*job), GFP_KERNEL);
#endif
	struct vm_area_struct *vma;

	mmap_write_lock(current->mm);
#ifndef OTHER
	SAVE();
#endif
#ifdef COPY
	copy = walk;
#endif
#ifdef KEEP
	mmap_write_downgrade(current->mm);
#else
	mmap_write_unlock(current->mm);
	mmap_read_lock(current->mm);
#endif
#ifdef AGAIN
	SAVE();
#endif
	vma = LOAD();
	if (vma)
		assert(vma->vm_end != 1);
	mmap_read_unlock(current->mm);
#if defined(HEAP) || defined(MEMBER)
	kfree(job);
#endif
}

#ifdef OTHER
THREAD(finder, &mm)
{
	mmap_write_lock(current->mm);
	SAVE();
	mmap_write_unlock(current->mm);
}
#endif
