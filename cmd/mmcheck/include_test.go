// SPDX-License-Identifier: MIT

// This file tests the model headers: that each of their functions and macros is
// called by some spec, as the specs in testdata/include do one by one, and that
// these notice when a header is broken.

package main

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"mmcheck/adversary"
	"mmcheck/specs"
)

const includeDir = "testdata/include"

// TestInclude checks the specs that call the headers, one for each header or
// family of headers, and compiles them with gcc.
func TestInclude(t *testing.T) {
	for _, sp := range includeSpecs(t) {
		for _, want := range sp.head.results {
			t.Run(filepath.Base(sp.name)+" "+want.question.variant(), func(t *testing.T) {
				t.Parallel()
				c := testCase{spec: sp, want: want}
				if c.answer, c.err = ask(context.Background(), sp, &want.question, &search{workers: 1}, nil); c.err != nil {
					t.Fatal(c.err)
				}
				if wrong := c.mismatch(); wrong != "" {
					t.Errorf("%s:%d: %s", sp.name, want.pos.Line, wrong)
				}
			})
		}
	}
}

// TestIncludeGCC compiles the same specs with gcc.
func TestIncludeGCC(t *testing.T) {
	needs(t, "gcc")
	for _, sp := range includeSpecs(t) {
		for _, want := range sp.head.results {
			if slices.Contains(want.question.defines, "OWN") {
				continue // it replaces functions of the headers: a redefinition for gcc
			}
			kernel := want.question.kernel
			if kernel == "" {
				kernel = sp.head.kernel
			}
			t.Run(filepath.Base(sp.name)+" "+want.question.variant(), func(t *testing.T) {
				t.Parallel()
				compile(t, sp.name, kernel, want.question.defines)
			})
		}
	}
}

func includeSpecs(t *testing.T) []*spec {
	t.Helper()
	files, err := specFiles([]string{includeDir})
	if err != nil {
		t.Fatal(err)
	}
	var out []*spec
	for _, name := range files {
		sp, diags, err := readSpec(name)
		if err != nil || len(diags) > 0 || len(sp.head.results) == 0 {
			t.Fatal(name, err, diags, "no Result: line?")
		}
		out = append(out, sp)
	}
	return out
}

// TestIncludeCalled finds functions and macros of the headers that no spec calls,
// nor a function or macro of the headers that one calls.
func TestIncludeCalled(t *testing.T) {
	defs := headerDefinitions(t)
	var todo []string
	for _, dir := range []string{specDir, includeDir} {
		files, err := specFiles([]string{dir})
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			todo = append(todo, specText(t, name))
		}
	}
	todo = append(todo, adversaryText(t))
	called := map[string]bool{}
	for len(todo) > 0 {
		text := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, word := range words.FindAllString(text, -1) {
			if d := defs[word]; d != nil && !called[word] {
				called[word] = true
				todo = append(todo, d.bodies...)
			}
		}
	}
	if len(called) < 400 {
		t.Errorf("only %d functions and macros were found to be called", len(called))
	}
	var missing []string
	for name, d := range defs {
		if !called[name] && !d.constant {
			missing = append(missing, d.file+": "+name+"()")
		}
	}
	slices.Sort(missing)
	for _, m := range missing {
		t.Errorf("%s is called by no spec: call it in %s", m, includeDir)
	}
}

// adversaryText is what the matrix and 'mmcheck check --against' put together.
func adversaryText(t *testing.T) string {
	t.Helper()
	matrix, err := fs.ReadFile(specs.Include, "mm/matrix.h")
	if err != nil {
		t.Fatal(err)
	}
	scene, err := adversary.Read("THREAD(t, &mm) { }\n", "THREAD(t, &mm) { }\n")
	if err != nil {
		t.Fatal(err)
	}
	text := withoutComments(string(matrix)) + " OPERATION SHAPE"
	for i := range adversary.Shapes {
		text += scene.Compose("", &adversary.Shapes[i], 0, adversary.Thread{Ops: adversary.Operations, Ranges: []adversary.Range{{}}}).Text
	}
	return text
}

// specText is a spec without comments, and what its variants define.
func specText(t *testing.T, name string) string {
	t.Helper()
	sp, _, err := readSpec(name)
	if err != nil {
		t.Fatal(err)
	}
	text := withoutComments(string(sp.src))
	for _, want := range sp.head.results {
		text += "\n" + strings.Join(want.question.defines, "\n")
	}
	// A name may be pasted together of two words of the spec.
	all := words.FindAllString(text, -1)
	slices.Sort(all)
	all = slices.Compact(all)
	var pasted []string
	for _, m := range pastes.FindAllStringSubmatch(text, -1) {
		for _, word := range all {
			pasted = append(pasted, m[1]+word)
		}
	}
	return strings.Join(append(all, pasted...), " ")
}

