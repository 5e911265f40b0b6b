// SPDX-License-Identifier: MIT
/*
 * types: how wide are the kernel's types, where do they end, and what do the macros
 * that round, pick and name bits make of them?
 *
 * Result: holds
 */

#include <linux/kernel.h>
#include <mmcheck.h>

static __u64 args;
static __s8 small;
static size_t len;
static loff_t pos;
static phys_addr_t phys;
static umode_t mode;
static struct hlist_node *node;

static ssize_t advance(size_t n, off_t by)
{
	len += n;
	pos += by;
	return len ? (ssize_t)len : -EINVAL;
}

static int turns;

static int turn(int value)
{
	turns++;
	return value;
}

THREAD(widths, NULL)
{
	assert(sizeof(__u64) == 8 && sizeof(__le32) == 4 && sizeof(umode_t) == 2 && sizeof(pid_t) == 4);
	assert(sizeof(uintptr_t) == 8 && sizeof(phys_addr_t) == 8 && sizeof(resource_size_t) == 8 && sizeof(uint8_t) == 1);
	args = 1ULL << 40;
	small = S8_MIN;
	assert(args > 1 && small == -128 && !phys && !mode && !node);
	assert(advance(2, 3) == 2 && pos == 3);
	assert(ULONG_MAX == ~0UL && INT_MAX + 1U == 0x80000000 && INT_MIN < 0 && LONG_MIN == 1L << 63);
	assert(U8_MAX == 255 && S16_MIN == -32768 && U32_MAX == UINT_MAX && S64_MAX == LLONG_MAX && SIZE_MAX == U64_MAX);
	assert(-ENOSYS == -38 && -ERESTARTSYS == -512 && EWOULDBLOCK == EAGAIN && ETIMEDOUT == 110);
}

THREAD(numbers, NULL)
{
	int a = 1, b = 2, three = 3;
	unsigned long word = 0x1234;

	swap(a, b);
	assert(a == 2 && b == 1);
	assert(min3(a, b, three) == 1 && max3(a, b, three) == 3 && min_not_zero(0, three) == 3 && min_not_zero(a, three) == 2);
	assert(clamp(turn(5), a, three) == 3 && turns == 1 && clamp_t(int, -1, b, a) == 1 && clamp_val(three, 0, 2) == 2);
	assert(umin(-1, three) == 3 && umax(three, 4) == 4);
	assert(round_up(word, 0x1000) == 0x2000 && round_down(word, 0x1000) == 0x1000 && roundup(7, three) == 9 && rounddown(7, three) == 6);
	assert(DIV_ROUND_UP(7, three) == 3 && DIV_ROUND_UP_ULL(turn(8), three) == 3 && turns == 2 && DIV_ROUND_DOWN_ULL(8, three) == 2);
	assert(abs(-three) == 3 && abs_diff(1UL, 3UL) == 2 && IS_ALIGNED(word, 4) && !IS_ALIGNED(word, 8));
	assert(upper_32_bits(word << 32) == 0x1234 && lower_32_bits(0x100000002UL) == 2);
	assert(BIT(three) == 8 && BIT_ULL(40) == 1ULL << 40 && GENMASK(3, 1) == 14 && GENMASK_ULL(63, 63) == 1ULL << 63);
	assert(BIT_MASK(65) == 2 && BIT_WORD(65) == 1 && BITS_TO_LONGS(65) == 2 && BITS_PER_TYPE(int) == 32);
}
