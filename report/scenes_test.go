// SPDX-License-Identifier: MIT

// This file holds the scenes that the goldens show.

package report

import (
	"strings"

	"mmcheck/model"
)

const brkSource = `static inline void mmap_write_lock(struct mm_struct *mm)
{
	down_write(&mm->mmap_lock);
}

static inline void mmap_write_unlock(struct mm_struct *mm)
{
	up_write(&mm->mmap_lock);
}

static inline void mmap_write_downgrade(struct mm_struct *mm)
{
	downgrade_write(&mm->mmap_lock);
}

static inline void mmap_read_lock(struct mm_struct *mm)
{
	down_read(&mm->mmap_lock);
}

static inline void mmap_read_unlock(struct mm_struct *mm)
{
	up_read(&mm->mmap_lock);
}

static void vm_area_free(struct vm_area_struct *vma)
{
	kmem_cache_free(vm_area_cachep, vma);
}

static void do_munmap(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	struct vm_area_struct *vma = mt_lookup(&mm->mm_mt, start);

	if (!vma)
		return;
	mt_clear(&mm->mm_mt, start, end);
	vm_area_free(vma);
}

static void split(struct mm_struct *mm)
{
	struct vm_area_struct *vma = mt_lookup(&mm->mm_mt, start);

	vma->vm_end = addr;
	mt_clear(&mm->mm_mt, addr, end);
}

static long mm_populate_vma(struct vm_area_struct *vma)
{
	mmap_read_lock(mm);
	if (!(vma->vm_end - addr))
		BUG();
	mmap_read_unlock(mm);
	return 0;
}

THREAD(brk, &mm)
{
	struct vm_area_struct *vma;

	mmap_write_lock(mm);
	vma = mt_lookup(&mm->mm_mt, 0x1000);
	mmap_write_unlock(mm);
	mm_populate_vma(vma);
}

THREAD(munmap, &mm)
{
	mmap_write_lock(mm);
	do_munmap(mm, 0x1000, 0x3000);
	mmap_write_unlock(mm);
}

THREAD(mprotect, &mm)
{
	mmap_write_lock(mm);
	split(mm);
	mmap_write_unlock(mm);
}

THREAD(fork, &mm)
{
	down_read(&mm->mmap_lock);
	down_write(&mm->i_lock);
	up_write(&mm->i_lock);
	up_read(&mm->mmap_lock);
}

THREAD(rmap, &mm)
{
	down_write(&mm->i_lock);
	down_read(&mm->mmap_lock);
	up_read(&mm->mmap_lock);
	up_write(&mm->i_lock);
}

THREAD(growsdown, &mm)
{
	mmap_write_lock(mm);
	vma = mt_lookup(&mm->mm_mt, 0x1000);
	mmap_write_downgrade(mm);
	vma->vm_flags = VM_GROWSDOWN;
}

THREAD(detach, &mm)
{
	mmap_write_lock(mm);
	mt_clear(&mm->mm_mt, 0x1000, 0x3000);
	mmap_write_unlock(mm);
}

THREAD(try, &mm)
{
	ok = down_read_trylock(&mm->mmap_lock);
	BUG_ON(!ok);
}

THREAD(again, &mm)
{
	mmap_read_lock(mm);
	vma = mt_lookup(&mm->mm_mt, 0x1000);
	mmap_read_unlock(mm);
	mmap_read_lock(mm);
	fresh = mt_lookup(&mm->mm_mt, 0x2000);
	vma->vm_start;
	fresh->vm_start;
}

THREAD(iterate, &mm)
{
	struct vma_iterator vmi;

	mmap_read_lock(mm);
	vmi.vma = mt_lookup(&mm->mm_mt, 0x1000);
	mmap_read_unlock(mm);
	vma = vmi.vma;
	mmap_read_lock(mm);
	vma->vm_start;
}

THREAD(leaver, &mm)
{
	mmap_read_lock(mm);
}
`

