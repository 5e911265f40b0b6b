// SPDX-License-Identifier: MIT
#include <linux/ledger.h>

EXPORT_TRACEPOINT_SYMBOL(ledger)

static int __ledger_add(struct ledger *ledger, int delta)
{
	if (ledger->closed)
		return -EINVAL;
	ledger->balance += delta;
	return 0;
}

int ledger_add(struct ledger *ledger, int delta)
{
	int ret;

	down_write(&ledger->sem);
	ret = __ledger_add(ledger, delta);
	up_write(&ledger->sem);
	return ret;
}

int ledger_balance(struct ledger *ledger)
{
	int balance;

	down_read(&ledger->sem);
	balance = ledger->balance;
	up_read(&ledger->sem);
	return balance;
}

/* A bug: a write under the read lock. */
void ledger_close(struct ledger *ledger)
{
	down_read(&ledger->sem);
	ledger->closed = true;
	up_read(&ledger->sem);
}

int ledger_page_lines(struct ledger_page *page)
{
	struct ledger *ledger = page_ledger(page);
	int lines;

	spin_lock(&ledger->lock);
	lines = page->lines;
	spin_unlock(&ledger->lock);
	return lines;
}

int ledger_post(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	int ret = -EINVAL;

	mmap_read_lock(mm);
	vma = vma_lookup(mm, addr);
	if (vma)
		ret = ledger_write(mm->ledger, vma->vm_start, 1);
	mmap_read_unlock(mm);
	return ret;
}

/* A bug: the vma outlives the read section. */
unsigned long ledger_peek(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	rcu_read_lock();
	vma = vma_lookup(mm, addr);
	rcu_read_unlock();
	return vma ? vma->vm_start : 0;
}

int ledger_users(struct mm_struct *mm)
{
	return atomic_read(&mm->ledger_users);
}

/* A bug: it goes up and down the wrong way round. */
void ledger_swap(struct ledger *ledger)
{
	down_write(&ledger->sem);
	spin_lock(&ledger->lock);
	ledger->balance = 0;
	up_write(&ledger->sem);
	spin_unlock(&ledger->lock);
	up_write(&ledger->sem);
}
