// SPDX-License-Identifier: MIT

// This file tests how a spec is found and configured: includes, -I, -D and
// the kernel version.

package cfront

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

// version is a spec whose one constant shows what was defined.
const version = `#include <mmcheck.h>
_Static_assert(LINUX_VERSION_CODE == WANT, "version");
THREAD(t, NULL) { }
`

func TestKernelAndDefines(t *testing.T) {
	for _, c := range []struct {
		kernel  string
		defines []string
		want    string // "" = no error
	}{
		{"6.12", []string{"WANT=0x060c00"}, ""},
		{"5.4", []string{"WANT=(5<<16)+(4<<8)"}, ""},
		{"5.4", []string{"WANT=0"}, "static assertion failed: version"},
		{"", []string{"WANT", "LINUX_VERSION_CODE"}, ""},
		{"6.12.y", []string{"WANT=0x060cff"}, ""},
		{"6", nil, "kernel version '6' is not of the form"},
		{"6.1.2", nil, "is not of the form"},
		{"", []string{"A B"}, "'A B' is not of the form NAME or NAME=value"},
		{"", []string{"A=1\n#include <x>"}, "is not of the form"},
	} {
		cfg := testConfig()
		cfg.Kernel, cfg.Define = c.kernel, c.defines
		_, d := diagnose(cfg, "a.c", []byte(version))
		if got := d.Error(); c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("%q %q: got %q, want %q", c.kernel, c.defines, got, c.want)
		}
	}
}

// put writes files below dir.
func put(t *testing.T, dir string, files map[string]string) {
	for name, text := range files {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

func TestIncludeOrder(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, map[string]string{
		"spec/a.h": "int spec_a;", "inc/a.h": "int inc_a;", "inc/b.h": "int inc_b;\n#include \"c.h\"\n",
		"inc/c.h": "#pragma once\nint inc_c = 1;", "secret.h": "int secret;", "spec/sub/d.h": "#include \"e.h\"", "spec/sub/e.h": "int sub_e;",
	})
	if err := os.Symlink(filepath.Join(dir, "secret.h"), filepath.Join(dir, "spec/link.h")); err != nil {
		t.Fatal(err)
	}
	headers := fstest.MapFS{"a.h": {Data: []byte("int fs_a;")}, "b.h": {Data: []byte("int fs_b;")}, "f.h": {Data: []byte("int fs_f;")}}
	cfg := Config{FS: headers, Include: []string{filepath.Join(dir, "inc")}}
	name := filepath.Join(dir, "spec/x.c")
	for _, c := range []struct{ include, want string }{
		{`"a.h"`, "spec_a"}, {`<a.h>`, "inc_a"}, {`"b.h"`, "inc_b"}, {`<b.h>`, "inc_c"}, {`"f.h"`, "fs_f"}, {`<f.h>`, "fs_f"},
		{`"sub/d.h"`, "sub_e"}, {`"../secret.h"`, ""}, {`<../secret.h>`, ""}, {`"link.h"`, ""}, {`"` + dir + `/secret.h"`, ""}, {`<sub/d.h>`, ""},
	} {
		u, d := parse(cfg, name, []byte("#include "+c.include+"\n#include <c.h>\nint x;\n"))
		switch {
		case c.want == "":
			if !strings.Contains(d.Error(), "include file not found") {
				t.Errorf("%s: got %q", c.include, d.Error())
			}
		case d.HasErrors() || u.AST.Scope.Nodes[c.want] == nil:
			t.Errorf("%s: no %s: %s", c.include, c.want, d.Error())
		}
	}
}

func TestUnit(t *testing.T) {
	src, err := os.ReadFile("testdata/good.c")
	if err != nil {
		t.Fatal(err)
	}
	u, d := parse(testConfig(), "testdata/good.c", src)
	if d.HasErrors() {
		t.Fatal(d)
	}
	if u.Funcs["__mmcheck_thread_brk"] == nil || u.Funcs["mmap_write_lock"] == nil || u.Funcs["down_read"] != nil {
		t.Errorf("functions: %v", u.Funcs)
	}
	if string(u.Files["testdata/good.c"]) != string(src) || u.Files["<include>/linux/rwsem.h"] == nil {
		t.Error("files are missing")
	}
	for _, f := range u.Order {
		if f.Declarator.Name() == "retry" && posOf(f.Declarator).Line != 52 {
			t.Errorf("retry at %v", posOf(f.Declarator))
		}
	}
}
