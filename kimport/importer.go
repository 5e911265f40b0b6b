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
	w := &wishes{stub: map[string]bool{}, body: map[string]bool{}, guess: map[string]bool{}, want: map[string]bool{}, gives: map[string]string{}, ours: map[string]bool{}, extra: map[string][]string{}, configs: map[string]bool{}, drop: map[string]bool{}}
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

	done      map[string]bool
	queue     []*followed
	funcs     []*followed // with their bodies
	protos    []*Decl
	vars      []*Decl
	macros    []*Decl
	undefined []string // macros of the model that are others in the tree
	pointedTo []string // functions that are not called, but handed on
	empty     []string // macros that mean nothing here
	types     *uses    // what code names
	headers   []string // of the model that are needed beside <linux/mm.h>
	renamed   []string // functions that are called otherwise in the model
	taken     []string // names of the tree that the model has, too
	lost      []string // what nobody declares
	where     []place
	nr        int      // of the world
	again     bool     // the configuration has changed meanwhile
	assumes   []string // of who calls the functions
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
	for _, f := range im.Functions {
		if err := im.target(f); err != nil {
			return err
		}
	}
	im.chooseWorld()
	for _, d := range im.targets {
		if !slices.ContainsFunc(im.funcs, func(f *followed) bool { return f.Decl == d }) { // it may be asked about twice
			im.follow(d, 0, true)
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

// modelWorld is what the model has with some settings, and which headers come with those
// that every spec includes.
type modelWorld struct {
	scope *Scope
	heads map[string]bool
}

// Worlds are the settings that the model may need to have some name at all, the
// smallest first.
var worlds = []map[string]string{
	{},
	{"MM_RMAP": "1"},
	{"MM_RMAP": "1", "MM_TLB": "1", "MM_NOTIFIER": "1"},
}

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

// elsewhere reports whether the model has a function in a larger world only; that is
// chosen the next time.
func (im *importer) elsewhere(u use) bool {
	for nr := im.nr + 1; nr < len(worlds); nr++ {
		if d := im.modelOf(nr).scope.Find(u.name); d != nil && fits(d, u) {
			im.least, im.again = nr, true
			return true
		}
	}
	return false
}

// modelScope reads the model with some settings.
func (im *importer) modelScope(world map[string]string) (*Scope, map[string]bool) {
	macros := map[string]string{"LINUX_VERSION_CODE": versionCode(im.Kernel)}
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
		return
	}
	switch {
	case m == nil && u.args >= 0 && !im.MayAssume(u.name) && !im.FromTree[u.name] && im.elsewhere(u):
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
	case d.Kind == Macro && d.hasArgs && foundation.MatchString(d.File.Path):
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
		f := im.functionAt(p)
		switch {
		case (p.ID == "undeclared" || p.ID == "no-model") && name != "" && !im.done[name] && im.wholeScope().Find(name) != nil:
			set(im.want, name)
		case p.ID == "assume" && name != "" && !im.body[name]:
			set(im.body, name)
		case (p.ID == "no-model" || p.ID == "undeclared") && name != "" && !im.done["struct "+name] && im.unknown(name) && im.MayAssume(name) && f != nil:
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
