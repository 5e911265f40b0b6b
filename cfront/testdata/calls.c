/* Calls: unknown functions, wrong arguments, ignored results. */
#include <mmcheck.h>

static struct mm_struct mm;
static struct vm_area_struct vma;
int undefined_helper(int x);

static int helper(int a, struct mm_struct *m)
{
	return a + m->seq[0];
}

THREAD(t, &mm)
{
	down_read(); /* ERROR "too few arguments to function 'down_read': want 1, got 0 \[argument-count\]" */
	down_read(&mm.mmap_lock, 1); /* ERROR "too many arguments to function 'down_read': want 1, got 2" */
	down_read(&mm); /* ERROR "incompatible pointer types in argument 1 of 'down_read': want 'struct rw_semaphore \*', got 'struct mm_struct \*'" */
	down_read(mm.mmap_lock); /* ERROR "incompatible types in argument 1 of 'down_read': want 'struct rw_semaphore \*', got 'struct rw_semaphore'" */
	down_read(3); /* ERROR "integer becomes a pointer without a cast in argument 1 of 'down_read'" */
	down_read(0);
	helper(&mm, &mm); /* ERROR "pointer becomes an integer without a cast in argument 1 of 'helper': want 'int', got 'struct mm_struct \*'" */
	helper(1, &vma); /* ERROR "argument 2 of 'helper'" */
	helper(down_read(&mm.mmap_lock), &mm); /* ERROR "function 'down_read' returns no value \[void-value\]" */
	undefined_helper(1); /* ERROR "no model for function 'undefined_helper' \[no-model\]" */
	down_wirte(&mm.mmap_lock); /* ERROR "no function or macro 'down_wirte'; did you mean 'down_write'\?" */
	mmap_write_lock(&mm); /* ERROR "function 'mmap_write_lock' is not declared: #include <linux/mmap_lock.h> is missing \[undeclared\]" */
	mmap_write_lock(&mm);
	mmap_write_downgrad(&mm); /* ERROR "no function or macro 'mmap_write_downgrad'; did you mean 'mmap_write_downgrade'\?" */
	later(1); /* ERROR "function 'later' is called before it is declared" */
	setjmp(0); /* ERROR "setjmp\(\) is not supported" */
	down_read_trylock(&mm.mmap_lock); /* WARNING "trylock result ignored: 'down_read_trylock' may fail" */
	(down_write_killable(&mm.mmap_lock)); /* WARNING "trylock result ignored" */
}

int later(int x)
{
	return x;
}
