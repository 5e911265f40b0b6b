// SPDX-License-Identifier: MIT

// Package browser tests the pages of mmcheck in a real browser. It is a module of its
// own, so that what drives the browser is no dependency of mmcheck.
package browser
