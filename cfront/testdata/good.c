/* What a spec may use: nothing here is complained about. */
#include <mmcheck.h>
#include <linux/mmap_lock.h>

enum state { IDLE, BUSY = 5, DONE };
#define MANY 3

static struct mm_struct mm = { .brk = 0x1000, .seq = { 1, 2, [3] = 4 } };
static struct vm_area_struct vmas[MANY], *head;
static enum state st;
static const int table[2] = { 7, 8 };

INIT
{
	mm.mmap = &vmas[0];
	head = NULL;
	st = BUSY;
}

static inline struct vm_area_struct *pick(const struct mm_struct *m, unsigned long addr)
{
	struct vm_area_struct *vma = mt_lookup(m, addr);

	if (!vma || addr < vma->vm_start)
		return NULL;
	return vma;
}

SYSCALL_DEFINE2(brk, unsigned long, brk, int, flags)
{
	int n = flags & 1 ? table[1] : (int)min(brk, mm.brk);

	switch (flags) {
	case 0 ... 3:
		return -1;
	case 4:
	case 5:
		goto out;
	default:
		break;
	}
	while (n-- > 0) {
		if (n == 2)
			continue;
		if (n == 1)
			break;
	}
out:
	return n;
}

static int retry(struct mm_struct *m)
{
	struct vm_area_struct *vma;
	_Bool ok;

	for (;;) {
		if (!down_read_trylock(&m->mmap_lock))
			continue;
		vma = pick(m, 0x1000) ?: m->mmap;
		ok = vma;
		m->locked = ok && vma != NULL && vma->next != 0;
		m->seq[1]++;
		up_read(&m->mmap_lock);
		if (ok)
			return 1;
	}
}

THREAD(brk, &mm)
{
	struct vm_area_struct *vma = kmalloc(sizeof(*vma), 0);
	unsigned long addr = READ_ONCE(mm.brk);
	struct mm_struct copy = mm, *p = &mm;

	mmap_write_lock(&mm);
	lockdep_assert_held(&mm.mmap_lock);
	lockdep_assert_held(&mm.lock);
	WRITE_ONCE(mm.brk, addr + 0x1000);
	mmap_write_downgrade(p);
	assert(vma == NULL || vma->vm_start == 0);
	p = container_of(&mm.mmap_lock, struct mm_struct, mmap_lock);
	copy.brk = p->brk;
	kfree(vma);
	(void)sys_brk(copy.brk, retry(p));
	(void)down_read_trylock(&mm.mmap_lock);
	ATOMIC {
		WAIT_UNTIL(st == DONE);
		st = IDLE;
	}
}
