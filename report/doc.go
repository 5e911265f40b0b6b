// SPDX-License-Identifier: MIT

// Package report shows the Result of a check to people and to programs.
//
// Renderers are pure functions: a Result in, bytes out, the same bytes for the
// same Result. They are listed in Formats:
//
//	text  what goes into a mail: verdict, the place with its source line, what
//	      happened to the object before, the race as a table of CPUs, bounds
//	dot   the same race as a picture: threads as lanes, time downwards
//	table the table alone, names whole, with a legend (table_alone.go)
//	json  the same for programs
//	html  a page to step through it (html.go, html_state.go, html_strips.go and
//	      package page); of the other verdicts, what they stand on
//
// A Note (note.go) is about many results: Markdown with one table of all verdicts.
//
// All tell one story (story.go): what each step did (facts.go), what
// happened to the object or lock concerned (notes.go, pointer.go, held.go), how
// the steps group into calls and which are worth a line (calls.go, trim.go),
// and the lines themselves (events.go). Only picture.go starts another program,
// to turn DOT into SVG.
//
// # The JSON document
//
// One object; "schema" is its version, raised when a field is removed or
// changes its meaning. Fields may be added at any time.
//
//	schema       1
//	tool         "mmcheck"
//	spec         name of the spec; "variant" what was defined, if anything
//	command      how to get the same result again, if known
//	verdict      "holds", "violated" or "unknown"; "none" if the spec was
//	             refused, and then nothing follows but diagnostics
//	diagnostics  what was said about the spec: severity ("error", "warning",
//	             "note"), id, text, location, notes
//	threads      names, in order; CPU numbers are positions in "cpus"
//	bounds       what bounds the model; "assumed" what was abstracted
//	orders       places whose order of memory accesses was taken for granted: order,
//	             function, file, line
//	replaced     functions of headers that the spec has its own for
//	kernel       version that the headers were asked for, if they were;
//	             "standIn" the one that stands in for it if it is not modelled
//	memoryModel  "sequential consistency"
//	checked      ids of the properties looked for
//	find         what was wanted: "", "dangling", "rule" or "any"
//	stats        states, transitions, reduced (like states were left out), depth,
//	             frontier
//	limit        unknown only: "what" cut the search short, "raise" the flag
//	simulation   only if random schedules were tried: schedules, seed, maxDepth,
//	             brokenOff (schedules that were as long as that), longest
//	fingerprint  only if states were known by fingerprints: bits, missed (what
//	             bounds the probability that some state was missed)
//	coverage     unless violated, what was executed:
//	  own        of the spec's own functions: statements, neverRan
//	  headers    the same of the functions of headers that its threads call
//	  assertions those of the spec that were never reached: name, location
//	  final      false if there is a FINAL that was never reached
//	  ended      whether some schedule came to the end of all threads
//	  waiting    threads that never got beyond the first lock they wait for
//	  functions  with --coverage: what was never executed, by function: name,
//	             own, neverRan (locations)
//	all          only if all violations were asked for: number and of (each has a
//	             document), complete (there are no others), limit (what cut the
//	             search for more short, if that was it)
//	against      with --against: each operation, or pair of them that only together
//	             breaks the spec: operations, shape (of the address space, where
//	             the spec has no INIT), verdict, property, steps, effect (what it
//	             changes there by itself: "nothing", "pages" or "vmas"), excepted
//	             (properties that it breaks without the spec)
//	finding      violated only:
//	  property   id; "severity" is "error" or "rule"; "short" its one-line text
//	  text       what is wrong
//	  title      the first line of the text report
//	  functions  where it shows, and the other party
//	  object     name of the object concerned, such as "vma#1"
//	  location   file, line, column, endColumn (0: not known), source text
//	  notes      what happened before: text and location
//	  also       ids of other properties that the same step breaks
//	  waits      deadlock: thread, lock, for (threads), cycle, location
//	  order      lock-order by a circle: thread, wanted and held (classes), lock
//	             (the one held, if it is known), step (that requests), since
//	             (the step that took what is held), location, taken (where)
//	  shortest   whether no shorter schedule exists
//	  switches   number of context switches
//	  cpus       threads that take part, in the order of the table's columns
//	  table      the race table, as lines
//	  steps      the schedule: number, thread, alternative, label, location,
//	             operation, calls (function, location, inline; outermost
//	             first), changes (name, before, after: numbers), says (what
//	             the step did, in words), shown (a line of the table stands for it),
//	             violation (of data-race: both accesses)
package report