// definition is a function or a macro.
type definition struct {
	file     string
	bodies   []string // one for each kernel era, none where it is native
	constant bool     // a macro without arguments
}

var (
	words    = regexp.MustCompile(`[A-Za-z_]\w*`)
	comments = regexp.MustCompile(`(?s)/\*.*?\*/|//[^\n]*`)
	literals = regexp.MustCompile(`"(\\.|[^"\\\n])*"`)
	goesOn   = regexp.MustCompile(`[ \t]*\\\n`)

	pastes = regexp.MustCompile(`(\w+)[ \t]*##`)

	macros  = regexp.MustCompile(`(?m)^[ \t]*#[ \t]*define[ \t]+(\w+)(\([^)]*\))?((?:[^\n]*\\\n)*[^\n]*)`)
	threads = regexp.MustCompile(`(?m)^THREADS\([^()]*\)\s*\{`)
	// What begins a line without indentation is declared there.
	functions = regexp.MustCompile(`(?m)^(?:[^#\s(][^\n(]*[\s*])?(\w+)\(([^(){};]*)\)\s*([;{])`)
)

// withoutComments drops comments, and the text of strings.
func withoutComments(src string) string {
	return literals.ReplaceAllString(comments.ReplaceAllString(src, " "), `""`)
}

// headerDefinitions reads the headers as text, for all kernels at once.
func headerDefinitions(t *testing.T) map[string]*definition {
	t.Helper()
	defs := map[string]*definition{}
	add := func(file, name, body string, constant bool) {
		if defs[name] == nil {
			defs[name] = &definition{file: file, constant: true}
		}
		defs[name].bodies = append(defs[name].bodies, body)
		defs[name].constant = defs[name].constant && constant
	}
	texts := map[string]string{}
	names := map[string][]string{} // by macro that defines functions: its parameters and its body
	err := fs.WalkDir(specs.Include, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		src, err := fs.ReadFile(specs.Include, name)
		text := withoutComments(string(src))
		for _, m := range macros.FindAllStringSubmatch(text, -1) {
			body := goesOn.ReplaceAllString(m[3], "\n")
			add(name, m[1], body, m[2] == "")
			if strings.Contains(body, "##") {
				names[m[1]] = append(strings.Split(strings.Trim(m[2], "()"), ","), body)
			}
		}
		texts[name] = macros.ReplaceAllString(text, "")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range texts {
		for _, at := range threads.FindAllStringIndex(text, -1) {
			add(name, "THREADS", functionBody(text[at[1]-1:]), false) // whoever has threads has these
		}
		text = expandNames(text, names)
		for _, at := range functions.FindAllStringSubmatchIndex(text, -1) {
			add(name, text[at[2]:at[3]], functionBody(text[at[6]:]), false)
		}
	}
	delete(defs, "__MMCHECK_ATOMIC") // their uses were expanded
	delete(defs, "__MMCHECK_ATOMIC_MORE")
	return defs
}

// expandNames replaces the macros that define functions by what they define.
func expandNames(text string, names map[string][]string) string {
	for macro, m := range names {
		params, body := m[:len(m)-1], m[len(m)-1]
		use := regexp.MustCompile(`(?m)^` + macro + `\(([^()]*)\)`)
		text = use.ReplaceAllStringFunc(text, func(call string) string {
			args := strings.Split(use.FindStringSubmatch(call)[1], ",")
			values := map[string]string{}
			for i := range min(len(params), len(args)) {
				values[strings.TrimSpace(params[i])] = strings.TrimSpace(args[i])
			}
			out := words.ReplaceAllStringFunc(body, func(w string) string {
				if v, ok := values[w]; ok {
					return v
				}
				return w
			})
			return strings.ReplaceAll(strings.TrimSpace(out), "##", "")
		})
	}
	return text
}

// functionBody is the text from an opening brace to its closing one, "" for a
// semicolon.
func functionBody(text string) string {
	if text[0] == ';' {
		return ""
	}
	depth := 0
	for i, c := range text {
		switch c {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return text[:i+1]
			}
		}
	}
	return text
}

