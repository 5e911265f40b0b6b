// SPDX-License-Identifier: MIT

// This file documents the package.

// Package specs holds everything of mmcheck that is written in C.
//
// The folder include has the model headers. They carry the names of kernel
// headers, and they are of two sorts. Cells (linux/rwsem.h, linux/spinlock.h,
// linux/slab.h, linux/maple_tree.h and a few more) only declare functions, the
// machine executes them. Operations (linux/mmap_lock.h and the folder mm) are
// C over the cells, with the visible steps in the order of the kernel: a
// proposal is an edit of that C.
//
// The other folders have the specs. Each is one C file whose first comment
// asks a question and gives, for every variant, the expected answer on a
// line that starts with "Result:", or with "Matrix:" for many (header.go). The folder seeds has the mail threads that
// the project began with, the folder rules one small spec for each rule of
// locking: with one set of macros it breaks the rule, with another it keeps it.
//
// A header in the folder linux stands for the kernel header of that name; one
// in the folder mm stands for the kernel source file of that name.
package specs
