// SPDX-License-Identifier: MIT

// Package adversary completes a question: it puts beside the threads of a spec what else
// the kernel may do with the same address space at that time, and where the spec has no
// INIT, an address space to begin with.
//
// It writes C text; the operations themselves are C as well, in specs/include/mm/ops.h
// and shapes.h.
//
// Reading order:
//
//   - operation.go, shape.go: the lists; what each one needs of the model;
//   - scene.go: what a spec has, and which address space it is about;
//   - compose.go: the text with threads added;
//   - extent.go: which pages the threads of a spec have to do with, and what adversaries
//     change of them.
package adversary
