// SPDX-License-Identifier: MIT

// Package cfront turns a spec, a C file and the headers it includes, into a
// model.Program.
//
// It works in three stages. parse reads the spec: a scan of our own over every
// file (precheck.go), then the preprocessor, parser and type checker of
// modernc.org/cc/v4, whose messages are rewritten (ccerror.go). check looks at
// every function for what that checker lets pass and gcc would not (argument
// counts, pointer types, calls of functions nobody defines) and for what is C
// but has no place in a model (recursion, inline assembly, floats, unions).
// The lowering then turns functions into control flow graphs of atomic steps;
// it may rely on everything that check has promised.
//
// All three speak to the user through Diagnostics, printed the way gcc prints:
//
//	brk.c:12:2: error: too few arguments to function 'down_read': want 1, got 0 [argument-count]
//	 12 |         down_read();
//	    |         ^~~~~~~~~
//
// # Guards
//
// The parser may loop forever or panic on broken input. Our own scan catches
// most of what provokes it, a sentinel declaration is put behind the spec, a
// panic becomes an "internal error" diagnostic, and a watchdog limits time and
// memory. A goroutine cannot be stopped from outside: after a diagnostic with
// ID "gave-up" the parser may still be running, so a command should print the
// diagnostics and exit.
//
// Two rare paths of the parser print a line with "TRC" to standard error, which
// cannot be switched off: a struct member without a name ("struct s { int; };")
// and __builtin_choose_expr with a condition that is not constant. Both are
// errors here.
package cfront
