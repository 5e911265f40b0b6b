// SPDX-License-Identifier: MIT

package sample

import (
	"fmt"
	"testing"
)

// One turn after another, each variant is looked at once, and tests differ.
func TestHas(t *testing.T) {
	defer func(n uint) { *turn = n }(*turn)
	s := Shares{"rules": 4}
	differ := 0
	for v := range 100 {
		variant, looked := fmt.Sprint("V", v), 0
		for *turn = range uint(4) {
			a, b := s.Has("TestA", "rules/abba.c", variant), s.Has("TestB", "rules/abba.c", variant)
			if a {
				looked++
			}
			if a != b {
				differ++
			}
		}
		if looked != 1 && !*all {
			t.Errorf("%s is looked at %d times", variant, looked)
		}
		if !s.Has("TestA", "seeds/abba.c", variant) {
			t.Errorf("%s of a group without shares is left out", variant)
		}
	}
	if differ == 0 && !*all {
		t.Error("both tests look at the same variants")
	}
}