// TestIncludeBroken breaks headers, each in another way, and has a spec notice: one of
// testdata/include, or of specs if there is a folder in its name. Of a large spec one
// variant is asked, which follows the name.
func TestIncludeBroken(t *testing.T) {
	for _, b := range []struct{ name, header, old, new, spec string }{
		{"a tag is replaced", "linux/kref.h", "kref_put(ref, release)", "kref_put(kref, release)", "kref.c"},
		{"evaluated twice", "linux/kref.h", "struct kref *__kref = (ref);", "struct kref *__kref = ((void)(ref), (ref));", "kref.c"},
		{"of another width", "linux/kernel.h", "((x) & ~((__typeof__(x))(a) - 1))", "((x) & ~((a) - 1))", "macros.c"},
		{"a lock is lost", "linux/refcount.h", "\tif (!last)\n\t\tspin_unlock(lock);\n", "", "refcount.c"},
		{"another bit", "linux/bitops.h", "*word |= 1UL << nr;", "*word |= 1U << nr;", "bitops.c"},
		{"no reference", "linux/userfaultfd_k.h", "\tuserfaultfd_ctx_get(ctx);\n#endif\n#ifndef UFFD_KEEP", "#endif\n#ifndef UFFD_KEEP", "uffd_reference.c"},
		{"another kernel", "linux/kconfig.h", "LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)", "1", "config.c"},
		{"not marked", "mm/memory.h", "WRITE_ONCE(folio->_refcount, 1)", "folio->_refcount = 1", "fresh_page.c"},
		{"page: a fault is not woken", "mm/userfaultfd.h", "wake_up(&ctx->fault_pending_wqh)", "(void)0", "rules/uffd_wake.c"},
		{"event: the manager is not woken", "linux/userfaultfd_k.h", "wake_up(&ctx->fd_wqh)", "(void)0", "rules/uffd_wake.c"},
		{"event: the sender is not woken", "linux/userfaultfd_k.h", "wake_up(&ctx->event_wqh)", "(void)0", "rules/uffd_wake.c"},
		{"copy: any context will do", "mm/userfaultfd.h", "if (vma->vm_userfaultfd_ctx == ctx)", "", "rules/uffd_copy.c"},
		{"copy: the entry is not looked at", "mm/userfaultfd.h", "pt_get(&mm->pgd, addr) ? -EEXIST : 0", "0", "rules/uffd_copy.c TWICE --kernel=6.1"},
		{"move: any context will do", "mm/userfaultfd.h", "dst_vma->vm_userfaultfd_ctx == ctx && ", "", "rules/uffd_copy.c MOVE --kernel=6.12"},
		{"move: the entry is not looked at", "mm/userfaultfd.h", "pt_get(&mm->pgd, dst) ? -EEXIST : 0", "0", "rules/uffd_copy.c MOVE TWICE --kernel=6.12"},
		{"cut before it was locked", "mm/mmap_lock.h", "from_addr >= vma->vm_end", "0", "rules/lock_next_vma.c MIDDLE"},
		{"entry of a page that is freed", "mm/gup_fast.h", "pt_entry_of(&pt->ptes, pte_offset(addr), folio) != entry", "0", "fresh_page.c"},
		{"page over another", "mm/gup.h", "if (!old) {", "if (1) {", "rules/fault_twice.c"},
		{"written after the downgrade", "mm/brk.h", "goto success;", "mm->brk = brk;\n\t\tgoto success;", "rules/brk_downgrade.c"},
		{"VMA of the huge page before", "mm/madvise.h", "vma = hugepage_vma_revalidate(mm, addr);", "{}", "rules/madvise_collapse.c"},
		{"mlocked while it waited", "mm/madvise.h", "if (!vma)\n\t\t\treturn -ENOMEM;\n\t\tif (vma->vm_flags & VM_LOCKED)", "if (!vma)\n\t\t\treturn -ENOMEM;\n\t\tif (0)", "bugs/madvise_uffd.c REVALIDATE MLOCK"},
		{"pageout without a user", "mm/swapfile.h", "if (!mmget_not_zero(mm))\n\t\treturn -ESRCH;[...]mmput(mm);", "[...]", "ops/v5_12.c A=pageout B=exit --kernel=5.12"},
		{"swapoff without a user", "mm/swapfile.h", "if (!mmget_not_zero(mm))\n\t\treturn;[...]mmput(mm);", "[...]", "ops/v5_12.c A=swapoff B=exit --kernel=5.12"},
		{"unmapped before it was locked", "linux/rmap.h", "if (!folio_mapped(folio)) {\n\t\t\tup_read", "if (0) {\n\t\t\tup_read", "rules/anon_vma_walk.c KEEP"},
		{"root freed in the unlock", "linux/rmap.h", "up_read(&anon_vma->root->rwsem);", "rcu_read_unlock(); up_read(&anon_vma->root->rwsem); rcu_read_lock();", "rules/anon_vma_walk.c KEEP"},
		{"freed with the lock held", "linux/rmap.h", "if (rwsem_is_locked(&anon_vma->root->rwsem))", "if (0)", "rules/anon_vma_walk.c FAMILY --kernel=5.12"},
		{"last reference lost", "linux/rmap.h", "if (atomic_dec_and_test(&anon_vma->refcount)) {\t/*", "atomic_dec(&anon_vma->refcount);\n\tif (0) {\t/*", "rules/anon_vma_walk.c FAMILY --kernel=5.12"},
		{"unmapped before it was counted", "linux/rmap.h", "if (anon_vma && !folio_mapped(folio))", "if (0)", "rules/anon_vma_walk.c GET"},
		{"root freed before its child", "linux/rmap.h", "atomic_inc(&root->refcount);", ";", "rules/anon_vma_root.c --kernel=5.12"},
		{"root never freed", "linux/rmap.h", "root != anon_vma && atomic_dec_and_test(&root->refcount)", "0", "rules/anon_vma_root.c --kernel=5.12"},
		{"swallowed without its lock", "mm/vma.h", "if (removed)\n\t\tvma_start_write(removed);", "", "rules/merge_frees.c HOLE"},
		{"page table over another", "mm/memory.h", "if (!mm->pmd[pmd_index(addr)])", "if (1)", "rules/page_table_lock.c ALLOC MM_RMAP=1 MM_FREE_PGTABLES=1"},
		{"mapping without a reference", "mm/migrate.h", "folio_get(dst);", "", "rules/page_freed.c MIGRATE"},
		{"zap without a bracket", "mm/mmap.h", "mmu_notifier_invalidate_range_start(mm, start, end);", "", "rules/notifier_paths.c ONE_TABLE MUNMAP"},
		{"reclaim without a bracket", "mm/vmscan.h", "mmu_notifier_invalidate_range_start(vma->vm_mm, addr, addr + PAGE_SIZE);", "", "rules/notifier_paths.c RECLAIM"},
		{"huge page without a bracket", "mm/collapse.h", "mmu_notifier_invalidate_range_start(mm, start, start + HPAGE_PMD_SIZE);", "", "rules/notifier_paths.c ONE_TABLE COLLAPSE"},
		{"fork without a bracket", "mm/fork.h", "mmu_notifier_invalidate_range_start(oldmm, start, end);", "", "rules/notifier_paths.c FORK MM_COW=1"},
		{"subscribed within a bracket", "linux/mmu_notifier.h", "mmap_write_lock(mm);\n\t__mmcheck_notifier_subscribe(&mm->notifier_subscriptions);\n\tmmap_write_unlock(mm);", "__mmcheck_notifier_subscribe(&mm->notifier_subscriptions);", "rules/notifier.c REGISTER"},
		{"page table gone before it was locked", "mm/memory.h", "if (likely(now == pt))", "if (1)", "rules/pte_unhook.c KEEP"},
		{"page table unlocked before it goes", "mm/khugepaged.h", "if (!skip) {\n", "spin_unlock(&table->ptl);\n\tspin_lock_nested(&table->ptl, SINGLE_DEPTH_NESTING);\n\tif (!skip) {\n", "rules/pte_unhook.c KEEP"},
	} {
		t.Run(b.name, func(t *testing.T) {
			t.Parallel()
			if !noticed(t, b.header, b.old, b.new, b.spec) {
				t.Errorf("<%s> with %q for %q: %s does not notice", b.header, b.new, b.old, b.spec)
			}
		})
	}
}

