// SPDX-License-Identifier: MIT

// This file reads the headers of the model, in the worlds that they can be read in, and
// tells whether what they have by a name is what the tree means by it.

package kimport

import (
	"fmt"
	"io/fs"
	"maps"
	"strings"
)

// modelWorld is what the model has with some settings, and which headers come with those
// that every spec includes.
type modelWorld struct {
	scope *Scope
	heads map[string]bool
}

// Worlds are the settings that the model may need to have some name at all, the
// smallest first: each of the bases, without the entries of wait queues and with them.
var worlds = func() (out []map[string]string) {
	bases := []map[string]string{
		{},
		{"MM_RMAP": "1"},
		{"MM_RMAP": "1", "MM_TLB": "1", "MM_NOTIFIER": "1"},
	}
	for _, base := range bases {
		more := maps.Clone(base)
		more["MM_WAIT_ENTRIES"] = "1"
		out = append(out, base, more)
	}
	return out
}()

// chooseWorld takes the first of the worlds in which the model has most of what the
// functions name.
func (im *importer) chooseWorld() {
	wanted := newUses()
	for _, d := range im.targets {
		toks := im.scope(d.File).Active(d)
		wanted.collect(toks, locals(d, toks))
	}
	most := -1
	for i, w := range worlds {
		if i < im.least {
			continue
		}
		scope, heads := im.modelOf(i).scope, im.modelOf(i).heads
		n := 0
		for _, u := range wanted.names {
			if d := scope.Find(u.name); d != nil && fits(d, u) {
				n++
			}
		}
		if n > most {
			most, im.world, im.model, im.heads, im.nr = n, w, scope, heads, i
		}
	}
}

// modelOf is what the model has in a world.
func (im *importer) modelOf(nr int) *modelWorld {
	key := fmt.Sprint(nr)
	if im.models[key] == nil {
		scope, heads := im.modelScope(worlds[nr])
		im.models[key] = &modelWorld{scope, heads}
	}
	return im.models[key]
}

// elsewhere reports whether the model has a name in a larger world only; that is chosen
// the next time. The world grows but by the entries of wait queues for what the tree has,
// or something may be assumed of.
func (im *importer) elsewhere(u use) bool {
	must := u.args >= 0 && !im.MayAssume(u.name)
	return im.grow(must, func(s *Scope) bool {
		d := s.Find(u.name)
		return d != nil && fits(d, u)
	})
}

// grow chooses the smallest larger world in which the model has something.
func (im *importer) grow(all bool, has func(*Scope) bool) bool {
	for nr := im.nr + 1; nr < len(worlds) && (all || nr == im.nr|1); nr++ {
		if has(im.modelOf(nr).scope) {
			im.least, im.again = nr, true
			return true
		}
	}
	return false
}

// modelScope reads the model with some settings.
func (im *importer) modelScope(world map[string]string) (*Scope, map[string]bool) {
	macros := map[string]string{"LINUX_VERSION_CODE": versionCode(im.Kernel), "__MMCHECK__": "1", "__MMCHECK_GUARDS": "1"}
	for k, v := range im.Macros {
		macros[k] = v
	}
	for k, v := range world {
		macros[k] = v
	}
	t := New(im.Model, macros)
	t.dirs = []string{"."}
	s := t.Scope(t.File("mmcheck.h"), t.File("linux/mm.h"))
	heads := map[string]bool{}
	for _, f := range s.Files {
		heads[f.Path] = true
	}
	files := s.Files
	for _, dir := range []string{"linux", "asm", "linux/sched"} {
		names, _ := fs.Glob(im.Model, dir+"/*.h")
		for _, n := range names {
			if !heads[n] && (n != "linux/rmap.h" || world["MM_RMAP"] != "") {
				files = append(files, t.File(n))
			}
		}
	}
	return t.Scope(files...), heads
}

func versionCode(kernel string) string {
	var major, minor int
	if n, _ := fmt.Sscanf(kernel, "%d.%d", &major, &minor); n < 2 {
		return "undefined"
	}
	return fmt.Sprint(major<<16 + minor<<8)
}

// fits reports whether a declaration of the model can stand for what is used.
func fits(d *Decl, u use) bool {
	if u.args < 0 || d.Args < 0 || d.Kind == Macro && !d.hasArgs {
		return true
	}
	return d.Args == u.args
}

// sameShape reports whether a function of the model takes and gives what the one of the
// tree does, as far as structs and pointers tell.
func (im *importer) sameShape(m, d *Decl, scope *Scope) bool {
	isFunc := func(d *Decl) bool { return d.Kind == Func || d.Kind == Prototype }
	if d == nil || !isFunc(m) || !isFunc(d) {
		return true
	}
	r1, _, p1 := signature(m, im.model.Active(m))
	r2, _, p2 := signature(d, scope.Active(d))
	if len(p1) != len(p2) || shape(r1) != shape(r2) {
		return false
	}
	for i := range p1 {
		if shape(p1[i].Type) != shape(p2[i].Type) {
			return false
		}
	}
	return true
}

// shape is what matters of a type: the struct that it is, or points to, or that it is a
// number, or nothing.
func shape(typ string) string {
	typ = strings.ReplaceAll(strings.ReplaceAll(typ, "const ", ""), " ", "")
	base := strings.TrimRight(typ, "*")
	stars := typ[len(base):]
	switch {
	case strings.HasPrefix(base, "struct") || base == "void":
		return base + stars
	case stars == "":
		return "number"
	}
	return "number" + stars
}
