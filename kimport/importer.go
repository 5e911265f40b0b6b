// SPDX-License-Identifier: MIT

// This file decides what of a tree goes into a spec: the functions asked for, and what
// these need and the model does not have, one thing after the other.

package kimport

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Options say what is imported, and how.
type Options struct {
	Root      string          // what the paths of the tree begin with in #line
	Name      string          // of the spec
	Functions []string        // FILE:FUNCTION
	Depth     int             // how deep calls are followed into static functions of the files
	FromTree  map[string]bool // names that are the tree's though the model has them
	FromModel map[string]bool // names that are the model's though they are asked for
	Kernel    string          // that the model is to stand for, "" if it is the default
	Model     fs.FS           // the headers of the model
	Macros    map[string]string
	ByUse     bool // declare by use what nothing declares
	// MayAssume reports whether something may be assumed of a function of this name.
	MayAssume func(name string) bool
	// Check compiles a spec and says what is wrong with it.
	Check func(spec string) []Problem
}

// Problem is something that keeps a spec from being compiled.
type Problem struct {
	File string
	Line int
	ID   string // such as "no-model"
	Name string // what is missing, if that is the problem
	Text string
}

// Result is a spec that was imported.
type Result struct {
	Spec     string
	Tree     []string  // functions that are the tree's though the model has some of these names
	Open     []string  // what its owner has to look at
	Assumed  []string  // of who calls the functions, and of the configuration
	Problems []Problem // that are left
}

// maxRounds bounds how often a spec is put together anew.
const maxRounds = 60

// Import writes a spec. Where it cannot be compiled because of a function that was
// followed, that function becomes a prototype, and the spec is put together anew.
func Import(t *Tree, o Options) (*Result, error) {
	w := &wishes{stub: map[string]bool{}, body: map[string]bool{}, guess: map[string]bool{}, want: map[string]bool{}, gives: map[string]string{}, ours: map[string]bool{}, extra: map[string][]string{}, configs: map[string]bool{}, drop: map[string]bool{}, members: map[string]bool{}}
	var last *Result
	models := map[string]*modelWorld{}
	for range maxRounds {
		im := &importer{Options: o, tree: t, wishes: w, models: models}
		if err := im.run(); err != nil {
			return nil, err
		}
		last = &Result{Spec: im.write(), Tree: im.taken, Open: im.open(), Assumed: im.assumptions()}
		if im.again {
			continue
		}
		last.Problems = o.Check(last.Spec)
		if len(last.Problems) == 0 || !im.learn(last.Problems) {
			break
		}
	}
	return last, nil
}

// assumptions are those about the configuration and about who calls the functions.
func (im *importer) assumptions() (out []string) {
	for _, c := range slices.Sorted(maps.Keys(im.configs)) {
		out = append(out, c+" is set")
	}
	for _, u := range im.unmet() {
		out = append(out, u+"() holds")
	}
	out = append(out, im.assumes...)
	out = append(out, im.guesses()...)
	return append(out, "INIT, threads and arguments are as mmcheck import writes them")
}

// wishes are what earlier rounds have shown to be wanted.
type wishes struct {
	stub    map[string]bool     // functions not to be followed
	body    map[string]bool     // functions that need their body
	least   int                 // the smallest world to be chosen
	guess   map[string]bool     // functions that nothing declares, taken for ones that return an int
	ours    map[string]bool     // names that have to be the tree's: the model's take something else
	gives   map[string]string   // what functions give that nothing declares, if it is no int
	want    map[string]bool     // names that only the compiler has seen: macros put them together
	extra   map[string][]string // members that structs of the model need beside, by their tags
	configs map[string]bool     // symbols that the functions asked for need
	drop    map[string]bool     // pieces of the spec to be left out, by their keys
	members map[string]bool     // that only the compiler has seen: macros name them
}

// importer is one round.
type importer struct {
	Options
	*wishes
	tree  *Tree
	model *Scope            // what the model has
	world map[string]string // its settings
	heads map[string]bool   // headers of the model that are read anyway

	models  map[string]*modelWorld // by their settings
	files   []*File
	targets []*Decl

	done        map[string]bool
	queue       []*followed
	funcs       []*followed // with their bodies
	protos      []*Decl
	vars        []*Decl
	macros      []*Decl
	undefined   []string            // macros of the model that are others in the tree
	pointedTo   []string            // functions that are not called, but handed on
	empty       []string            // macros that mean nothing here
	types       *uses               // what code names
	outs        map[string]string   // what functions write to what they get the address of
	values      map[string][]string // that matter, by where they are
	defined     map[string]bool     // types that are taken over
	headers     []string            // of the model that are needed beside <linux/mm.h>
	renamed     []string            // functions that are called otherwise in the model
	taken       []string            // names of the tree that the model has, too
	lost        []string            // what nobody declares
	where       []place
	nr          int            // of the world
	again       bool           // the configuration has changed meanwhile
	assumes     []string       // of who calls the functions
	guessedFrom map[string]int // names that are declared by use, and the lines that they were guessed from
}

