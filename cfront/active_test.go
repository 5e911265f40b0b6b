// SPDX-License-Identifier: MIT

package cfront

import (
	"strings"
	"testing"

	"mmcheck/specs"
)

// What is not compiled is blank, and nothing else has moved.
func TestActive(t *testing.T) {
	const src = `#include <linux/mm.h>
#ifdef A
int a;
#elif defined(B) && \
	LINUX_VERSION_CODE >= KERNEL_VERSION(6, 1, 0)
int b;
#else
int c;
#endif
int d; /* # */
`
	for define, want := range map[string]string{"A": "int a; int d; /* # */", "B": "int b; int d; /* # */", "C": "int c; int d; /* # */"} {
		got, err := Active(Config{FS: specs.Include, Define: []string{define}}, "spec.c", []byte(src))
		if err != nil {
			t.Fatal(err)
		}
		if text := strings.Join(strings.Fields(string(got)), " "); text != want {
			t.Errorf("-D %s: %q, want %q", define, text, want)
		}
		for i := range src {
			if got[i] != src[i] && got[i] != ' ' || src[i] == '\n' && got[i] != '\n' {
				t.Fatalf("-D %s: byte %d has changed to %q", define, i, got[i])
			}
		}
	}
}
