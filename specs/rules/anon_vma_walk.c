// SPDX-License-Identifier: MIT
/*
 * anon_vma_walk: may an anonymous page be unmapped while its VMAs are sought?
 *
 * Who walks has a reference to the page, as reclaim has, but none to its anon_vma. What
 * folio_lock_anon_vma_read() returns is still that of the page (KEEP). In FAMILY the
 * page belongs to a child, and the parent has the lock of the root for a moment: then
 * the walk sleeps for the lock, with a reference. munmap may be done with the tree by
 * then, so that no VMA is left to be found, and waits for the lock before it frees the
 * anon_vma; or else the walk gives the last reference back.
 *
 * GET takes a reference alone, as migration does. The process has another VMA, which gets
 * an anon_vma after munmap, perhaps the same memory.
 *
 * anon_vma_get.c leaves out, in a smaller model, what this rests on; here the unlock is
 * without a read section (KEEP ANON_VMA_UNLOCK_NO_RCU).
 *
 * Kernel: 6.12
 * Result: KEEP: holds
 * Result: FAMILY --kernel=5.12: holds
 * Result: GET: holds
 * Result: KEEP ANON_VMA_UNLOCK_NO_RCU: violated use-after-free
 */

#define MM_RMAP 1
#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mmcheck.h>

MM_POOL(ptdesc, 4);

#define ADDR	0x1000UL
#define OTHER	0x3000UL

static struct mm_struct mm;
static struct folio *page;
#ifdef FAMILY
static struct mm_struct parent;
static struct anon_vma *root;
#endif

INIT
{
	struct vm_area_struct *vma;

	mm_init(&mm);
#ifdef FAMILY
	mm_init(&parent);
	mm_map(&parent, ADDR, PAGE_SIZE, VM_ANON);
	vma = vma_lookup(&parent, ADDR);
	anon_vma_prepare(vma);
	root = vma->anon_vma;
	dup_mmap(&mm, &parent);
#else
	mm_map(&mm, ADDR, PAGE_SIZE, VM_ANON);
#endif
#ifdef GET
	mm_map(&mm, OTHER, PAGE_SIZE, VM_ANON);
#endif
	vma = vma_lookup(&mm, ADDR);
	anon_vma_prepare(vma);
	page = folio_alloc(NULL, vma->anon_vma, vma->vm_pgoff);
	mm_map_folio(&mm, ADDR, page, _PAGE_PRESENT | _PAGE_RW);
}

#ifdef GET
THREAD(migrate, NULL)
{
	struct anon_vma *anon_vma = folio_get_anon_vma(page);
	struct vm_area_struct *vma;

	if (!anon_vma)
		return;
	anon_vma_lock_read(anon_vma);
	vma = anon_vma_interval_tree_iter_first(&anon_vma->rb_root, 0, ~0UL);
	assert(!vma || vma->vm_start == ADDR);
	anon_vma_unlock_read(anon_vma);
	put_anon_vma(anon_vma);
}
#else
THREAD(walk, NULL)
{
	struct anon_vma *anon_vma = folio_lock_anon_vma_read(page, NULL);
	struct vm_area_struct *vma;

	if (!anon_vma)
		return;
	vma = rmap_first(anon_vma, NULL, page->index);
#ifdef FAMILY
	assert(!vma || vma->vm_mm == &mm);
#else
	assert(vma && vma->vm_mm == &mm);
#endif
	anon_vma_unlock_read(anon_vma);
}
#endif

#ifdef FAMILY
/* As its mremap() does, or munmap() of another VMA. */
THREAD(parent, &parent)
{
	anon_vma_lock_write(root);
	anon_vma_unlock_write(root);
}
#endif

THREAD(munmap, &mm)
{
	sys_munmap(ADDR, PAGE_SIZE);
#ifdef GET
	mmap_read_lock(&mm);
	anon_vma_prepare(vma_lookup(&mm, OTHER));
	mmap_read_unlock(&mm);
#endif
}

/* An anon_vma that nobody but the page names is lost. */
FINAL
{
	folio_put(page);
	page = NULL;
}
