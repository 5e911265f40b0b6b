// SPDX-License-Identifier: MIT
#include <linux/mm.h>
#include <linux/notebook.h>

#define QBUF_IDLE	((__force qbuf_state_t)0)
#define QBUF_BUSY	((__force qbuf_state_t)1)

struct qbuf {
	struct mutex mutex;
	qbuf_state_t state;
	struct mm_struct *mm;
	unsigned long user;
#ifdef CONFIG_QBUF
	int depth;
#endif
};

static inline bool qbuf_idle(struct qbuf *q)
{
	return q->state == QBUF_IDLE;
}

int qbuf_start(struct qbuf *q)
{
	int err = 0;

	mutex_lock(&q->mutex);
	if (!qbuf_idle(q)) {
		err = -EAGAIN;
		goto out;
	}
	q->state = QBUF_BUSY;
	q->depth++;
	dma_kick(q->user);
out:
	mutex_unlock(&q->mutex);
	return err;
}

int qbuf_check(struct qbuf *q)
{
	struct mm_struct *mm = q->mm;
	struct vm_area_struct *vma;
	int ret = -EINVAL;

	mutex_lock(&q->mutex);
	mmap_read_lock(mm);
	vma = find_vma(mm, q->user);
	if (vma && vma->vm_start <= q->user)
		ret = 0;
	mmap_read_unlock(mm);
	mutex_unlock(&q->mutex);
	return ret;
}

/* A bug: the wrong order, against qbuf_check(). */
void qbuf_reset(struct qbuf *q)
{
	mmap_write_lock(q->mm);
	mutex_lock(&q->mutex);
	q->state = QBUF_IDLE;
	mutex_unlock(&q->mutex);
	mmap_write_unlock(q->mm);
}
