/* SPDX-License-Identifier: MIT */
/* Functions in the style of drivers, to be pasted. */

static long gauge_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct gauge *gauge = file->private_data;
	void __user *argp = (void __user *)arg;
	struct gauge_range range;
	long ret;

	if (copy_from_user(&range, argp, sizeof(range)))
		return -EFAULT;
	ret = mutex_lock_interruptible(&gauge->lock);
	if (ret)
		return ret;
	switch (cmd) {
	case GAUGE_SET:
		ret = gauge_set(gauge, range.low, range.high);
		break;
	case GAUGE_CLEAR:
		gauge->dev->ranges = 0;
		break;
	default:
		ret = -ENOTTY;
	}
	mutex_unlock(&gauge->lock);
	dev_dbg(&gauge->dev->device, "%ld\n", ret);
	return ret;
}

static void gauge_work(struct work_struct *work)
{
	struct gauge *gauge = container_of(work, struct gauge, work);
	unsigned long flags;

	spin_lock_irqsave(&gauge->irq_lock, flags);
	while (gauge->pending) {
		gauge->pending--;
		gauge_step(gauge);
	}
	spin_unlock_irqrestore(&gauge->irq_lock, flags);
	wake_up(&gauge->wait);
}

/* The lock is taken twice when it is full. */
static int gauge_push(struct gauge *gauge, int value)
{
	spin_lock(&gauge->irq_lock);
	while (gauge_full(gauge)) {
		if (gauge->ops_nowait)
			break;
		spin_lock(&gauge->irq_lock);
	}
	gauge->pending += value;
	spin_unlock(&gauge->irq_lock);
	return 0;
}

/* What was freed is read. */
static int gauge_close(struct gauge *gauge)
{
	mutex_lock(&gauge_mutex);
	list_del(&gauge->link);
	mutex_unlock(&gauge_mutex);
	kfree(gauge);
	return gauge->pending ? -EBUSY : 0;
}
