// SPDX-License-Identifier: MIT

//go:build !unix

// This file stands in where temporary directories belong to one user anyway.

package privatecache
