// SPDX-License-Identifier: MIT

//go:build !amd64 && !arm64

package checker

// prefetch does nothing where there is no instruction for it.
func prefetch([]uintptr) {}
