// SPDX-License-Identifier: MIT

// This file edits specs word by word, so that many of them still are C, and
// lowers them: what cannot be modelled must be reported, not crash.

package cfront

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mmcheck/model"
)

// swapWords replaces one to three words by others of the same kind.
func swapWords(r *rand.Rand, src string) string {
	parts := wordRE.FindAllString(src, -1)
	for range 1 + r.IntN(3) {
		i := r.IntN(len(parts))
		for range 100 {
			if j := r.IntN(len(parts)); kindOf(parts[j]) == kindOf(parts[i]) && parts[i] != parts[j] {
				parts[i] = parts[j]
				break
			}
		}
	}
	return strings.Join(parts, "")
}

func kindOf(word string) int {
	switch c := word[0]; {
	case c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z':
		return 0
	case c >= '0' && c <= '9':
		return 1
	case strings.ContainsRune("+-*/%&|^<>=!~", rune(c)):
		return 2
	case strings.ContainsRune(" \t\n", rune(c)):
		return 3
	}
	return 4
}

func TestLowerMutations(t *testing.T) {
	if testing.Short() {
		t.Skip("-short")
	}
	var specs []string
	for _, pattern := range []string{"testdata/lower/*.c", "../specs/*/*.c"} {
		files, _ := filepath.Glob(pattern)
		for _, f := range files {
			src, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			specs = append(specs, string(src))
		}
	}
	start := time.Now()
	n, lowered := 0, 0
	for ; n < shortMutations/2 && *mutateFor == 0 || time.Since(start) < *mutateFor; n++ {
		src := swapWords(rand.New(rand.NewPCG(2, uint64(n))), specs[n%len(specs)])
		what, ok := lowerMutant(src)
		if what != "" {
			t.Errorf("mutant %d: %s\n%s", n, what, src)
		}
		if ok {
			lowered++
		}
	}
	t.Logf("%d mutants, %d of them lowered", n, lowered)
}

// lowerMutant compiles and seals src and says what went wrong in a way that it
// must not; ok says that there is a program.
func lowerMutant(src string) (what string, ok bool) {
	defer func() {
		if r := recover(); r != nil {
			what = fmt.Sprintf("panic: %v", r)
		}
	}()
	define := []string{"KEEP"}
	p, _, diags := Compile(Config{FS: os.DirFS("../specs/include"), Define: define}, "spec.c", []byte(src))
	for _, d := range diags {
		if strings.HasPrefix(d.Text, "internal error while lowering") {
			return d.head(), false
		}
	}
	if p != nil {
		_ = p.Seal(model.SealOptions{}) // INIT may well fail
	}
	return "", p != nil
}