func brkThread(b *body) {
	b.locked("mmap_write_lock", "down_write")
	v := b.let("vma", b.op("mt_lookup(&mm->mm_mt, 0x1000)", "mt_lookup", b.mt(), num(0x1000)))
	b.locked("mmap_write_unlock", "up_write")
	b.populate(v)
}

func (b *body) populate(v *model.Var) {
	b.call("mm_populate_vma(vma)", false, func() {
		b.locked("mmap_read_lock", "down_read")
		r := b.load("vma->vm_end", "vm_end", v)
		ok := b.c.T.NewReg("ok", nil)
		b.c.Do(model.Set{V: ok, X: model.Lt(model.Const(0x2000), model.Ld(r))})
		b.assert("BUG()", ok)
		b.locked("mmap_read_unlock", "up_read")
	})
}

func munmapThread(b *body) {
	b.locked("mmap_write_lock", "down_write")
	b.call("do_munmap(mm, 0x1000, 0x3000)", false, func() {
		v := b.let("vma", b.op("mt_lookup(&mm->mm_mt, start)", "mt_lookup", b.mt(), num(0x1000)))
		found, gone := b.c.NewBlock(), b.c.NewBlock()
		b.c.Branch(model.Ld(v), found, gone)
		b.c.At(found)
		b.op("mt_clear(&mm->mm_mt, start, end)", "mt_clear", b.mt(), num(0x1000), num(0x3000))
		b.call("vm_area_free(vma)", false, func() {
			b.op("kmem_cache_free(vm_area_cachep, vma)", "kmem_cache_free", num(0), b.val(v))
		})
		b.c.Goto(gone)
		b.c.At(gone)
	})
	b.locked("mmap_write_unlock", "up_write")
}

func mprotectThread(b *body) {
	b.locked("mmap_write_lock", "down_write")
	b.call("split(mm)", false, func() {
		v := b.let("vma", b.op("mt_lookup(&mm->mm_mt, start)", "mt_lookup", b.mt(), num(0x1000)))
		b.store("vma->vm_end = addr", "vm_end", v, 0x2000)
		b.op("mt_clear(&mm->mm_mt, addr, end)", "mt_clear", b.mt(), num(0x2000), num(0x3000))
	})
	b.locked("mmap_write_unlock", "up_write")
}

func forkThread(b *body) {
	b.op("down_read(&mm->mmap_lock)", "down_read", b.sem())
	b.op("down_write(&mm->i_lock)", "down_write", b.other())
	b.op("up_write(&mm->i_lock)", "up_write", b.other())
	b.op("up_read(&mm->mmap_lock)", "up_read", b.sem())
}

func rmapThread(b *body) {
	b.op("down_write(&mm->i_lock)", "down_write", b.other())
	b.op("down_read(&mm->mmap_lock)", "down_read", b.sem())
	b.op("up_read(&mm->mmap_lock)", "up_read", b.sem())
	b.op("up_write(&mm->i_lock)", "up_write", b.other())
}

func leaverThread(b *body) { b.locked("mmap_read_lock", "down_read") }

// growsdownThread writes a vma after a downgrade.
func growsdownThread(b *body) {
	b.locked("mmap_write_lock", "down_write")
	v := b.let("vma", b.op("mt_lookup(&mm->mm_mt, 0x1000)", "mt_lookup", b.mt(), num(0x1000)))
	b.locked("mmap_write_downgrade", "downgrade_write")
	b.store("vma->vm_flags = VM_GROWSDOWN", "vm_flags", v, 0x100)
}

// detachThread forgets to free what it takes out of the tree.
func detachThread(b *body) {
	b.locked("mmap_write_lock", "down_write")
	b.op("mt_clear(&mm->mm_mt, 0x1000, 0x3000)", "mt_clear", b.mt(), num(0x1000), num(0x3000))
	b.locked("mmap_write_unlock", "up_write")
}

