// SPDX-License-Identifier: MIT
/*
 * words: the words that say something of functions, variables and types to compilers,
 * sparse and the linker: may they stand where kernel code has them, and do those that
 * lay out memory do so?
 *
 * Result: holds
 */

#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/syscalls.h>
#include <mmcheck.h>

struct packed {
	char c;
	int i;
} __packed;

struct apart {
	int a;
	int b ____cacheline_aligned_in_smp;
} __randomize_layout;

struct counted {
	int nr, guarded __guarded_by(x);
	int *items __counted_by(nr) __pt_guarded_by(x);
};

struct buffer {
	randomized_struct_fields_start
	char __user *to;
	struct task_struct __rcu *task;
	int __percpu *count;
	int __private hidden;
	void __iomem *registers;
	randomized_struct_fields_end
};

static int limit __read_mostly = 3;
static int order __ro_after_init;
static int table[2] __cacheline_aligned, other __page_aligned_data;
static int boot __initdata = 1;
static const int fixed __initconst = 2, section __section(".data");
static int odd __aligned(16);

static noinline __cold int __must_check failed(int n)
{
	return n - 1;
}

static __always_inline __attribute_const__ int inlined(int n)
{
	return n + 1;
}

static notrace noinline_for_stack __no_sanitize_address int __ref large(void)
{
	return failed(2);
}

static asmlinkage __visible void __sched __lockfunc nothing(void)
{
}

static __printf(1, 2) __pure int no_more(const char *text, int n)
	__acquires(x) __releases(x) __must_hold(x)
{
	return text ? n : -n;
}

static int __init start(void)
{
	return boot + fixed;
}
module_init(start);
early_initcall(start);
core_initcall(start);
postcore_initcall(start);
arch_initcall(start);
subsys_initcall(start);
fs_initcall(start);
device_initcall(start);
late_initcall(start);
pure_initcall(start);
__initcall(start);
__setup("mm=", start);
early_param("mm", start);

static void __exit stop(void)
{
	boot = 0;
}
module_exit(stop);
EXPORT_SYMBOL_NS(stop, MM);
EXPORT_SYMBOL_NS_GPL(stop, MM);
EXPORT_SYMBOL_FOR_MODULES(stop, "kvm");
NOKPROBE_SYMBOL(stop);
module_param(limit, int, 0);
module_param_named(max, limit, int, 0);
MODULE_PARM_DESC(limit, "how many");
MODULE_LICENSE("GPL");
MODULE_AUTHOR("nobody");
MODULE_DESCRIPTION("nothing");
MODULE_VERSION("1");
MODULE_ALIAS("mm");
MODULE_IMPORT_NS("MM");

static __alloc_size(1) __realloc_size(1) __assume_aligned(8) __scanf(1, 2)
	__compiletime_error("a") __compiletime_warning("b") int hinted(const char *text, int n)
	__acquires_shared(x) __releases_shared(x) __must_hold_shared(x) __cond_acquires_shared(x)
{
	int __UNIQUE_ID(a) __maybe_unused = n, __UNIQUE_ID(a) __maybe_unused = 1;

	return text ? n : 0;
}

static int copy(char __user *to, const char __user __force *from, unsigned long n)
	__cond_acquires(x)
{
	return to && from && n ? 0 : -EFAULT;
}

static int done(int *slot)
{
	return *slot;
}

static void clean(int *slot)
{
	(*slot)++;
	order = done(slot);
}

SYSCALL_DEFINE3(three, int, a, char __user *, b, size_t, c)
{
	return copy(b, NULL, c) + a;
}

SYSCALL_DEFINE4(four, int, a, int, b, int, c, int, d)
{
	return a + b + c + d;
}

SYSCALL_DEFINE5(five, int, a, int, b, int, c, int, d, int, e)
{
	return a + b + c + d + e;
}

SYSCALL_DEFINE6(six, int, a, int, b, int, c, int, d, int, e, int, f)
{
	return a + b + c + d + e + f;
}

THREAD(t, NULL)
{
	struct buffer b = { .hidden = 4 };

	assert(sizeof(struct packed) == 5 && offsetof(struct apart, b) == 64 && sizeof(struct apart) == 128);
	assert(limit == 3 && !order && !table[1] && !other && !odd && !section);
	assert(inlined(1) == 2 && large() == 1 && no_more("", 2) == 2 && start() == 3);
	assert(ACCESS_PRIVATE(&b, hidden) == 4 && !b.to);
	assert(sys_three(1, NULL, 1) == 1 - EFAULT && sys_four(1, 1, 1, 1) == 4);
	assert(sys_five(1, 1, 1, 1, 1) == 5 && sys_six(1, 1, 1, 1, 1, 1) == 6);
	assert(hinted("", 2) == 2 && sizeof(struct counted) == 16);
	nothing();
	__acquire(x);
	__release(x);
	if (__cond_lock(x, limit))
		stop();
	assert(!boot && L1_CACHE_ALIGN(limit) == 64);
	{
		int __cleanup(clean) counted = 1;

		counted += __native_word(long);
	}
	assert(order == 3);
	OPTIMIZER_HIDE_VAR(limit);
	if (limit != 3)
		unreachable();
}