// followed is a function that is taken over with its body.
type followed struct {
	*Decl
	depth  int
	target bool
}

// run finds out what is needed.
func (im *importer) run() error {
	im.done, im.types = map[string]bool{}, newUses()
	maps.Copy(im.types.members, im.members)
	for _, f := range im.Functions {
		if err := im.target(f); err != nil {
			return err
		}
	}
	im.chooseWorld()
	if im.ByUse {
		im.declareByUse()
	}
	for _, d := range im.targets {
		if !slices.ContainsFunc(im.funcs, func(f *followed) bool { return f.Decl == d }) { // it may be asked about twice
			im.follow(d, 0, true)
		}
	}
	for _, d := range im.targets {
		if o := im.counterpart(d); o != nil && !im.done[o.Names[0]] {
			im.follow(o, 0, false)
		}
	}
	for name := range im.want {
		im.resolve(use{name, -1}, im.wholeScope(), 0)
	}
	for len(im.queue) > 0 {
		f := im.queue[0]
		im.queue = im.queue[1:]
		im.code(f)
	}
	return nil
}

// target finds a function that was asked for.
func (im *importer) target(what string) error {
	file, name, ok := strings.Cut(what, ":")
	if !ok || name == "" {
		return fmt.Errorf("'%s' is not of the form FILE:FUNCTION, such as mm/mlock.c:mlock_fixup", what)
	}
	if _, err := im.tree.Read(file); err != nil {
		return fmt.Errorf("%s: no such file in the tree", path.Join(im.Root, file))
	}
	f := im.tree.File(file)
	for _, c := range im.tree.builtWith(file) {
		im.configure([]condition{{text: c}})
	}
	for _, d := range f.Decls {
		if d.Kind == Func && slices.Contains(d.Names, name) && !im.scope(f).Holds(d) {
			im.configure(d.conds)
		}
	}
	scope := im.scope(f)
	var names []string
	for _, d := range f.Decls {
		if d.Kind != Func {
			continue
		}
		if slices.Contains(d.Names, name) && scope.Holds(d) {
			im.targets = append(im.targets, d)
			if !slices.Contains(im.files, f) {
				im.files = append(im.files, f)
			}
			return nil
		}
		if slices.Contains(d.Names, name) {
			return fmt.Errorf("%s: '%s' is there with another configuration only: see the #if around line %d, and -D", path.Join(im.Root, file), name, d.Line)
		}
		names = append(names, d.Names[0])
	}
	return &NoFunctionError{path.Join(im.Root, file), name, names}
}

// NoFunctionError says that a file has no such function.
type NoFunctionError struct {
	File, Name string
	Has        []string
}

func (e *NoFunctionError) Error() string {
	return fmt.Sprintf("%s has no function '%s'", e.File, e.Name)
}

func (im *importer) scope(f *File) *Scope { return im.tree.Scope(f) }

// follow has a function taken over with its body.
func (im *importer) follow(d *Decl, depth int, target bool) {
	for _, n := range d.Names {
		im.done[n] = true
	}
	f := &followed{d, depth, target}
	if name := d.Names[0]; im.model.Find(name) != nil {
		im.take(name)
		if m := im.model.Find(name); m.Kind == Macro || m.Args != d.Args && m.Args >= 0 || !im.sameShape(m, d, im.scope(d.File)) {
			im.rename(name)
		} else {
			im.header(m)
		}
	}
	im.queue = append(im.queue, f)
	im.funcs = append(im.funcs, f)
}

// rename has a name of the tree replaced, since the model has another meaning for it.
func (im *importer) rename(name string) {
	if !slices.Contains(im.renamed, name) {
		im.renamed = append(im.renamed, name)
	}
}

// take notes that a function is the tree's though the model has one of this name.
func (im *importer) take(name string) {
	if !slices.Contains(im.taken, name) {
		im.taken = append(im.taken, name)
	}
}

// spelled is what a name of the tree is called in the spec.
func (im *importer) spelled(name string) string {
	if slices.Contains(im.renamed, name) {
		return "tree_" + name
	}
	return name
}

