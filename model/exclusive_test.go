// SPDX-License-Identifier: MIT

package model

import (
	"slices"
	"testing"
)

var exclusiveOps = []struct{ tag, lock, try, unlock, assert string }{
	{"spinlock", "spin_lock", "spin_trylock", "spin_unlock", "spin_assert_held"},
	{"mutex", "mutex_lock", "mutex_trylock", "mutex_unlock", "mutex_assert_held"},
}

func TestExclusive(t *testing.T) {
	for _, x := range exclusiveOps {
		section := []string{x.lock, x.assert, x.unlock}
		if g := lockScript(t, x.tag, section, section); g.states != 15 || g.stuck != 0 || len(g.broken) != 0 {
			t.Errorf("%s: %d states (want the grid of 16 without both holding), %d stuck, broken %v", x.tag, g.states, g.stuck, g.broken)
		}
		if g := lockScript(t, x.tag, []string{x.lock, x.unlock}, []string{x.try}); !slices.Equal(g.ends, []string{"0", "1"}) {
			t.Errorf("%s results %v, want both", x.try, g.ends)
		}
	}
}

func TestExclusiveMisuse(t *testing.T) {
	for _, x := range exclusiveOps {
		for want, script := range map[string][]string{
			"unlock of a lock not held":          {x.unlock},
			"lock requested twice by its holder": {x.lock, x.lock},
			"lock is not held here":              {x.assert},
		} {
			if g := lockScript(t, x.tag, script); !g.broken["lock-misuse: "+want] || len(g.broken) != 1 {
				t.Errorf("%s %v: broken %v, want %q", x.tag, script, g.broken, want)
			}
		}
		if g := lockScript(t, x.tag, []string{x.lock}, []string{x.unlock}); !g.broken["lock-misuse: unlock of a lock held by another thread"] {
			t.Errorf("%s: unlock by a stranger not noticed: %v", x.tag, g.broken)
		}
	}
}
