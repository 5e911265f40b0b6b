// SPDX-License-Identifier: MIT
/*
 * maple_tree: on what entry, or hole, does each step of a walk come to stand?
 *
 * Result: holds
 * Result: --kernel=6.1: holds
 * Result: --kernel=6.4: holds
 * Result: --kernel=6.15: holds
 * Result: STALE=mas_find(&mas,ULONG_MAX): violated stale-vma
 * Result: STALE=mas_next(&mas,ULONG_MAX): violated stale-vma
 * Result: STALE=mas_prev(&mas,0): violated stale-vma
 * Result: STALE=mas_walk(&mas): violated stale-vma
 * Result: STALE=mas_walk(&mas) --kernel=6.4: violated stale-vma
 * Result: STALE=mas_walk(&mas) --kernel=6.6: holds
 * Result: --kernel=6.18: holds
 * Result: STALE=mas_store(&mas,one): violated stale-vma
 * Result: STALE=mas_pause(&mas);mas_find(&mas,ULONG_MAX): holds
 * Result: STALE=mas_reset(&mas);mas_next(&mas,ULONG_MAX): holds
 * Result: STALE=mas_set(&mas,ONE);mas_find(&mas,ULONG_MAX): holds
 * Result: STALE=mas_init(&mas,&mm.mm_mt,0);mas_find(&mas,ULONG_MAX): holds
 */

#define MM_TASK_PAGES 8

#include <linux/mm.h>
#include <mmcheck.h>

MM_POOL(vm_area_struct, 4);

#define ONE	0x1000UL	/* a page */
#define TWO	0x4000UL	/* two pages */
#define THREE	0x6000UL	/* a page, right behind */

static struct mm_struct mm;

INIT
{
	mm_init(&mm);
	mm_map(&mm, ONE, PAGE_SIZE, VM_ANON);
	mm_map(&mm, TWO, 2 * PAGE_SIZE, VM_READ);
	mm_map(&mm, THREE, PAGE_SIZE, VM_ANON);
}

#define at(mas, first, end)	((mas)->index == (first) && (mas)->last == (end) - 1)

THREAD(walk, &mm)
{
	struct vm_area_struct *one, *two, *three, *vma;
	int nr = 0;
	MA_STATE(mas, &mm.mm_mt, ONE + 1, ONE + 1);

	mmap_read_lock(&mm);
	one = vma_lookup(&mm, ONE);
	two = vma_lookup(&mm, TWO);
	three = vma_lookup(&mm, THREE);
#ifdef STALE
	mas_walk(&mas);
	mmap_read_unlock(&mm);
	mmap_write_lock(&mm);
	STALE;
	mmap_write_unlock(&mm);
	mmap_read_lock(&mm);
#else
	assert(mas_walk(&mas) == one && at(&mas, ONE, 0x2000) && mas_is_active(&mas));
	assert(mas_find(&mas, TWO - 1) == NULL && at(&mas, 0x2000, TWO));
	assert(mas_find(&mas, ULONG_MAX) == two && at(&mas, TWO, THREE));
	mas_pause(&mas);
	assert(mas_find(&mas, ULONG_MAX) == three && at(&mas, THREE, 0x7000));
	assert(!mas_find(&mas, ULONG_MAX) && mas.index == 0x7000 && mas.last == ULONG_MAX);
	assert(!mas_find(&mas, ULONG_MAX));
	assert(mas_prev(&mas, 0) == three && mas_prev(&mas, 0) == two);
	assert(!mas_prev(&mas, 0x2000) && at(&mas, 0x2000, TWO));
	assert(mas_next(&mas, TWO) == two);	/* it had gone too far */
	assert(mas_prev(&mas, 0) == one && !mas_prev(&mas, 0) && at(&mas, 0, ONE));
	assert(mas_next(&mas, ULONG_MAX) == one);

	mas_set(&mas, 0x3000);
	assert(!mas_walk(&mas) && at(&mas, 0x2000, TWO));
	mas_set_range(&mas, TWO, TWO);
	assert(mas_next(&mas, ULONG_MAX) == three);
	mas_set(&mas, TWO);
	assert(mas_prev(&mas, ONE) == one);
	mas_set(&mas, 0x2000);
	assert(mas_find_range(&mas, ULONG_MAX) == two && mas_find_range(&mas, ULONG_MAX) == three);
	assert(!mas_find_range(&mas, ULONG_MAX) && mas.index == 0x7000);
	mas_init(&mas, &mm.mm_mt, ONE);
	assert(mas_find(&mas, ONE) == one);
	assert(!mas_next_range(&mas, ULONG_MAX) && at(&mas, 0x2000, TWO));
	assert(mas_next_range(&mas, ULONG_MAX) == two);
	assert(!mas_prev_range(&mas, 0) && mas_prev_range(&mas, 0) == one);
	mas_reset(&mas);
	mas_for_each(&mas, vma, THREE - 1)
		nr++;
	assert(nr == 2);
	mas_set(&mas, THREE - 1);
	mas_for_each_rev(&mas, vma, TWO) {
		assert(vma == two);
		nr++;
	}
	assert(nr == 3);
	mas_set(&mas, TWO);
	assert(mas_find_rev(&mas, 0) == two && mas_find_rev(&mas, 0) == one && !mas_find_rev(&mas, 0));
#endif
	mmap_read_unlock(&mm);
	(void)one, (void)two, (void)three, (void)vma, (void)nr;
}

