// SPDX-License-Identifier: MIT

package report

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"mmcheck/cfront"
	"mmcheck/checker"
	"mmcheck/specs"
)

type toldSpec struct {
	name, src string
	want, not []string
}

// told are small specs, and what their reports must and must not say.
var told = []toldSpec{
	{"a flag that an ATOMIC block tests", `
static bool busy = true, good;
THREAD(give, NULL) { WRITE_ONCE(busy, false); WRITE_ONCE(good, true); }
THREAD(take, NULL)
{
	bool got = false;

	ATOMIC {
		if (!busy) {
			busy = true;
			got = true;
		}
	}
	if (got)
		assert(READ_ONCE(good));
}`, []string{"WRITE_ONCE(busy, false)", "CPU1: take", "good == 0"}, nil},
	{"a waiter on the stack", `
struct waiter { bool woken; struct waiter *next; };
static struct waiter *queue;
static void sleep_on(void)
{
	struct waiter w = { false };

	WRITE_ONCE(queue, &w);
	WAIT_UNTIL(w.woken);
}
THREAD(sleeper, NULL) { sleep_on(); }
THREAD(waker, NULL) { struct waiter *w; WAIT_UNTIL(queue); w = READ_ONCE(queue); WRITE_ONCE(w->woken, true); w->next = NULL; }`,
		[]string{"use-after-free in waker / sleep_on", "error: use of 'w' of sleep_on(), which is out of scope",
			"note: pointer to 'w' of sleep_on() loaded here", "note: 'w' of sleep_on() goes out of scope here, on the stack of sleeper", "}  // 'w' is gone"},
		[]string{"freed", "FREED"}},
	{"a variable of INIT", `
static int *gp;
INIT { int x = 1; gp = &x; }
THREAD(t, NULL) { assert(*gp == 1); }`,
		[]string{"use of 'x', which is out of scope", "note: 'x' was on the stack of INIT, which has ended"}, nil},
	{"what ends a wait", `
static bool ready, good;
THREAD(give, NULL) { WRITE_ONCE(ready, true); WRITE_ONCE(good, true); }
THREAD(take, NULL) { WAIT_UNTIL(ready); assert(READ_ONCE(good)); }`,
		[]string{"WRITE_ONCE(ready, true)", "WAIT_UNTIL(ready)"}, nil},
	{"a completion", `
#include <linux/completion.h>
static bool good;
static struct completion done;
INIT { init_completion(&done); }
THREAD(give, NULL) { complete(&done); WRITE_ONCE(good, true); }
THREAD(take, NULL) { wait_for_completion(&done); assert(READ_ONCE(good)); }`,
		[]string{"complete(&done)", "wait_for_completion(&done)"}, nil},
	{"what a value is compared with", `
static int nr;
static bool late;
THREAD(add, NULL) { WRITE_ONCE(nr, 7); }
THREAD(look, NULL)
{
	const int limit = 4;

	if (!((READ_ONCE(nr) & 6) > limit))
		WRITE_ONCE(late, true);
}
FINAL { assert(!late); }`, []string{"(READ_ONCE(nr) & 6) > limit"}, nil},
	{"what decided a value that FINAL looks at", `
static int nr;
static bool late;
THREAD(add, NULL) { WRITE_ONCE(nr, 1); }
THREAD(look, NULL)
{
	if (!READ_ONCE(nr))
		WRITE_ONCE(late, true);
}
FINAL { assert(!late); }`, []string{"READ_ONCE(nr)", "WRITE_ONCE(nr, 1)", "late == 1", "note: nr == 0 here in look, which decided that"}, nil},
	{"a local that was changed because of what was found", `
enum { NONE, SHARED, COPY };
static int pte;
THREAD(gup, NULL)
{
	unsigned int flags = 3;
	int entry;

again:
	entry = READ_ONCE(pte);
	if (entry == NONE) {
		WRITE_ONCE(pte, SHARED);
		goto again;
	}
	if ((flags & 1) && entry == SHARED) {
		WRITE_ONCE(pte, COPY);
		flags &= ~1;
		goto again;
	}
	assert(entry == COPY);
}
THREAD(madvise, NULL) { WRITE_ONCE(pte, NONE); }`, []string{"// pte == 2, then flags == 2"}, nil},
	{"locks that two threads try for ever", `
#include <linux/spinlock.h>
#include <linux/rwsem.h>
static DEFINE_SPINLOCK(a);
static DECLARE_RWSEM(b);
THREAD(one, NULL)
{
	while (!spin_trylock(&a)) ;
	while (!down_write_trylock(&b)) ;
	up_write(&b);
	spin_unlock(&a);
}
THREAD(two, NULL)
{
	while (!down_read_trylock(&b)) ;
	while (!spin_trylock(&a)) ;
	spin_unlock(&a);
	up_read(&b);
}`, []string{"to wait for b, held for reading by two", "to wait for a, held by one", "b held for reading by two since here"}, []string{"owner", "readers"}},
	{"a loop that takes a lock and looks at what nobody changes", `
#include <linux/spinlock.h>
static DEFINE_SPINLOCK(lock);
static int flag;
THREAD(wait, NULL)
{
	int set;

	do {
		spin_lock(&lock);
		set = READ_ONCE(flag);
		spin_unlock(&lock);
	} while (!set);
}`, []string{"to wait for something that no thread ever changes"}, []string{"for lock"}},
	{"a circle of requests", `
#include <linux/mutex.h>
static DEFINE_MUTEX(a);
static DEFINE_MUTEX(b);
static bool done;
static void both(void) { mutex_lock(&a); mutex_lock(&b); mutex_unlock(&b); mutex_unlock(&a); }
THREAD(one, NULL) { both(); WRITE_ONCE(done, true); }
THREAD(two, NULL) { WAIT_UNTIL(done); mutex_lock(&b); mutex_lock(&a); mutex_unlock(&a); mutex_unlock(&b); }`,
		[]string{"lock-order in both / two", "b requested here by one, who holds a", "a held by one since here",
			"a requested here by two, who holds b", "b held by two since here"}, nil},
	{"a wait that nobody ends any more", `
static int users = 2, stop;
THREADS(user, 2, NULL)
{
	if (READ_ONCE(stop))
		return;
	ATOMIC { users--; }
}
THREAD(killer, NULL)
{
	WRITE_ONCE(stop, 1);
	WAIT_UNTIL(users == 0);
}`, []string{"READ_ONCE(stop)", "WRITE_ONCE(stop, 1)", "CPU0: user#1", "CPU1: user#2"}, []string{"nothing here depends on it"}},
	{"a wake-up that is left out", `
#include <linux/wait.h>
static DECLARE_WAIT_QUEUE_HEAD(queue);
static int ready;
THREAD(sleeper, NULL) { wait_event(queue, READ_ONCE(ready)); }
THREAD(waker, NULL)
{
	int active = waitqueue_active(&queue);

	WRITE_ONCE(ready, 1);
	if (active)
		wake_up(&queue);
}`, []string{"waitqueue_active(&queue)", "wait_event(queue, READ_ONCE(ready))"}, []string{"__mmcheck_atomic"}},
	{"an error pointer that a function made", `
#include <linux/err.h>
#include <linux/slab.h>
struct ctx { int n; };
static struct ctx *ctx;
static int dying;
INIT { ctx = kzalloc(sizeof(*ctx), GFP_KERNEL); }
static struct ctx *get(void)
{
	if (READ_ONCE(dying))
		return ERR_PTR(-ENOMEM);
	return ctx;
}
THREAD(user, NULL)
{
	struct ctx *c = get();

	c->n = 1;
}
THREAD(exit, NULL) { WRITE_ONCE(dying, 1); }`, []string{"the pointer comes from here\n   11 | \t\treturn ERR_PTR(-ENOMEM);"}, nil},
	{"an error pointer made behind a call", `
#include <linux/err.h>
#include <linux/slab.h>
struct ctx { int n; };
static struct ctx *ctx;
static int dying;
INIT { ctx = kzalloc(sizeof(*ctx), GFP_KERNEL); }
static struct ctx *get(void)
{
	if (READ_ONCE(dying))
		return NULL;
	return ctx;
}
THREAD(user, NULL)
{
	struct ctx *c = get() ?: ERR_PTR(-EFAULT);

	c->n = 1;
}
THREAD(exit, NULL) { WRITE_ONCE(dying, 1); }`, []string{"the pointer is made behind this call\n   16 | \tstruct ctx *c = get() ?: ERR_PTR(-EFAULT);\n      | \t                ^~~~~"}, []string{"comes from here"}},
	{"an assertion on what a second look-up did not find", `
#include <linux/mm.h>
static struct mm_struct mm;
INIT { mm_init(&mm); mm_map(&mm, 0x1000, PAGE_SIZE, VM_ANON); }
static struct vm_area_struct *find(void)
{
	struct vm_area_struct *vma;

	mmap_read_lock(&mm);
	vma = vma_lookup(&mm, 0x1000);
	mmap_read_unlock(&mm);
	return vma;
}
THREAD(user, &mm)
{
	struct vm_area_struct *vma;

	mmap_read_lock(&mm);
	vma = vma_lookup(&mm, 0x1000);
	if (vma)
		assert(vma->vm_end);
	mmap_read_unlock(&mm);
	if (!vma)
		return;
	vma = find();
	assert(vma);
}
THREAD(munmap, &mm) { sys_munmap(0x1000, PAGE_SIZE); }`, []string{"error: assert(vma) triggered [assert]"}, nil},
	{"an assertion on a local that was another before", `
struct ctx { int n; };
static struct ctx one, *ctx = &one;
THREAD(user, NULL)
{
	struct ctx *c = READ_ONCE(ctx);

	if (!c)
		return;
	c = READ_ONCE(ctx);
	assert(c != NULL);
}
THREAD(exit, NULL) { WRITE_ONCE(ctx, NULL); }`, []string{"triggered: c == NULL [assert]"}, nil},
	{"an error pointer made of a look-up that found nothing", `
#include <linux/err.h>
#include <linux/mm.h>
static struct mm_struct mm;
INIT { mm_init(&mm); mm_map(&mm, 0x1000, PAGE_SIZE, VM_ANON); }
static struct vm_area_struct *get(void)
{
	struct vm_area_struct *vma = vma_lookup(&mm, 0x1000);

	if (!vma)
		return ERR_PTR(-EFAULT);
	return vma;
}
THREAD(user, &mm)
{
	struct vm_area_struct *vma;

	mmap_read_lock(&mm);
	vma = get();
	if (vma)
		(void)vma->vm_start;
	mmap_read_unlock(&mm);
}
THREAD(munmap, &mm) { sys_munmap(0x1000, PAGE_SIZE); }`, []string{"the pointer comes from here\n   11 | ", "NULL returned here, with mm.mmap_lock held for reading", "taken out of the tree here by munmap"}, nil},
	{"a look-up that an assertion is about, in a long table", `
#include <linux/mm.h>
static struct mm_struct mm;
INIT { mm_init(&mm); mm_map(&mm, 0x1000, 2 * PAGE_SIZE, VM_ANON); }
THREAD(reader, &mm)
{
	struct vm_area_struct *vma;
	unsigned long end;

	mmap_read_lock(&mm);
	vma = vma_lookup(&mm, 0x1000);
	end = vma ? vma->vm_end : 0;
	mmap_read_unlock(&mm);
	if (!end)
		return;
	mmap_read_lock(&mm);
	vma = find_vma(&mm, end - PAGE_SIZE);
	assert(vma && vma->vm_end == end);
	mmap_read_unlock(&mm);
}
THREAD(munmap, &mm) { sys_munmap(0x2000, PAGE_SIZE); }`, []string{"find_vma(&mm, end - PAGE_SIZE)"}, nil},
	{"a vma pointer that was kept in memory", `
#include <linux/mm.h>
static struct mm_struct mm;
static struct vm_area_struct *cache;
INIT { mm_init(&mm); mm_map(&mm, 0x1000, PAGE_SIZE, VM_ANON); }
THREAD(user, &mm)
{
	struct vm_area_struct *vma;

	mmap_read_lock(&mm);
	cache = find_vma(&mm, 0);
	mmap_read_unlock(&mm);
	mmap_read_lock(&mm);
	vma = cache;
	if (vma)
		(void)vma->vm_start;
	mmap_read_unlock(&mm);
}`, []string{"vma#1 looked up here by user, with mm.mmap_lock held for reading", "mm.mmap_lock dropped here: vma#1 may change", "vma#1 loaded here"}, nil},
	{"an object that was loaded under RCU", `
#include <linux/rcupdate.h>
#include <linux/slab.h>
struct node { int v; };
static struct node *head;
INIT { head = kzalloc(sizeof(*head), GFP_KERNEL); }
THREAD(del, NULL)
{
	struct node *n = head;

	WRITE_ONCE(head, NULL);
	kfree(n);
}
THREAD(look, NULL)
{
	struct node *n;

	rcu_read_lock();
	n = READ_ONCE(head);
	if (n)
		(void)READ_ONCE(n->v);
	rcu_read_unlock();
}`, []string{"node#1 loaded here, in an RCU read section"}, []string{"no lock held"}},
	{"a thread that is interrupted", `
#include <linux/spinlock.h>
static DEFINE_SPINLOCK(lock);
static int n;
THREAD(t, NULL) { spin_lock(&lock); n++; spin_unlock(&lock); }
IRQ(handler) { spin_lock(&lock); n++; spin_unlock(&lock); }`, []string{"t is interrupted here by handler", "n  // interrupted by handler", "handler waits here for lock, held by t"}, []string{"t waits here"}},
	{"a bit-field beside others", `
static struct { unsigned int dirty:1, count:4; } st;
THREAD(a, NULL) { ATOMIC { st.dirty = 1; } ATOMIC { st.count = 3; } }
THREAD(b, NULL)
{
	ATOMIC {
		if (st.dirty)
			assert(st.count == 3);
	}
}`, []string{"note: st.dirty set to 1 here by a"}, []string{"st.count set to 0"}},
	{"a wait for a read section", `
#include <linux/mutex.h>
#include <linux/rcupdate.h>
static DEFINE_MUTEX(lock);
THREAD(updater, NULL) { mutex_lock(&lock); synchronize_rcu(); mutex_unlock(&lock); }
THREAD(reader, NULL)
{
	rcu_read_lock();
	while (!mutex_trylock(&lock)) ;
	mutex_unlock(&lock);
	rcu_read_unlock();
}`, []string{"updater waits here for the RCU read section of reader", "reader in it since here", "// waits: reader is in an RCU read section"}, nil},
	{"a wait that a signal ends", `
#define MM_SIGNALS 1
#include <linux/mm.h>
static struct mm_struct mm;
static int n;
INIT { mm_init(&mm); }
THREAD(killed, &mm)
{
	if (mmap_write_lock_killable(&mm)) {
		n = 1;
		return;
	}
	mmap_write_unlock(&mm);
}
THREAD(holder, &mm) { mmap_write_lock(&mm); n = 2; mmap_write_unlock(&mm); }`, []string{"a signal ends the wait"}, nil},
	{"a lock that somebody else gives up than took it", `
#include <linux/rwsem.h>
static DECLARE_RWSEM(sem);
static bool asked;
static int by;
THREAD(taker, NULL)
{
	down_read_non_owner(&sem);
	WRITE_ONCE(by, 1);
	WRITE_ONCE(asked, true);
	assert(READ_ONCE(by) == 1);
}
THREAD(worker, NULL) { WAIT_UNTIL(asked); up_read_non_owner(&sem); }
THREAD(writer, NULL) { down_write(&sem); WRITE_ONCE(by, 2); up_write(&sem); }`, []string{"WRITE_ONCE(asked, true)", "WAIT_UNTIL(asked)"}, nil},
	{"a write that was not made", `
static bool ready, told;
THREAD(prepare, NULL) { WRITE_ONCE(ready, true); }
THREAD(tell, NULL)
{
	if (READ_ONCE(ready))
		WRITE_ONCE(told, true);
}
FINAL { assert(told); }`, []string{"READ_ONCE(ready)", "// ready == 0", "WRITE_ONCE(ready, true)"}, nil},
	{"another way on which a local would be another", `
enum { OLD, NEW };
static int seq, data;
THREAD(change, NULL) { WRITE_ONCE(data, NEW); WRITE_ONCE(seq, 1); }
THREAD(look, NULL)
{
	int *p = &data;

	if (!READ_ONCE(seq))
		p = NULL;
	if (p)
		assert(READ_ONCE(*p) == OLD);
}`, []string{"WRITE_ONCE(seq, 1)", "READ_ONCE(seq)", "seq == 1"}, nil},
	{"another way on which the thread would wait", `
static bool given, broken;
THREAD(give, NULL) { WRITE_ONCE(broken, true); WRITE_ONCE(given, true); }
THREAD(take, NULL)
{
	if (!READ_ONCE(given))
		WAIT_UNTIL(given);
	assert(!READ_ONCE(broken));
}`, []string{"WRITE_ONCE(given, true)", "given == 1"}, nil},
	{"values compared, one of which nobody writes", `
static int wanted = 2, found;
THREAD(one, NULL) { WRITE_ONCE(found, 1); }
FINAL { assert(found == wanted); }`, []string{"found == 1, wanted == 2"}, nil},
	{"a gap at the start", `
static int unused, x;
THREAD(run, NULL)
{
	WRITE_ONCE(unused, 1);
	WRITE_ONCE(x, 1);
	assert(READ_ONCE(x) != 1);
}
THREAD(see, NULL) { int y = READ_ONCE(unused); (void)y; }`, []string{"\n...\nWRITE_ONCE(x, 1)"}, nil},
	{"a lock of the spec's own", `
#include <linux/mutex.h>
static struct mutex other;
static bool locked;
INIT { mutex_init(&other); }
static void lock_range(void) { ATOMIC { WAIT_UNTIL(!locked); locked = true; } }
static void unlock_range(void) { WRITE_ONCE(locked, false); }
THREAD(walk, NULL) { lock_range(); mutex_lock(&other); mutex_unlock(&other); unlock_range(); }
THREAD(fault, NULL) { mutex_lock(&other); lock_range(); unlock_range(); mutex_unlock(&other); }`,
		[]string{"locked, set by walk", "locked set to 1 here by walk", "other, held by fault", "waits: locked == 1"}, nil},
	{"FINAL that never begins", `
#include <linux/completion.h>
static struct completion a, b;
static int x;
INIT { init_completion(&a); init_completion(&b); }
THREAD(one, NULL) { wait_for_completion(&a); complete(&b); }
THREAD(two, NULL) { wait_for_completion(&b); complete(&a); }
FINAL { assert(!x); }`, []string{"one waits here for a.done == 0", "two waits here for b.done == 0"}, []string{"FINAL"}},
	{"an error pointer", `
#include <linux/err.h>
struct object { int x; };
static struct object *slot;
THREAD(writer, NULL) { WRITE_ONCE(slot, ERR_PTR(-EFAULT)); }
THREAD(reader, NULL)
{
	struct object *o = READ_ONCE(slot);

	if (o)
		WRITE_ONCE(o->x, 1);
}`, []string{"ERR_PTR(-14) loaded here from slot", "slot set to ERR_PTR(-14) here by writer"}, []string{"NULL returned"}},
	{"the type of what was freed", `
#include <linux/refcount.h>
#include <linux/slab.h>
struct session { refcount_t refs; };
static struct session *session;
INIT { session = kzalloc(sizeof(*session), GFP_KERNEL); refcount_set(&session->refs, 1); }
THREAD(get, NULL)
{
	struct session *s = READ_ONCE(session);

	if (s)
		(void)refcount_inc_not_zero(&s->refs);
}
THREAD(put, NULL)
{
	struct session *s = session;

	WRITE_ONCE(session, NULL);
	kfree(s);
}`, []string{"use of freed refcount_t (session#1)"}, nil},
	{"where this pointer was looked up", `
#include <linux/mm.h>
static struct mm_struct mm;
INIT { mm_init(&mm); mm_map(&mm, 0x1000, PAGE_SIZE, VM_ANON); }
THREAD(caller, &mm)
{
	struct vm_area_struct *mine, *other;

	mmap_read_lock(&mm);
	mine = vma_lookup(&mm, 0x1000);
	other = vma_lookup(&mm, 0x1000);
	mmap_read_unlock(&mm);
	if (mine && other)
		assert(mine->vm_end == 0x2000);
}
THREAD(munmap, &mm) { sys_munmap(0x1000, PAGE_SIZE); }`, []string{"told.c:10:9: note: vma#1 looked up here"}, []string{"told.c:11:10: note: vma#1 looked up"}},
	{"which vma left the interval tree", `
#define MM_TASK_PAGES 4
#include <linux/mm.h>
static struct mm_struct mm;
static struct address_space mapping;
static struct file file = { .f_mapping = &mapping };
INIT
{
	mm_init(&mm);
	mm_map_file(&mm, &file, 0x1000, PAGE_SIZE, VM_READ, 0);
	mm_map_file(&mm, &file, 0x3000, PAGE_SIZE, VM_READ, 0);
}
THREAD(munmap, &mm)
{
	sys_munmap(0x1000, PAGE_SIZE);
	i_mmap_lock_read(&mapping);
	assert(vma_interval_tree_iter_first(&mapping.i_mmap, 0, 0) == NULL);
	i_mmap_unlock_read(&mapping);
}`, []string{"vma#1 out of i_mmap"}, []string{"vma#2 in i_mmap"}},
	{"members in three columns", `
struct control { int owner, waiters, done; };
static struct control reclaim_control;
THREAD(first, NULL) { WRITE_ONCE(reclaim_control.owner, 1); }
THREAD(second, NULL) { if (READ_ONCE(reclaim_control.owner)) WRITE_ONCE(reclaim_control.waiters, 1); }
THREAD(third, NULL) { if (READ_ONCE(reclaim_control.waiters)) assert(READ_ONCE(reclaim_control.done)); }`,
		[]string{"owner, 1)", "waiters, 1)", "waiters)"}, []string{"contro..", "recl.."}},
	{"five threads in a list", `
#include <linux/mutex.h>
static struct mutex lock[5];
static int next;
INIT { int i; for (i = 0; i < 5; i++) mutex_init(&lock[i]); }
THREADS(ring, 5, NULL)
{
	int me;

	ATOMIC { me = next++; }
	mutex_lock(&lock[me]);
	mutex_lock_nested(&lock[(me + 1) % 5], 1);
	mutex_unlock(&lock[(me + 1) % 5]);
	mutex_unlock(&lock[me]);
}`, []string{"\nCPU4: ring#5\n", "\nCPU0  mutex_lock_nested(&lock[(me + 1) % 5], 1)  // waits for lock["}, []string{".."}},
}

