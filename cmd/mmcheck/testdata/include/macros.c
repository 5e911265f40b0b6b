// SPDX-License-Identifier: MIT
/*
 * macros: the small macros of <linux/kernel.h> and what it includes: do they take any
 * expression, evaluate it once, and leave it as it is?
 *
 * Result: holds
 * Result: FIRES=BUG(): violated assert
 * Result: FIRES=BUG_ON(1): violated assert
 * Result: FIRES=WARN_ON(1): violated assert
 * Result: FIRES=WARN_ON_ONCE(1): violated assert
 * Result: FIRES=VM_BUG_ON(1): violated assert
 * Result: FIRES=VM_BUG_ON_VMA(1,NULL): violated assert
 * Result: FIRES=VM_BUG_ON_MM(1,NULL): violated assert
 * Result: FIRES=VM_WARN_ON(1): violated assert
 * Result: FIRES=assert(0): violated assert
 * Result: FIRES=CONTRACT(0,"nothing"): violated contract
 */

#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/syscalls.h>
#include <mmcheck.h>

static int turns;	/* of THREAD(numbers) */

static int turn(int value)
{
	turns++;
	return value;
}

struct inner {
	int first, second;
};

struct outer {
	int before;
	struct inner in;
	struct inner many[2];
};

static struct outer object;

int exported(void);
int exported(void)
{
	return 7;
}
EXPORT_SYMBOL(exported);
EXPORT_SYMBOL_GPL(exported);

SYSCALL_DEFINE0(getnothing)
{
	return -ENOENT;
}

SYSCALL_DEFINE1(getone, int, a)
{
	return a;
}

SYSCALL_DEFINE2(gettwo, int, a, unsigned long, b)
{
	return a - (long)b;
}

static __always_inline int __must_check inlined(void)
{
	return 3;
}

static noinline int __init outlined(int n __maybe_unused)
{
	switch (n) {
	case 1:
		n++;
		fallthrough;
	default:
		return n + 1;
	}
}

THREAD(numbers, NULL)
{
	int three = 3;
	unsigned int mask = 0x10;
	unsigned long high = 0x100000001UL;

	assert(min(turn(2), three + 1) == 2 && turns == 1);
	assert(max(turn(2) + 2, three) == 4 && turns == 2);
	assert(min(max(1, three), min(5, 4)) == 3);
	assert(max(min(three, 2), max(1, three - 3)) == 2);
	assert(min_t(unsigned int, -1, three) == 3);
	assert(max_t(unsigned char, 256 + 2, turn(1)) == 2 && turns == 3);
	assert(ARRAY_SIZE(object.many) == 2);
	assert(ALIGN(high, mask) == 0x100000010UL);
	assert(ALIGN(three + 14, 8 | 8) == 24 && ALIGN(16, 16) == 16);
	assert(ALIGN_DOWN(high + 0x1f, mask) == 0x100000020UL);
	assert(ALIGN_DOWN(three + 14, 4 + 4) == 16);
	assert(likely(three == 3) && !unlikely(three & 4) && likely(three));
	assert(sys_getnothing() == -ENOENT && sys_getone(three) == 3 && sys_gettwo(1, 2) == -1);
	assert(inlined() == 3 && outlined(1) == 3 && exported() == 7);
	printk("%d\n", turn(1));
	pr_info("nothing\n");
	pr_warn("%d %d\n", 1, 2);
	pr_err("nothing\n");
	pr_debug("nothing\n");
}

THREAD(pointers, NULL)
{
	struct outer *outer = &object;
	struct inner *in = &outer->in;
	int error = EINVAL;

	assert(container_of(in, struct outer, in) == outer);
	assert(container_of(error ? in : NULL, struct outer, in)->before == 0);
	in = ERR_PTR(-error);
	assert(IS_ERR(in) && PTR_ERR(in) == -EINVAL && IS_ERR_OR_NULL(in));
	in = error ? NULL : in;
	assert(!IS_ERR(in) && IS_ERR_OR_NULL(in));
	assert(!IS_ERR(outer) && !IS_ERR_OR_NULL(outer));
	assert(IS_ERR_VALUE(-(long)error) && IS_ERR_VALUE(-4095L));
	assert(!IS_ERR_VALUE(-4096L) && !IS_ERR_VALUE(0UL));
}

THREAD(warnings, NULL)
{
	int none = 0;

	BUG_ON(none & 1);
	assert(!WARN_ON(none || none));
	assert(!WARN_ON_ONCE(none));
	assert(!WARN_ON(WARN_ON_ONCE(none)));
	VM_BUG_ON(none);
	VM_BUG_ON_VMA(none & 3, NULL);
	VM_BUG_ON_MM(none ? 1 : 0, NULL);
	VM_WARN_ON(none);
	CONTRACT(!none, "nothing");
#ifdef FIRES
	FIRES;
#endif
}

THREAD(configuration, NULL)
{
	assert(IS_ENABLED(CONFIG_MMU) && IS_BUILTIN(CONFIG_MMU) && IS_REACHABLE(CONFIG_MMU));
	assert(!IS_MODULE(CONFIG_MMU) && !IS_ENABLED(CONFIG_NOBODY_HAS_THIS));
	assert(KERNEL_VERSION(6, 6 + 6, 0) == 0x60c00);
#if IS_ENABLED(CONFIG_NOBODY_HAS_THIS) || !IS_ENABLED(CONFIG_SMP)
	assert(0);
#endif
}

THREAD(once, NULL)
{
	static int cells[2];
	int i = 0;

	WRITE_ONCE(cells[i++], (int)sizeof(cells) - 3);
	assert(i == 1 && READ_ONCE(cells[i-- - 1]) == 5 && i == 0);
	assert(data_race(cells[0] + cells[1]) == 5);
	data_race(cells[1] = 2);
	assert(cells[1] == 2);
}
