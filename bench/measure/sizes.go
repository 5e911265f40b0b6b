// SPDX-License-Identifier: MIT

// This file lists the models that are measured, and the figures that others
// reached on them.

package main

import (
	"fmt"
	"slices"
	"strings"
)

// size is one member of the family: how many threads of each kind, how many
// addresses, how many operations a thread.
type size struct {
	Name        string   `json:"name"`
	Defines     []string `json:"defines"`               // as NAME=VALUE, for the preprocessors of both
	States      int64    `json:"states,omitempty"`      // with everything off: the family's definition; 0: it has the bug
	Transitions int64    `json:"transitions,omitempty"` // likewise
	Table       int      `json:"spinTable"`             // the binary logarithm of the size of SPIN's hash table
	Expert      int64    `json:"byHand,omitempty"`      // states of expertModel, 0 if it was not written
}

// expertModel says where size.Expert is from: the family written for SPIN by
// hand, each section under a lock merged into one step as its author knew to be
// sound, explored with SPIN's partial-order reduction. Nothing checks such
// merges.
const expertModel = "Promela model merged by hand, SPIN 6.5.2 with its own reduction"

// sizes lists the family, smallest first.
var sizes = []size{
	{"S0", defines("NP=1 NU=1 NM=1 K=1 L=1"), 131, 222, 18, 0},
	{"S1", defines("NP=2 NU=1 NM=1 NF=1 K=2 L=1"), 22464, 73184, 20, 64},
	{"S2", defines("NP=2 NU=1 NM=1 NF=2 K=2 L=1"), 239936, 1012224, 22, 128},
	{"S3", defines("NV=2 NW=1 NM=1 K=2 L=2"), 1158694, 4004344, 24, 64931},
	{"S4", defines("NP=2 NU=1 NM=1 NF=3 K=2 L=1"), 2986944, 15697792, 24, 256},
	{"S5", defines("NV=2 NW=1 NM=1 NF=1 K=2 L=2"), 14074618, 56972276, 26, 194793},
}

// buggy lists the members with a bug, for the time to a counterexample.
var buggy = []size{
	{"BUM", defines("NB=1 NU=1 NM=1 K=1 L=1"), 0, 0, 18, 0},
	{"BBUMFF", defines("NB=2 NU=1 NM=1 NF=2 K=2 L=1"), 0, 0, 18, 0},
}

func defines(s string) []string { return strings.Fields(s) }

// choose picks sizes by name; no names means all of them.
func choose(from []size, names []string) ([]size, error) {
	if len(names) == 0 {
		return from, nil
	}
	var chosen []size
	for _, s := range from {
		if slices.Contains(names, s.Name) {
			chosen = append(chosen, s)
		}
	}
	for _, n := range names {
		if !slices.ContainsFunc(from, func(s size) bool { return s.Name == n }) {
			return nil, fmt.Errorf("there is no size %q; there are %s", n, strings.Join(sizeNames(from), ", "))
		}
	}
	return chosen, nil
}

func sizeNames(from []size) []string {
	var names []string
	for _, s := range from {
		names = append(names, s.Name)
	}
	return names
}