// toldResult checks a small spec.
func toldResult(t *testing.T, src string) (*checker.Result, map[string][]byte) {
	p, files, diags := cfront.Compile(cfront.Config{FS: specs.Include, Kernel: "6.12"}, "told.c", []byte("#include <mmcheck.h>"+src+"\n"))
	if p == nil {
		t.Fatal(diags)
	}
	r, err := checker.Check(p, checker.Options{Workers: 1})
	if err != nil || r.Finding == nil {
		t.Fatal(err, "no finding")
	}
	return r, files
}

func TestTold(t *testing.T) {
	for _, c := range told {
		t.Run(c.name, func(t *testing.T) {
			r, files := toldResult(t, c.src)
			var b bytes.Buffer
			if err := Text(&b, Meta{Spec: "told.c"}, r, func(f string) []byte { return files[f] }); err != nil {
				t.Fatal(err)
			}
			text := b.String()
			for _, want := range c.want {
				if !strings.Contains(text, want) {
					t.Errorf("no %q", want)
				}
			}
			for _, not := range c.not {
				if strings.Contains(text, not) {
					t.Errorf("%q should not be there", not)
				}
			}
			if got := switchesIn(newStory(r, false)); got != r.Finding.Trace.Switches() {
				t.Errorf("%d switches in the table", got)
			}
			if t.Failed() {
				t.Log(text)
			}
		})
	}
}

