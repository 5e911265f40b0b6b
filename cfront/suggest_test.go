// SPDX-License-Identifier: MIT

package cfront

import "testing"

func TestDidYouMean(t *testing.T) {
	known := []string{"dangling-vma", "deadlock", "mmap_write_downgrade", "stale-vma", "use-after-free"}
	for word, want := range map[string]string{
		"danglng-vma": "dangling-vma", "dead-lock": "deadlock", "stale": "stale-vma",
		"mmap_write_downgrad": "mmap_write_downgrade", "uaf": "", "zzz": "",
	} {
		got := DidYouMean(word, known)
		if want != "" {
			want = "; did you mean '" + want + "'?"
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", word, got, want)
		}
	}
}
