// SPDX-License-Identifier: MIT

// This file makes use of what the front end says of a spec that was put together: which
// members and macros are missing, and which functions it cannot follow.

package kimport

import (
	"path"
	"regexp"
	"slices"
	"strings"
)

// learn draws conclusions from what is wrong with a spec. It reports whether another
// round can be better.
func (im *importer) learn(problems []Problem) (better bool) {
	set := func(m map[string]bool, key string) {
		if key != "" && !m[key] {
			m[key], better = true, true
		}
	}
	for _, p := range problems {
		name := strings.TrimPrefix(p.Name, "tree_")
		if im.configureFor(p) {
			better = true
			continue
		}
		if tag, member, ok := strings.Cut(p.Name, "."); ok && p.ID == "member" && im.hasMember(tag, member) && !slices.Contains(im.extra[tag], member) {
			im.extra[tag], better = append(im.extra[tag], member), true
			continue
		}
		if m := addressRE.FindStringSubmatch(p.Text); m != nil && !im.body[m[1]] {
			set(im.body, m[1])
			continue
		}
		if tag, member, ok := strings.Cut(p.Name, "."); ok && p.ID == "member" && im.memberElsewhere(tag, member) {
			better = true
			continue
		}
		if tag, member, ok := strings.Cut(p.Name, "."); ok && p.ID == "member" && im.model.Find(tag) == nil && !im.members[member] && im.memberLine(tag, member) != nil {
			set(im.members, member)
			continue
		}
		f := im.functionAt(p)
		switch {
		case (p.ID == "undeclared" || p.ID == "no-model") && name != "" && !im.done[name] && im.wholeScope().Find(name) != nil:
			set(im.want, name)
		case p.ID == "assume" && name != "" && !im.body[name]:
			set(im.body, name)
		case !im.ByUse && (p.ID == "no-model" || p.ID == "undeclared") && name != "" && !im.done["struct "+name] && im.unknown(name) && im.MayAssume(name) && f != nil:
			set(im.guess, name)
		case f != nil && im.otherArguments(p) != "":
			set(im.ours, im.otherArguments(p))
		case f != nil && p.ID == "int-to-pointer" && im.guessAt(f, p):
			better = true
		case f != nil && im.macroAt(f, p) != "":
			set(im.guess, im.macroAt(f, p))
		case f != nil && !f.target && im.MayAssume(f.Names[0]) && !im.body[f.Names[0]]:
			set(im.stub, f.Names[0])
		case f == nil:
			set(im.drop, im.pieceAt(p))
		}
	}
	return better
}

// hasMember reports whether a struct that the model has may have another member of the
// tree's.
func (im *importer) hasMember(tag, member string) bool {
	m := im.model.Find(tag)
	return m != nil && strings.Contains(m.File.Src, "\t"+membersHook(tag)+"\n") && im.memberLine(tag, member) != nil
}

// memberElsewhere reports whether the model's struct has a member in a larger world.
func (im *importer) memberElsewhere(tag, member string) bool {
	return im.grow(true, func(s *Scope) bool {
		d := s.Find(tag)
		return d != nil && slices.ContainsFunc(s.Active(d), func(t Token) bool { return t.Text == member })
	})
}

var addressRE = regexp.MustCompile(`^'(?:tree_)?(\w+)' has no address here`)

var argumentRE = regexp.MustCompile(`argument [0-9]+ of '(?:tree_)?(\w+)'`)

// otherArguments is a function of the model that was called with what it does not take,
// and which the tree has, too; "" if that is not the problem.
func (im *importer) otherArguments(p Problem) string {
	m := argumentRE.FindStringSubmatch(p.Text)
	if m == nil || im.model.Find(m[1]) == nil || im.ours[m[1]] || im.FromModel[m[1]] || im.wholeScope().Find(m[1]) == nil {
		return ""
	}
	return m[1]
}

var wantRE = regexp.MustCompile(`want '(struct \w+ \*)'`)

// guessAt has a function that nothing declares give the pointer that is wanted of it.
func (im *importer) guessAt(f *followed, p Problem) bool {
	m := wantRE.FindStringSubmatch(p.Text)
	if m == nil {
		return false
	}
	for _, t := range f.Toks {
		if t.Line >= p.Line && t.Line <= p.Line+1 && im.guess[t.Text] && im.gives[t.Text] == "" {
			im.gives[t.Text] = m[1]
			return true
		}
	}
	return false
}

// macroAt is a macro of the tree that is to blame for a problem in the function that uses
// it, "" if there is none: what is missing, or not supported, is not written there.
func (im *importer) macroAt(f *followed, p Problem) string {
	name := strings.TrimPrefix(p.Name, "tree_")
	if name == "" && p.ID != "unsupported" && p.ID != "asm" || strings.Contains(f.Text, name) && name != "" {
		return ""
	}
	for _, t := range f.Toks {
		if t.Line != p.Line || t.Kind != Name || im.guess[t.Text] || !im.MayAssume(t.Text) || strings.Contains(t.Text, "for_each") {
			continue
		}
		if slices.ContainsFunc(im.macros, func(d *Decl) bool { return d.hasArgs && d.Names[0] == t.Text }) {
			return t.Text
		}
	}
	return ""
}

// unknown reports whether nothing declares a function that is called.
func (im *importer) unknown(name string) bool {
	if im.model.Find(name) != nil {
		return false
	}
	for _, f := range im.files {
		if im.scope(f).Find(name) != nil {
			return false
		}
	}
	return true
}

// functionAt is the function of the tree that a problem is in, nil if it is elsewhere.
func (im *importer) functionAt(p Problem) *followed {
	for _, f := range im.funcs {
		if im.path(f.File) == p.File && p.Line >= f.Line && p.Line <= f.Line+strings.Count(f.Text, "\n") {
			return f
		}
	}
	return nil
}

// path is what a file is called in the spec.
func (im *importer) path(f *File) string { return path.Join(im.Root, f.Path) }
