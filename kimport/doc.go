// SPDX-License-Identifier: MIT

// Package kimport reads a Linux source tree as text and cuts out of it what a spec about
// some of its functions needs.
//
// A file is a list of top-level declarations (file.go): functions, variables, structs,
// enums, typedefs and macros, each with the preprocessor conditions around it
// (condition.go). There is no build and no .config: a CONFIG_ symbol is set if the
// model's headers set it, or who imports does. Tree finds what declares a name, in the
// file, in the headers that it includes, and where it must, in the other files.
//
// The model's headers are read in the same way. What they have wins over what the tree
// has by the same name, as locks, reference counts, slab, trees and page tables do,
// unless the number of arguments differs or who imports says otherwise (importer.go).
// For the rest the importer takes declarations over, one after the other, with all that
// they name in turn; of structs the members that are used. A function that it does not
// follow becomes a prototype with an assumption.
//
// A function that was pasted has no tree. What nothing declares is declared by its use
// (byuse.go) in a file that the pasted one is taken to include: its expressions (reader.go,
// calls.go) tell of which types its names are (infer.go).
//
// Nothing but the directories of the tree is read.
package kimport
