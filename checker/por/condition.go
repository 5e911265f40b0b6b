// SPDX-License-Identifier: MIT

// This file lists what the reductions rest on: each condition is tested by a
// recorded program on which a search without it goes wrong. A search has them
// all; only tests leave one out.

package por

// Condition is something that a reduction sees to.
type Condition uint8

// The conditions, by the file that sees to them.
const (
	_ Condition = iota // 0 leaves nothing out

	// action.go, independence.go: when two accesses may be exchanged
	readOrWritten // not a read with a write
	writtenTwice  // not two writes
	addedOrRead   // not an addition with a read
	killedOrRead  // not the marking of dangling pointers with a read
	OwnAndFree    // what a thread owns is not set by others, unless it is free
	ClearedBoth   // a cleared pointer only together with its life
	guardsRead    // what a guard reads is read
	usesCount     // what is read and thrown away is read
	sameElement   // two indices may be the same unless it is known that they differ
	knownIndex    // they are known only as long as the registers keep their values
	valueBefore   // an addition is to the value from before the action
	oncePerAction // which is not written in between

	// guards.go, reach.go: what stays out of reach
	enabling        // what a write can make true is not out of reach
	enablingValue   // a constant that makes it true counts as such a write
	ownRegisters    // a guard is false only for the registers it will see
	EndsOfThreads   // or while the thread waited for stays
	lookedAtAgain   // out of reach until something within reach changes it
	conditionFalse  // a write under a condition happens unless that stays false
	actionsFollow   // actions behind those within reach are within reach
	assignedForgets // an assignment ends what was known of a register
	everyWayThere   // what is known must be so on every way there

	// counters.go
	sumsAgree      // what was added is the same on all paths
	indexKept      // to an element that can still be named
	noWrapAround   // and the sum fits
	othersAdd      // others may have added something else
	addedToSame    // the sum is that of the element compared
	risesFromThere // only what is not below can rise from a value

	// sticky.go
	cyclesStick // each cycle has a sticky step
	neverBack   // unless a counter cannot come back to its value
	sameWay     // because it moves one way on all paths
	StickyAlone // sticky steps are not taken alone

	// mover.go
	onlyAdds     // what is delayed only adds
	onlyGuards   // to what others look at in guards only
	onlyDisables // which it can make false, not true

	// reduce.go, persistent.go
	EndedPaths     // where a path ends, the others are expanded as well
	DelayedWithAll // transitions are delayed only where all threads are expanded
	OthersGoOn     // and dropped only while others go on
	AllTheyChoose  // whatever they choose
	MoversWait     // if only choices were delayed
	NotOnCycles    // and not where they may go on for ever
	wholeSet       // what disturbs any thread of the set is added to it
	racesSeen      // but none is delayed before an access that may race with another
	Conditions
)

// conditionNames names them.
var conditionNames = [Conditions]string{
	readOrWritten: "read_or_written", writtenTwice: "written_twice", addedOrRead: "added_or_read", killedOrRead: "killed_or_read", OwnAndFree: "own_and_free",
	ClearedBoth: "cleared_both", guardsRead: "guards_read", usesCount: "uses_count", sameElement: "same_element", knownIndex: "known_index",
	valueBefore: "value_before", oncePerAction: "once_per_action", enabling: "enabling", enablingValue: "enabling_value",
	ownRegisters: "own_registers", EndsOfThreads: "ends_of_threads", lookedAtAgain: "looked_at_again",
	conditionFalse: "condition_false", actionsFollow: "actions_follow", assignedForgets: "assigned_forgets",
	everyWayThere: "every_way_there", sumsAgree: "sums_agree", indexKept: "index_kept", noWrapAround: "no_wrap_around",
	othersAdd: "others_add", addedToSame: "added_to_same", risesFromThere: "rises_from_there", cyclesStick: "cycles_stick",
	neverBack: "never_back", sameWay: "same_way", StickyAlone: "sticky_alone", onlyAdds: "only_adds", onlyGuards: "only_guards",
	onlyDisables: "only_disables", EndedPaths: "ended_paths", DelayedWithAll: "delayed_with_all", OthersGoOn: "others_go_on",
	AllTheyChoose: "all_they_choose",
	MoversWait:    "movers_wait", NotOnCycles: "not_on_cycles", wholeSet: "whole_set",
	racesSeen: "races_seen",
}

// String is the name, which the file of the recorded program has as well.
func (c Condition) String() string { return conditionNames[c] }
