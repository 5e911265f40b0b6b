// SPDX-License-Identifier: MIT

package checker

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mmcheck/model"
	"mmcheck/model/random"
)

// searcher is a way to search for what is asked of a program.
type searcher func(p *model.Program, o Options) (*Result, error)

// inPieces searches from one checkpoint to the next, each time some states
// further, first to some number of them, and with another number of workers.
func inPieces(search searcher, first int64, build func() *model.Program, o Options) (r *Result, pieces int, err error) {
	dir, err := os.MkdirTemp("", "pieces")
	if err != nil {
		return nil, 0, err
	}
	defer os.RemoveAll(dir)
	limit := o.MaxStates
	o.Checkpoint = filepath.Join(dir, "check")
	o.Warn = func(err error) { panic(err) }
	for n := first; ; n += 2*n + 1 {
		o.MaxStates, o.Workers = n, 1+pieces%3
		if limit > 0 {
			o.MaxStates = min(n, limit)
		}
		if r, err = search(build(), o); err != nil {
			return nil, pieces, err
		}
		pieces++
		_, gone := os.Stat(o.Checkpoint)
		goOn := gone == nil // a rule break may be shown though not all was searched
		if cutShort(r) && !goOn {
			return nil, pieces, fmt.Errorf("%s, but no checkpoint", summary(r))
		}
		if !goOn || o.MaxStates == limit {
			return r, pieces, nil
		}
	}
}

// A search that goes on from checkpoints finds what one that was never stopped
// finds, in every figure and every step.
func TestResume(t *testing.T) {
	n := int64(50)
	if testing.Short() {
		n = 15
	}
	pieces := 0
	check := func(what string, o Options, build func() *model.Program) {
		whole, err := Check(build(), o)
		if err != nil {
			t.Fatal(err)
		}
		got, n, err := inPieces(Check, 1, build, o)
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if summary(got) != summary(whole) {
			t.Fatalf("%s:\nat once:   %s\nin pieces: %s", what, summary(whole), summary(got))
		}
		pieces += n
	}
	for seed := range n {
		o := Options{Find: []Find{FindDefault, FindRule, FindAny, FindDangling}[seed%4], NoReduce: true, MaxStates: 5000}
		check(fmt.Sprint("random ", seed), o, func() *model.Program { return random.Program(uint64(seed)) })
	}
	if pieces < 4*int(n) {
		t.Errorf("only %d pieces", pieces)
	}
	check("large", Options{MaxStates: 20000, NoReduce: true}, large)
}

// fuse is a context that is cancelled when it has been asked some times.
type fuse struct {
	context.Context
	left int
}

func (f *fuse) Err() error {
	if f.left--; f.left < 0 {
		return context.Canceled
	}
	return nil
}

// A level that an interrupt cuts short is done again.
func TestResumeInMidLevel(t *testing.T) {
	want, err := Check(large(), Options{NoReduce: true, MaxStates: 200_000})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "check")
	cuts := 0
	for tries := 0; ; tries++ {
		o := Options{NoReduce: true, MaxStates: 200_000, Checkpoint: file, Workers: 1 + tries%3}
		o.Context = &fuse{Context: t.Context(), left: 60 + 300*tries}
		r, err := Check(large(), o)
		if err != nil {
			t.Fatal(err)
		}
		if r.Limit.What != "an interrupt" {
			if summary(r) != summary(want) {
				t.Errorf("at once:   %s\nin pieces: %s", summary(want), summary(r))
			}
			break
		}
		if cuts++; cuts > 50 {
			t.Fatal("it does not come to an end")
		}
	}
	if cuts == 0 {
		t.Error("the search was never interrupted")
	}
}

// kept makes a checkpoint of a program and returns it.
func kept(t *testing.T, p *model.Program, o Options) (file string, text []byte) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "check")
	o.Checkpoint, o.MaxStates, o.NoReduce = file, 300, true
	if _, err := Check(p, o); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return file, text
}

// refused tries to go on from a file and returns why that is not possible.
func refused(t *testing.T, p *model.Program, o Options) string {
	t.Helper()
	r, err := Check(p, o)
	var why *CheckpointError
	switch {
	case errors.As(err, &why):
		return why.Why
	case err != nil:
		t.Fatal(err)
	}
	return "accepted: " + summary(r)
}

// Whatever is damaged is noticed.
func TestDamagedCheckpoint(t *testing.T) {
	file, text := kept(t, large(), Options{})
	try := func(what string, damaged []byte) {
		if err := os.WriteFile(file, damaged, 0o666); err != nil {
			t.Fatal(err)
		}
		why := refused(t, large(), Options{NoReduce: true, Checkpoint: file, MaxStates: 400})
		if !strings.Contains(why, "damaged") && !strings.Contains(why, "no checkpoint") {
			t.Errorf("%s: %s", what, why)
		}
	}
	for at := 0; at < len(text); at += 1 + len(text)/40 {
		flipped := append([]byte(nil), text...)
		flipped[at] ^= 1 << (at % 8)
		try(fmt.Sprintf("bit %d of byte %d of %d", at%8, at, len(text)), flipped)
	}
	for _, n := range []int{0, 1, 20, 60, len(text) / 2, len(text) - 1} {
		try(fmt.Sprintf("%d bytes of %d", n, len(text)), text[:n])
	}
	try("one byte more", append(append([]byte(nil), text...), 0))
	try("another file", []byte(strings.Repeat("something else\n", 100)))
}