#ifndef STALE
THREAD(find, &mm)
{
	struct vm_area_struct *one, *two, *three;
	unsigned long index = 0;

	mmap_read_lock(&mm);
	one = mtree_load(&mm.mm_mt, ONE);
	two = mt_find(&mm.mm_mt, &index, 0) ? one : mtree_load(&mm.mm_mt, TWO + PAGE_SIZE);
	three = mtree_load(&mm.mm_mt, THREE);
	assert(!index && !mtree_load(&mm.mm_mt, 0));
	assert(mt_find(&mm.mm_mt, &index, ONE) == one && index == 0x2000);
	assert(mt_find(&mm.mm_mt, &index, ULONG_MAX) == two && index == THREE);
	assert(mt_next(&mm.mm_mt, TWO, ULONG_MAX) == three && !mt_next(&mm.mm_mt, TWO, TWO));
	assert(mt_prev(&mm.mm_mt, THREE, 0) == two && !mt_prev(&mm.mm_mt, TWO, 0x2000));
	mmap_read_unlock(&mm);
}

FINAL	/* alone */
{
	struct vm_area_struct *two, *three;
	MA_STATE(mas, &mm.mm_mt, TWO, TWO);

	mmap_write_lock(&mm);
	two = mas_erase(&mas);
	assert(two->vm_start == TWO && at(&mas, TWO, THREE) && !vma_lookup(&mm, TWO));
	assert(!mas_erase(&mas) && at(&mas, 0x2000, THREE));
	mas_set_range(&mas, TWO, THREE - 1);
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0) || LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
	assert(!mas_preallocate(&mas, two, GFP_KERNEL));
#else
	assert(!mas_preallocate(&mas, GFP_KERNEL));
#endif
	mas_store_prealloc(&mas, two);
	assert(vma_lookup(&mm, THREE - 1) == two && mas_prev(&mas, 0)->vm_start == ONE);
	mas_set_range(&mas, THREE, ULONG_MAX);
	three = mas_store(&mas, NULL);
	assert(three->vm_start == THREE && !find_vma(&mm, THREE));
	mas_set_range(&mas, TWO, THREE - 1);
	assert(!mas_store_gfp(&mas, two, GFP_KERNEL));
	mas_destroy(&mas);
	assert(mas_find(&mas, ULONG_MAX) == two);
	mt_store(&mm.mm_mt, THREE, THREE + PAGE_SIZE, three);
	mmap_write_unlock(&mm);
}
#endif