// code looks at what a function needs.
func (im *importer) code(f *followed) {
	scope := im.scope(f.File)
	toks := scope.Active(f.Decl)
	u := newUses()
	u.collect(toks, locals(f.Decl, toks))
	im.need(u, scope, f.depth)
}

// need sees to it that all is there that some code uses.
func (im *importer) need(u *uses, scope *Scope, depth int) {
	for m := range u.members {
		im.types.members[m] = true
		if d := scope.Find(m); d != nil && d.Kind == Macro && !d.hasArgs && !im.done[m] && im.model.Find(m) == nil {
			if _, body := macroParts(d); len(body) >= 3 && body[1].Text == "." { // #define d_lock d_lockref.lock
				im.done[m] = true
				im.macros = append(im.macros, d)
				u.members[body[0].Text], u.followed[body[0].Text] = true, true
				im.types.members[body[0].Text], im.types.members[body[2].Text] = true, true
			}
		}
	}
	for m := range u.followed {
		im.types.followed[m] = true
	}
	for _, x := range u.names {
		im.resolve(x, scope, depth)
	}
}

// resolve sees to one name.
func (im *importer) resolve(u use, scope *Scope, depth int) {
	if im.done[u.name] {
		return
	}
	im.done[u.name] = true
	if tag := strings.Contains(u.name, " "); tag {
		im.types.add(u.name, -1)
		return
	}
	m, d := im.model.Find(u.name), scope.Find(u.name)
	if m != nil && (im.FromModel[u.name] || !im.FromTree[u.name] && !im.ours[u.name] && fits(m, u) && im.sameShape(m, d, scope)) {
		im.header(m)
		if member := accessed(m); member != "" {
			im.types.accessed[member] = true
		}
		return
	}
	switch {
	case m == nil && !im.FromTree[u.name] && im.elsewhere(u):
	case d == nil && strings.HasPrefix(u.name, "trace_"), im.guess[u.name]:
		im.lost = append(im.lost, u.name)
	case d == nil && m != nil:
		im.header(m) // the wrong number of arguments: the compiler will say so
	case d == nil && markWords[u.name], d == nil && attributeWord(u.name):
		im.empty = append(im.empty, u.name)
	case d == nil:
	case d.Kind == Func || d.Kind == Prototype:
		im.function(d, u, m, scope, depth)
	case d.Kind == Var:
		im.vars = append(im.vars, d)
		im.variable(d, scope, depth)
	case d.Kind == Macro && !d.hasArgs && im.model.Find("struct "+u.name) != nil: // rcu_head is callback_head
	case d.Kind == Macro && d.hasArgs && foundation.MatchString(d.File.Path) && !slices.Contains(im.files, d.File):
	case d.Kind == Macro && m != nil:
		im.undefined = append(im.undefined, u.name)
		im.take(u.name)
		im.macro(d, scope, depth)
	case d.Kind == Macro:
		im.macro(d, scope, depth)
	default: // a typedef, or a constant of an enum
		im.types.add(u.name, -1)
	}
}

// header notes that a header of the model is needed.
func (im *importer) header(d *Decl) {
	if p := d.File.Path; !im.heads[p] && !slices.Contains(im.headers, p) {
		im.headers = append(im.headers, p)
	}
}

// Limits of what is followed without being asked for.
const (
	maxInline      = 30 // lines of a function in a header
	inlineDepth    = 3  // calls into such functions
	maxNeeded      = 12 // calls into functions of which nothing may be assumed
	maxOtherBodies = 40 // functions of other files
)

// function takes over a function that is called: with its body, or as a prototype of
// which something is assumed.
func (im *importer) function(d *Decl, u use, m *Decl, scope *Scope, depth int) {
	name := u.name
	if m != nil {
		im.rename(name)
		im.take(name)
	}
	must := im.body[name] || !im.MayAssume(name) || im.FromTree[name]
	if d.Kind == Prototype && must && depth < maxNeeded {
		if b := im.tree.Body(name, im.bodyDirs()...); b != nil {
			d = b
		}
	}
	if must && foundation.MatchString(d.File.Path) && !im.FromTree[name] && !slices.Contains(im.files, d.File) {
		return // the model's, if it had it: the compiler will say so
	}
	switch {
	case d.Kind == Prototype || im.stub[name] || mentionsAsm(d):
	case must && depth < maxNeeded,
		slices.Contains(im.files, d.File) && depth < im.Depth,
		strings.HasSuffix(d.File.Path, ".h") && strings.Count(d.Text, "\n") <= maxInline && depth < im.Depth+inlineDepth:
		im.follow(d, depth+1, false)
		return
	}
	im.protos = append(im.protos, d)
	if u.args < 0 && !im.MayAssume(name) {
		im.pointedTo = append(im.pointedTo, name) // nobody calls it by its name
	}
	u2 := newUses()
	h, _ := head(scope.Active(d))
	_, _, params := signature(d, h)
	local := map[string]bool{}
	for _, p := range params {
		local[p.Name] = true
	}
	for _, n := range d.Names {
		local[n] = true
	}
	u2.collect(plainType(h), local)
	for _, x := range u2.names {
		if strings.HasPrefix(x.name, "enum ") {
			im.types.add(x.name, -1)
		} else if strings.Contains(x.name, " ") && d.File.Path == byUse {
			im.types.add(x.name, -1) // its members may be used, and nobody names it
		} else if strings.Contains(x.name, " ") {
			im.types.pointed[x.name] = true
		} else {
			im.resolve(x, scope, depth)
		}
	}
}

