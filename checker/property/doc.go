// SPDX-License-Identifier: MIT

// Package property has what a lock sequence must keep: each Property is one value
// in one file, and All lists them.
//
// A property speaks in one of four places: where something happens (Expand gives
// checks that Weave puts into the code), where all threads have ended (Final),
// where some cannot go on (Stuck), and where two threads may make accesses next to
// each other (Pair). Some native cells of package model check their own rules and
// name the property; its value here then has no more than the words for it.
//
// Reading order: property.go, stale_vma.go and null_deref.go as examples, weave.go
// (how properties get into a program and judge its states), data_race.go with
// pair.go (racing pairs found by trying) and racing_pair.go (found from the code).
//
// To add one: its file, and one line in All.
package property
