// SPDX-License-Identifier: MIT

//go:build amd64 || arm64

// This file declares what prefetch_*.s define.

package checker

// prefetch starts to fetch the cache lines at some addresses. They need not be
// valid.
//
//go:noescape
func prefetch(at []uintptr)