// foundation are the files of what the model has its own of, or nothing: locks, waiting,
// RCU, references, slab, trees.
var foundation = regexp.MustCompile(`^(kernel/(locking|sched|rcu|workqueue)|mm/sl[aou]b|mm/(memblock|page_alloc|vmalloc)\.c|lib/(maple_tree|refcount|lockref)|include/asm-generic/(atomic|bitops|cmpxchg|qrwlock|qspinlock|spinlock|percpu|preempt|barrier|rwonce)|arch/x86/include/asm/(atomic|bitops|cmpxchg|spinlock|qspinlock|preempt)|include/linux/(spinlock|rwlock|rwsem|mutex|semaphore|rcu|seqlock|wait|completion|percpu|local_lock|lockdep|slab|gfp|atomic|refcount|kref|sched/wake_q|srcu|ww_mutex|rtmutex|maple_tree|bit_spinlock|preempt|vmalloc))`)

// bodyDirs are the directories in which functions are looked for that no file has which
// is included.
func (im *importer) bodyDirs() []string {
	var dirs []string
	for _, f := range im.files {
		dirs = append(dirs, path.Dir(f.Path))
	}
	for _, d := range []string{"mm", "kernel", "kernel/locking", "kernel/sched", "lib", "fs", "arch/x86/mm", "arch/x86/kernel"} {
		if !slices.Contains(dirs, d) {
			dirs = append(dirs, d)
		}
	}
	return dirs
}

func mentionsAsm(d *Decl) bool {
	return slices.ContainsFunc(d.Toks, func(t Token) bool {
		return t.Text == "asm" || t.Text == "__asm__" || t.Text == "asm_inline" || strings.HasPrefix(t.Text, "alternative_") || t.Text == "ALTERNATIVE"
	})
}

// variable looks at what a variable needs.
func (im *importer) variable(d *Decl, scope *Scope, depth int) {
	toks := scope.Active(d)
	if i := slices.IndexFunc(toks, func(t Token) bool { return t.Text == "=" }); i >= 0 && !simple(toks[i+1:]) {
		toks = toks[:i]
	}
	local := map[string]bool{}
	for _, n := range d.Names {
		local[n] = true
	}
	u := newUses()
	u.collect(plainType(toks), local)
	im.need(u, scope, depth+1)
}

// simple reports whether an initialiser is a number or the like.
func simple(toks []Token) bool {
	return len(toks) <= 8 && !slices.ContainsFunc(toks, func(t Token) bool {
		return t.Text == "{" || t.Text == "&" || t.Kind == String || t.Kind == Directive || t.Kind == Name && strings.ToUpper(t.Text) != t.Text
	})
}

// macro takes over a macro.
func (im *importer) macro(d *Decl, scope *Scope, depth int) {
	params, body := macroParts(d)
	if !d.hasArgs && (len(body) == 0 || slices.ContainsFunc(body, func(t Token) bool { return attributeOnly[t.Text] || t.Text == "_Pragma" })) {
		im.empty = append(im.empty, d.Names[0])
		return
	}
	if im.drop["macro "+d.Names[0]] {
		return
	}
	if slices.ContainsFunc(body, func(t Token) bool { return t.Text == "BUILD_BUG" }) {
		for _, other := range scope.decls[d.Names[0]] {
			if other != d && !scope.Holds(other) && im.configure(other.conds) { // it stands for what is configured away
				im.again = true
			}
		}
	}
	im.macros = append(im.macros, d)
	u := newUses()
	u.collect(body, params)
	im.need(u, scope, depth)
}
