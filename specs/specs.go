// SPDX-License-Identifier: MIT

// This file embeds the model headers, so that the program needs no files
// beside itself to check a spec.

package specs

import (
	"embed"
	"io/fs"
)

//go:embed include
var files embed.FS

// Include is the folder of the model headers: <linux/mm.h> is the file
// linux/mm.h in it.
var Include fs.FS = subFolder("include")

// subFolder returns a folder that is known to be embedded.
func subFolder(name string) fs.FS {
	sub, err := fs.Sub(files, name)
	if err != nil {
		panic("specs: " + err.Error())
	}
	return sub
}
