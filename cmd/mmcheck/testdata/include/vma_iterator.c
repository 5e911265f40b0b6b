// SPDX-License-Identifier: MIT
/*
 * vma_iterator: which VMA is next, and what is stored where?
 *
 * Result: holds
 * Result: --kernel=6.1: holds
 * Result: --kernel=6.4: holds
 * Result: --kernel=6.15: holds
 */

#define MM_TASK_PAGES 8

#include <linux/mm.h>
#include <mmcheck.h>

MM_POOL(vm_area_struct, 4);

#define ONE	0x1000UL	/* a page */
#define TWO	0x4000UL	/* two pages */

static struct mm_struct mm;

INIT
{
	mm_init(&mm);
	mm_map(&mm, ONE, PAGE_SIZE, VM_ANON);
	mm_map(&mm, TWO, 2 * PAGE_SIZE, VM_READ);
}

THREAD(walk, &mm)
{
	struct vm_area_struct *one, *two, *vma;
	int nr = 0;
	VMA_ITERATOR(vmi, &mm, 0);

	mmap_read_lock(&mm);
	one = vma_next(&vmi);
	two = vma_next(&vmi);
	assert(one->vm_start == ONE && two->vm_start == TWO && vma_iter_addr(&vmi) == TWO);
	assert(!vma_next(&vmi) && vma_prev(&vmi) == two && vma_prev(&vmi) == one);
	assert(vma_find(&vmi, TWO + 1) == two);
	vma_iter_init(&vmi, &mm, TWO + PAGE_SIZE);
	assert(vma_find(&vmi, 0x7000) == two && !vma_find(&vmi, 0x7000));
	vma_iter_init(&vmi, &mm, 0x2000);
	assert(!vma_find(&vmi, TWO - 1));
	vma_iter_init(&vmi, &mm, 0);
	for_each_vma_range(vmi, vma, TWO)
		nr++;
	assert(nr == 1);
	vma_iter_init(&vmi, &mm, 0);
	for_each_vma(vmi, vma)
		nr++;
	assert(nr == 3);
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
	vma_iter_init(&vmi, &mm, 0);
	assert(!vma_find(&vmi, ONE) && vma_find(&vmi, ONE + 1) == one);
	vma_iter_set(&vmi, ONE);
	assert(vma_iter_load(&vmi) == one && vma_iter_end(&vmi) == 0x2000);
	assert(!vma_iter_next_range(&vmi) && vma_iter_addr(&vmi) == 0x2000);
	assert(vma_iter_prev_range(&vmi) == one && !vma_prev_limit(&vmi, 0));
	vma_iter_set(&vmi, 0x2000);
	assert(vma_iter_next_rewind(&vmi, &vma) == two && vma == one && vma_iter_addr(&vmi) == 0x2000);
	vma_iter_set(&vmi, 0);
	assert(vma_iter_next_rewind(&vmi, NULL) == one);
	vma_iter_invalidate(&vmi);
	mmap_read_unlock(&mm);
	vma_iter_free(&vmi);
	mmap_read_lock(&mm);
#endif
	mmap_read_unlock(&mm);
}

/* Move the first page up, and back. */
FINAL
{
	struct vm_area_struct *vma;
	VMA_ITERATOR(vmi, &mm, ONE);

	mmap_write_lock(&mm);
	vma = vma_next(&vmi);
	vma_start_write(vma);
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
	assert(!vma_iter_prealloc(&vmi, vma));
	vma_iter_config(&vmi, ONE, 0x2000);
	vma_iter_clear(&vmi);
#elif LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
	assert(!vma_iter_prealloc(&vmi));
	vma_iter_clear(&vmi, ONE, 0x2000);
#else
	vma_mas_remove(vma, &vmi.mas);
#endif
	assert(find_vma(&mm, 0)->vm_start == TWO);
	vma->vm_start += PAGE_SIZE;
	vma->vm_end += PAGE_SIZE;
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 15, 0)
	vma_iter_store_overwrite(&vmi, vma);
#elif LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
	vma_iter_store(&vmi, vma);
#else
	vma_mas_store(vma, &vmi.mas);
#endif
	assert(vma_lookup(&mm, 0x2000) == vma && !vma_lookup(&mm, ONE) && !vma_lookup(&mm, 0x3000));
	assert(vma_next(&vmi)->vm_start == TWO);
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
	vma_iter_set(&vmi, 0x2000);
	assert(!vma_iter_clear_gfp(&vmi, 0x2000, 0x3000, GFP_KERNEL));
	assert(!vma_iter_store_gfp(&vmi, vma, GFP_KERNEL) && vma_lookup(&mm, 0x2000) == vma);
#endif
	mmap_write_unlock(&mm);
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
static struct mm_struct other;

/* Another process is made, of one new VMA. */
THREAD(fill, &other)
{
	struct vm_area_struct *vma;
	VMA_ITERATOR(vmi, &other, 0);

	mm_init(&other);
	mmap_write_lock(&other);
	vma = vm_area_alloc(&other);
	vma->vm_start = ONE;
	vma->vm_end = TWO;
	vma_start_write(vma);
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 15, 0)
	vma_iter_store_new(&vmi, vma);
#else
	assert(!vma_iter_bulk_store(&vmi, vma));
#endif
	other.map_count++;
	assert(vma_iter_addr(&vmi) == ONE && vma_lookup(&other, 0x2000) == vma);
	mmap_write_unlock(&other);
}
#endif
