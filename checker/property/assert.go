// SPDX-License-Identifier: MIT

// This file describes failed assertions.

package property

// Assertion: an assertion of the spec fails.
var Assertion = &Property{
	ID:       "assert",
	Severity: Error,
	Short:    "an assertion of the spec fails",
	Doc: `assert(), BUG_ON(), VM_BUG_ON() or WARN_ON() in the spec or in a model header
triggers; or a division by zero or of the least number by -1, a shift by less than
0 or by as many bits as there are, an array index out of bounds, or an operation that would block inside an ATOMIC block is
reached.

Not judged: code that is not reached within the bounds. A WARN_ON() counts as an
error, though the kernel goes on behind it.

Source: include/asm-generic/bug.h, include/linux/mmdebug.h; <mmcheck.h>.`,
}