// A checkpoint of something else is refused, that of the same search with
// other workers and limits is not.
func TestForeignCheckpoint(t *testing.T) {
	file, _ := kept(t, large(), Options{})
	on := Options{Checkpoint: file, MaxStates: 300, NoReduce: true}
	for name, c := range map[string]struct {
		p    *model.Program
		with func(o *Options)
	}{
		"another program":     {random.Program(uint64(1)), func(o *Options) {}},
		"other properties":    {large(), func(o *Options) { o.Only = []string{"deadlock"} }},
		"another question":    {large(), func(o *Options) { o.Find = FindAny }},
		"another state space": {large(), func(o *Options) { o.NoReduce = false }},
	} {
		o := on
		c.with(&o)
		if why := refused(t, c.p, o); !strings.Contains(why, "of another program") {
			t.Errorf("%s: %s", name, why)
		}
	}
	on.Workers = 5
	if why := refused(t, large(), on); !strings.HasPrefix(why, "accepted: unknown") {
		t.Error(why)
	}
	if _, err := Reference(large(), on); err == nil {
		t.Error("the plain interpreter goes on from a checkpoint")
	}
}

// A checkpoint that cannot be written is an error at once, not in hours.
func TestUnwritableCheckpoint(t *testing.T) {
	why := refused(t, large(), Options{NoReduce: true, Checkpoint: filepath.Join(t.TempDir(), "no", "such", "place"), MaxStates: 10})
	if !strings.Contains(why, "cannot be written: no such file or directory") {
		t.Error(why)
	}
}

// forgedStart is the checkpoint that forgers start from, without its checksum.
func forgedStart(t testing.TB) []byte {
	file := filepath.Join(t.TempDir(), "check")
	if _, err := Check(random.Program(uint64(4)), Options{NoReduce: true, Checkpoint: file, MaxStates: 20, Find: FindRule}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return text[:len(text)-sha256.Size]
}

// forge goes on from a file that has the right checksum. Whether it is refused
// or not, it must not do harm.
func forge(t *testing.T, pl *plan, body []byte) (accepted bool) {
	t.Helper()
	sum := sha256.Sum256(body)
	file := filepath.Join(t.TempDir(), "check")
	if err := os.WriteFile(file, append(append([]byte(nil), body...), sum[:]...), 0o666); err != nil {
		t.Fatal(err)
	}
	c, err := openCheckpoint(file)
	if err != nil {
		return false
	}
	defer c.file.Close()
	e := &explorer{pl: pl, o: Options{Find: FindRule, NoReduce: true}, space: newSearch(pl, 2)}
	defer e.space.free()
	e.saved.space, e.saved.identity = e.space.(portable), programHash(pl, e.o)
	if err := e.resume(c); err != nil {
		return false
	}
	var levels []int64
	for d := range e.space.levels() {
		levels = append(levels, e.space.size(d))
	}
	if fmt.Sprint(levels) != fmt.Sprint(c.Levels) {
		t.Errorf("levels %v, the file says %v", levels, c.Levels)
	}
	return true
}

func forgedPlan(t *testing.T) *plan {
	t.Helper()
	pl, err := seal(random.Program(uint64(4)), Options{Find: FindRule, NoReduce: true})
	if err != nil {
		t.Fatal(err)
	}
	return pl
}

// What a file with the right checksum says is not believed either.
func TestForgedCheckpoint(t *testing.T) {
	pl, body := forgedPlan(t), forgedStart(t)
	if !forge(t, pl, body) {
		t.Fatal("a good file is refused")
	}
	for _, change := range [][2]string{
		{`"Words":`, `"Words":9`}, {`"Words":`, `"Words":-`}, {`"Levels":[1`, `"Levels":[1000000000000000000`}, {`"Levels":[1`, `"Levels":[-1`},
		{`"Transitions":`, `"Transitions":-`}, {`"Ranges":[[`, `"Ranges":[[9`}, {`"Other":null`, `"Other":[{"At":[1],"Property":"no"}]`},
	} {
		if !strings.Contains(string(body), change[0]) {
			t.Errorf("no %s in the header", change[0])
		}
		changed := []byte(strings.Replace(string(body), change[0], change[1], 1))
		binary.LittleEndian.PutUint64(changed[len(checkpointMagic):], binary.LittleEndian.Uint64(changed[len(checkpointMagic):])+uint64(len(changed)-len(body)))
		if forge(t, pl, changed) {
			t.Errorf("%s: accepted", change[1])
		}
	}
	rnd := rand.New(rand.NewSource(1))
	accepted := 0
	for range 300 {
		changed := append([]byte(nil), body...)
		for range 1 + rnd.Intn(3) {
			changed[rnd.Intn(len(changed))] = byte(rnd.Intn(256))
		}
		if forge(t, pl, changed) {
			accepted++
		}
	}
	t.Log(accepted, "forged files were accepted")
}

func FuzzCheckpoint(f *testing.F) {
	f.Add(forgedStart(f))
	f.Fuzz(func(t *testing.T, body []byte) { forge(t, forgedPlan(t), body) })
}