// noticed reports whether a variant of a spec has another answer with a header in which
// one text stands for another.
func noticed(t *testing.T, header, old, new, name string) bool {
	t.Helper()
	name, variant, one := strings.Cut(name, " ")
	fromSpecs := strings.Contains(name, "/")
	if fromSpecs {
		name = filepath.Join(specDir, name)
	} else {
		name = filepath.Join(includeDir, name)
	}
	sp, _, err := readSpec(name)
	if err != nil {
		t.Fatal(err)
	}
	search := &search{workers: 1, include: []string{brokenInclude(t, header, old, new)}}
	asked := false
	for _, want := range sp.head.results {
		if one && want.question.variant() != variant {
			continue
		}
		asked = true
		c := testCase{spec: sp, want: want}
		c.answer, c.err = ask(context.Background(), sp, &want.question, search, nil)
		if fromSpecs && c.answer.res == nil {
			t.Fatal("the broken header does not compile: ", c.err, c.answer.diags)
		}
		if c.err != nil || c.mismatch() != "" {
			return true
		}
	}
	if !asked {
		t.Fatalf("%s has no variant %s", name, variant)
	}
	return false
}

// brokenInclude is a folder with one header, in which one text stands for another. What
// [...] stands for in both stays.
func brokenInclude(t *testing.T, header, old, new string) string {
	t.Helper()
	src, err := fs.ReadFile(specs.Include, header)
	if err != nil {
		t.Fatal(err)
	}
	rest, text := string(src), ""
	parts := strings.Split(new, "[...]")
	for i, part := range strings.Split(old, "[...]") {
		before, after, found := strings.Cut(rest, part)
		if !found {
			t.Fatalf("<%s> has no %q", header, part)
		}
		text += before + parts[i]
		rest = after
	}
	dir := t.TempDir()
	file := filepath.Join(dir, header)
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text+rest), 0o666); err != nil {
		t.Fatal(err)
	}
	return dir
}
