/* SPDX-License-Identifier: MIT */
/* Functions in the style of file systems, to be pasted. */

static int ledger_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	struct ledger *ledger = file->private_data;
	struct ledger_page *page;
	int err = 0;

	guard(mutex)(&ledger->lock);
	for_each_ledger_page(ledger, page) {
		if (page->state == LEDGER_CLEAN)
			continue;
		err = ledger_flush(page, ledger->opts.flags & LEDGER_SYNC);
		if (err)
			break;
	}
	return err ? err : count;
}

static struct ledger *ledger_find(struct super_block *sb, u64 id)
{
	struct ledger *ledger;

	rcu_read_lock();
	list_for_each_entry_rcu(ledger, &LEDGER_SB(sb)->ledgers, link) {
		if (ledger->id == id && !ledger_is_dead(ledger)) {
			rcu_read_unlock();
			return ledger;
		}
	}
	rcu_read_unlock();
	return NULL;
}

/* It sleeps under a spinlock. */
static int ledger_grow(struct ledger *ledger, gfp_t gfp)
{
	struct ledger_page *page;

	spin_lock(&ledger->pages_lock);
	page = kzalloc(sizeof(*page), GFP_KERNEL);
	if (page)
		list_add_tail(&page->link, &ledger->pages);
	spin_unlock(&ledger->pages_lock);
	return page ? 0 : -ENOMEM;
}

/* The wrong lock is given up. */
static void ledger_swap(struct ledger *a, struct ledger *b)
{
	down_write(&a->sem);
	down_read(&b->sem);
	swap(a->root, b->root);
	up_read(&b->sem);
	up_read(&a->sem);
}