// switchesIn counts the context switches between the lines of a table; those of a
// deadlock's waits, which are no steps, do not count.
func switchesIn(s *story) int {
	n := 0
	var last *event
	for _, e := range s.events() {
		if len(e.facts) == 0 && e.kind == eventStep {
			continue
		}
		if last != nil && last.thread != e.thread {
			n++
		}
		last = e
	}
	return n
}

// TestOrderInJSON looks at the requests of a circle as programs get them.
func TestOrderInJSON(t *testing.T) {
	i := slices.IndexFunc(told, func(c toldSpec) bool { return c.name == "a circle of requests" })
	r, _ := toldResult(t, told[i].src)
	var b bytes.Buffer
	if err := JSON(&b, Meta{}, r, nil); err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Finding struct {
			Order []request
			Steps []jsonStep
		}
	}
	if err := json.Unmarshal(b.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	o := doc.Finding.Order
	if len(o) != 2 || o[0].Wanted != "b" || o[0].Held != "a" || o[1].Wanted != "a" || o[1].Held != "b" || o[1].Lock != "b" {
		t.Fatalf("got %+v", o)
	}
	for _, x := range o {
		for _, n := range []int{x.Step, x.Since} {
			if st := doc.Finding.Steps[n-1]; st.Thread != x.Thread || !st.Shown || !strings.Contains(st.Operation, "mutex_lock") {
				t.Errorf("%+v: step %+v", x, st)
			}
		}
	}
}
