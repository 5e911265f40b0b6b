// SPDX-License-Identifier: MIT

package cfront

import (
	"strings"
	"testing"
)

func TestEachWord(t *testing.T) {
	const src = `/* COMMENT's */ // it's
#include <FILE.h>
#ifdef	TESTED
#  define GIVEN 1x2 TEXT
int a = '"', b; char *s = "LITERAL \" ";
#if 0
DEAD
# elif defined(LATER) && \
	MORE
x ## y
#endif
#error it's WRONG
`
	var got []string
	eachWord("t.c", []byte(src), func(w word) bool {
		mark := ""
		switch {
		case w.tested:
			mark = "?"
		case w.given:
			mark = "="
		case w.pasted:
			mark = "#"
		}
		got = append(got, w.text+mark)
		return true
	})
	want := "TESTED? GIVEN= TEXT int a b char s defined? LATER? MORE? x# y#"
	if s := strings.Join(got, " "); s != want {
		t.Errorf("got  %s\nwant %s", s, want)
	}
}
