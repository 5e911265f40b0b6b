// SPDX-License-Identifier: MIT

// Package formats has others read what mmcheck writes for programs: parsers and
// validators that know nothing of it. It is a module of its own, so that mmcheck needs
// none of them.
package formats
