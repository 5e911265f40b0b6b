// SPDX-License-Identifier: MIT
/*
 * uffd_copy_retry: is the VMA still of the kind that it was before the drop?
 *
 * Two repairs on the way to 7.1 of a loop that is new in it (6ab703034f14); no CVE.
 * UFFDIO_COPY locks the VMA, looks of what kind it is, and copies the page of the manager
 * with the VMA locked. If that page is not there, it gives the lock up, lets the copy fault,
 * and locks the VMA of the address again: which may be another one by now (BREAK). A private
 * page comes to be in a shared mapping of a file. Before 7.1 all was begun anew then.
 *
 * 292411fda25b ("mm/userfaultfd: detect VMA type change after copy retry in
 * mfill_copy_folio_retry()") compares the kind alone (KIND): a page that was made for one
 * file comes to be in another. 85668fda932a ("userfaultfd: verify VMA state across UFFDIO_COPY
 * retry", the default) keeps what was found, with a reference to the file, compares all of
 * it, and has the manager try again. NO_REF compares without the reference: the file may be
 * freed, and another one be at its address.
 *
 * It teaches: to look up again by address is enough for those who remember nothing. Who
 * goes on with what he decided before has to ask the question again.
 *
 * Kernel: 7.1
 * Result: BREAK: violated assert
 * Result: BREAK --kernel=6.18: holds
 * Result: holds
 * Result: KIND: violated assert
 * Result: NO_REF: violated assert
 */

#define MM_USERFAULTFD 1
#define MM_FILE_REF 1
#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mm/userfaultfd.h>
#include <mmcheck.h>

MM_POOL(vm_area_struct, 2);
MM_POOL(file, 2);

#define ADDR	0x1000UL

static struct mm_struct mm;
static struct userfaultfd_ctx ctx = { .mm = &mm };
static struct address_space mapping[2];

static struct file *file_open(int n)
{
	struct file *file = kzalloc(sizeof(*file), GFP_KERNEL);

	file->f_mapping = &mapping[n];
	atomic_set(&file->f_count, 1);
	return file;
}

/* Open file n, map it, close it, and let faults wait for the manager. */
static void map_file(int n)
{
	struct file *file = file_open(n);

	mm_map_file(&mm, file, ADDR, PAGE_SIZE, VM_READ | VM_WRITE | VM_SHARED, 0);
	fput(file);
	userfaultfd_register(&ctx, ADDR, PAGE_SIZE);
}

INIT
{
	mm_init(&mm);
	mmgrab(&mm);	/* mm is not from the heap: it is never freed */
	init_rwsem(&mapping[0].i_mmap_rwsem);
	init_rwsem(&mapping[1].i_mmap_rwsem);
#if defined(KIND) || defined(NO_REF)
	map_file(0);
#else
	mm_map(&mm, ADDR, PAGE_SIZE, VM_ANON);
	userfaultfd_register(&ctx, ADDR, PAGE_SIZE);
#endif
}

/* What a page for a VMA depends on. */
struct mfill_state {
	struct file *file;		/* NULL where anonymous */
	struct address_space *mapping;	/* where the page was allocated for */
};

static void mfill_state_save(struct mfill_state *state, struct vm_area_struct *vma)
{
	state->file = vma->vm_file;
	state->mapping = vma->vm_file ? vma->vm_file->f_mapping : NULL;
#ifndef NO_REF
	if (state->file)
		get_file(state->file);
#endif
}

static void mfill_state_drop(struct mfill_state *state)
{
#ifndef NO_REF
	if (state->file)
		fput(state->file);
#else
	(void)state;
#endif
}

/* Map the page that was made with the help of state. The VMA is locked. */
static int mfill_install(struct mfill_state *state, struct vm_area_struct *vma)
{
	struct address_space *mapping = vma->vm_file ? vma->vm_file->f_mapping : NULL;

	assert(state->mapping == mapping);
	spin_lock(&mm.page_table_lock);
	if (!pt_get(&mm.pgd, ADDR))
		pt_set(&mm.pgd, ADDR, _PAGE_PRESENT | _PAGE_RW);
	spin_unlock(&mm.page_table_lock);
	return 0;
}

/* As mfill_copy_folio_retry(): the copy has to fault. */
static struct vm_area_struct *copy_retry(struct mfill_state *state, struct vm_area_struct *vma)
{
	bool same __maybe_unused;

#if UFFD_COPY_RETRY_STATE
	mfill_state_save(state, vma);
#endif
	uffd_unlock_vma(&mm, vma);
	/* copy_from_user(), of another process */
	vma = uffd_lock_vma(&mm, ADDR);
#if !UFFD_COPY_RETRY_STATE
	if (!vma)
		return NULL;
	mfill_state_save(state, vma);
#endif
#ifndef BREAK
#ifdef KIND
	same = vma && !vma->vm_file == !state->file;
#else
	same = vma && vma->vm_file == state->file;
#endif
	if (vma && !same) {
		uffd_unlock_vma(&mm, vma);
		vma = NULL;		/* -EAGAIN */
	}
#endif
	mfill_state_drop(state);
	return vma;
}

THREAD(manager, NULL)
{
	struct mfill_state state;
	struct vm_area_struct *vma;

	if (!mmget_not_zero(&mm))
		return;
	vma = uffd_lock_vma(&mm, ADDR);
	if (vma)
		vma = copy_retry(&state, vma);
	if (vma) {
		if (vma->vm_userfaultfd_ctx == &ctx)
			mfill_install(&state, vma);
		uffd_unlock_vma(&mm, vma);
	}
	mmput(&mm);
}

/* Another mapping in the same place. */
THREAD(remap, &mm)
{
	sys_munmap(ADDR, PAGE_SIZE);
	map_file(1);
}
