// SPDX-License-Identifier: MIT
/*
 * assertions: are there all of the kernel's, do they fail where they should, and is
 * what is printed looked at as it is in the kernel?
 *
 * Result: holds
 * Result: FIRES=WARN(1,"%d",turns): violated assert
 * Result: FIRES=WARN_ONCE(1,"once"): violated assert
 * Result: FIRES=WARN_ON_SMP(1): violated assert
 * Result: FIRES=WARN_RATELIMIT(1,"often"): violated assert
 * Result: FIRES=WARN_TAINT(1,0,"taint"): violated assert
 * Result: FIRES=WARN_TAINT_ONCE(1,0,"taint"): violated assert
 * Result: FIRES=CHECK_DATA_CORRUPTION(1,"data"): violated assert
 * Result: FIRES=VM_WARN_ON_ONCE(1): violated assert
 * Result: FIRES=VM_WARN(1,"vm"): violated assert
 * Result: FIRES=VM_WARN_ONCE(1,"vm"): violated assert
 * Result: FIRES=VM_WARN_ON_PAGE(1,NULL): violated assert
 * Result: FIRES=VM_WARN_ON_ONCE_PAGE(1,NULL): violated assert
 * Result: FIRES=VM_WARN_ON_FOLIO(1,NULL): violated assert
 * Result: FIRES=VM_WARN_ON_ONCE_FOLIO(1,NULL): violated assert
 * Result: FIRES=VM_WARN_ON_ONCE_MM(1,NULL): violated assert
 * Result: FIRES=VM_WARN_ON_ONCE_VMA(1,NULL): violated assert
 * Result: FIRES=VM_WARN_ON_VMG(1,NULL): violated assert
 * Result: FIRES=VM_BUG_ON_PAGE(1,NULL): violated assert
 * Result: FIRES=VM_BUG_ON_FOLIO(1,NULL): violated assert
 * Result: FIRES=BUILD_BUG(): violated assert
 * Result: FIRES=pr_err("%d",turns/zero): violated assert
 * Result: PRINT=pr_emerg: violated use-after-free
 * Result: PRINT=pr_alert: violated use-after-free
 * Result: PRINT=pr_crit: violated use-after-free
 * Result: PRINT=pr_err: violated use-after-free
 * Result: PRINT=pr_warn: violated use-after-free
 * Result: PRINT=pr_notice: violated use-after-free
 * Result: PRINT=pr_info: violated use-after-free
 * Result: PRINT=pr_cont: violated use-after-free
 * Result: PRINT=printk: violated use-after-free
 * Result: PRINT=printk_once: violated use-after-free
 * Result: PRINT=printk_deferred: violated use-after-free
 * Result: PRINT=printk_ratelimited: violated use-after-free
 * Result: PRINT=trace_printk: violated use-after-free
 * Result: PRINT=pr_debug: holds
 * Result: PRINT=pr_devel: holds
 */

#include <linux/kernel.h>
#include <linux/slab.h>
#include <mmcheck.h>

struct pair {
	int a;
	long b;
};

static int turns, zero;

static_assert(sizeof(struct pair) == 16);
static_assert(offsetofend(struct pair, a) == 4, "int is not 4 bytes");

static int turn(void)
{
	return ++turns;
}

THREAD(warnings, NULL)
{
	int none = 0;

	assert(!WARN(none, "%d\n", turn()) && !WARN_ONCE(none, "none\n"));
	assert(!WARN_ON_SMP(none) && !WARN_RATELIMIT(none, "none\n"));
	assert(!WARN_TAINT(none, 0, "none\n") && !WARN_TAINT_ONCE(none, 0, "none\n"));
	assert(!CHECK_DATA_CORRUPTION(none, "none\n"));
	VM_WARN_ON_ONCE(none);
	VM_WARN(none, "none\n");
	VM_WARN_ONCE(none, "%d\n", turn());
	assert(!VM_WARN_ON_PAGE(none, NULL) && !VM_WARN_ON_ONCE_PAGE(none, NULL));
	assert(!VM_WARN_ON_FOLIO(none, NULL) && !VM_WARN_ON_ONCE_FOLIO(none, NULL));
	assert(!VM_WARN_ON_ONCE_MM(none, NULL) && !VM_WARN_ON_ONCE_VMA(none, NULL));
	assert(!VM_WARN_ON_VMG(none, NULL));
	VM_BUG_ON_PAGE(none, NULL);
	VM_BUG_ON_FOLIO(none, NULL);
	VIRTUAL_BUG_ON(turn());
	VIRTUAL_WARN_ON(turn());
	VM_BUG_ON_PGFLAGS(turn(), NULL);
	BUILD_BUG_ON(sizeof(int) != 4);
	BUILD_BUG_ON_MSG(sizeof(long) != 8, "long is not 8 bytes");
	BUILD_BUG_ON_NOT_POWER_OF_2(16);
	BUILD_BUG_ON_INVALID(turn());
	compiletime_assert(sizeof_field(struct pair, b) == 8, "b");
	assert(BUILD_BUG_ON_ZERO(sizeof(int) != 4) == 0);
	if (none)
		BUILD_BUG();
#ifdef FIRES
	FIRES;
#else
	assert(!turns);		/* nobody has looked at what is to be said */
#endif
}

THREAD(printing, NULL)
{
	struct pair *pair = kzalloc(sizeof(*pair), GFP_KERNEL);
	int once = 0;

	pr_info("%d %ld %s %p\n", once++, pair->b, "text", pair);
	assert(once == 1 && !zero);
	pr_debug("%d\n", once++);
	no_printk("%d\n", once++);
	assert(once == 1);
	printk(KERN_ERR "nothing\n");
	pr_emerg_once("nothing\n");
	pr_alert_once("nothing\n");
	pr_crit_once("nothing\n");
	pr_err_once("nothing\n");
	pr_warn_once("nothing\n");
	pr_notice_once("nothing\n");
	pr_info_once("nothing\n");
	pr_debug_once("nothing\n");
	pr_emerg_ratelimited("nothing\n");
	pr_alert_ratelimited("nothing\n");
	pr_crit_ratelimited("nothing\n");
	pr_err_ratelimited("nothing\n");
	pr_warn_ratelimited("nothing\n");
	pr_notice_ratelimited("nothing\n");
	pr_info_ratelimited("nothing\n");
	pr_debug_ratelimited("nothing\n");
	dump_stack();
	kfree(pair);
#ifdef PRINT
	PRINT("%ld of %d\n", pair->b, 2);
#endif
}