// againThread looks the vma up again and uses the old pointer.
func againThread(b *body) {
	b.locked("mmap_read_lock", "down_read")
	v := b.let("vma", b.op("mt_lookup(&mm->mm_mt, 0x1000)", "mt_lookup", b.mt(), num(0x1000)))
	b.next()
	fresh := b.let("fresh", b.op("mt_lookup(&mm->mm_mt, 0x2000)", "mt_lookup", b.mt(), num(0x2000)))
	b.load("vma->vm_start", "vm_start", v)
	b.load("fresh->vm_start", "vm_start", fresh)
}

// next drops and takes the lock, both times behind the place of the first.
func (b *body) next() {
	from := b.from
	b.from += strings.Index(b.src[b.from:], "mmap_read_unlock")
	b.locked("mmap_read_unlock", "up_read")
	b.locked("mmap_read_lock", "down_read")
	b.from = from
}

// iterateThread keeps its pointer in a struct.
func iterateThread(b *body) {
	local := b.p.AddType("vma_iterator")
	ptr := local.AddLeaf("vma", 1, 64, false, b.vma).Var
	n := model.Int(b.p.NewInstance(local, "vmi", false, b.c.T.Num))
	b.locked("mmap_read_lock", "down_read")
	x := b.op("mt_lookup(&mm->mm_mt, 0x1000)", "mt_lookup", b.mt(), num(0x1000))
	b.c.Do(model.Set{V: ptr, I: n, X: x.X}, model.Set{V: ptr.Life, I: n, X: model.Const(0)})
	b.locked("mmap_read_unlock", "up_read")
	v := b.let("vma", model.Value{X: model.At(ptr, n), Life: b.p.LifeOf(b.vma, model.At(ptr, n), b.c.T.Num, model.At(ptr.Life, n))})
	b.from += strings.Index(b.src[b.from:], "mmap_read_unlock")
	b.locked("mmap_read_lock", "down_read")
	b.load("vma->vm_start", "vm_start", v)
}

// tryThread counts on a trylock.
func tryThread(b *body) {
	ok := b.op("down_read_trylock(&mm->mmap_lock)", "down_read_trylock", b.sem())
	r := b.c.T.NewReg("ok", nil)
	b.c.Do(model.Set{V: r, X: ok.X})
	b.assert("BUG_ON(!ok)", r)
}

// scenes by name of their golden.
var scenes = map[string]scene{
	"dangling":  {brkSource, []string{"brk", "munmap"}, []func(*body){brkThread, munmapThread}, false, ""},
	"stale":     {brkSource, []string{"brk", "munmap"}, []func(*body){brkThread, munmapThread}, true, ""},
	"assert":    {brkSource, []string{"brk", "mprotect"}, []func(*body){brkThread, mprotectThread}, false, ""},
	"deadlock":  {brkSource, []string{"fork", "rmap", "munmap"}, []func(*body){forkThread, rmapThread, munmapThread}, false, ""},
	"three":     {brkSource, []string{"brk", "mprotect", "munmap"}, []func(*body){brkThread, mprotectThread, munmapThread}, false, "111222223333311"},
	"downgrade": {brkSource, []string{"growsdown"}, []func(*body){growsdownThread}, true, ""},
	"leak":      {brkSource, []string{"detach"}, []func(*body){detachThread}, false, ""},
	"trylock":   {brkSource, []string{"try", "fork", "detach"}, []func(*body){tryThread, forkThread, detachThread}, false, "231"},
	"again":     {brkSource, []string{"again"}, []func(*body){againThread}, true, ""},
	"iterate":   {brkSource, []string{"iterate"}, []func(*body){iterateThread}, true, ""},
	"holds":     {brkSource, []string{"munmap"}, []func(*body){munmapThread}, false, ""},
	"leave":     {brkSource, []string{"leaver"}, []func(*body){leaverThread}, false, ""},
	"null":      {brkSource, []string{"munmap", "mprotect"}, []func(*body){munmapThread, mprotectThread}, false, ""},
}
