// SPDX-License-Identifier: MIT

// This file embeds the model headers, so that the program needs no files
// beside itself to check a spec, and the specs, so that it can list them.

package specs

import (
	"embed"
	"io/fs"
)

//go:embed include seeds bugs rules questions ops
var files embed.FS

// Files holds the folders of specs, and the headers in include.
var Files fs.FS = files

// Include is the folder of the model headers: <linux/mm.h> is the file
// linux/mm.h in it.
var Include fs.FS = subFolder("include")

// Folders lists the folders of specs, and what is in each.
var Folders = []struct{ Name, What string }{
	{"seeds", "the mail threads that the project began with"},
	{"bugs", "races that the kernel had"},
	{"rules", "one rule each, broken and kept"},
	{"questions", "what is being asked on the lists"},
	{"ops", "every operation against every other, by kernel era"},
}

// subFolder returns a folder that is known to be embedded.
func subFolder(name string) fs.FS {
	sub, err := fs.Sub(files, name)
	if err != nil {
		panic("specs: " + err.Error())
	}
	return sub
}
