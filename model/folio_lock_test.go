// SPDX-License-Identifier: MIT

package model

import (
	"slices"
	"testing"
)

func TestFolioLock(t *testing.T) {
	const lock, try, unlock, wait, locked = "__mmcheck_folio_lock", "__mmcheck_folio_trylock", "__mmcheck_folio_unlock", "__mmcheck_folio_wait", "__mmcheck_folio_locked"
	section := []string{lock, unlock}
	// Each thread is before, in or behind its section, or waits for the other:
	// the grid of 16 without both in, as in TestRwsemExclusion.
	if g := lockScript(t, "folio_lock", section, section); g.states != 16-1+2*2 || g.stuck != 0 || len(g.broken) != 0 {
		t.Errorf("two sections: %d states, %d stuck, broken %v", g.states, g.stuck, g.broken)
	}
	// Who only waits does not lock.
	if g := lockScript(t, "folio_lock", section, []string{wait, wait}); g.stuck != 0 || len(g.broken) != 0 {
		t.Errorf("waiting beside a section: %d stuck, broken %v", g.stuck, g.broken)
	}
	// Nobody owns it: what one thread locks another unlocks.
	if g := lockScript(t, "folio_lock", []string{lock, lock}, []string{locked}); g.stuck == 0 {
		t.Error("locked twice with nobody to unlock it")
	}
	if g := lockScript(t, "folio_lock", []string{lock, lock}, []string{try, unlock}); len(g.ends) == 0 || len(g.broken) != 0 {
		t.Errorf("the second lock does not get in behind the unlock of another thread: broken %v", g.broken)
	}
	if g := lockScript(t, "folio_lock", section, []string{try}); !slices.Equal(g.ends, []string{"0", "1"}) {
		t.Errorf("trylock: %v", g.ends)
	}
	if g := lockScript(t, "folio_lock", section, []string{locked}); !slices.Equal(g.ends, []string{"0", "1"}) {
		t.Errorf("test: %v", g.ends)
	}
	if g := lockScript(t, "folio_lock", []string{unlock}); !g.broken["lock-misuse: unlock of a folio that is not locked"] {
		t.Errorf("unlock: broken %v", g.broken)
	}
}
