// SPDX-License-Identifier: MIT

package formats

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/joshdk/go-junit"
	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/xeipuuv/gojsonschema"
)

// goldens is where the documents lie that the tests of package report compare with.
const goldens = "../../report/testdata"

func read(t *testing.T, path ...string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// wrongIn lists what a published schema has against a document.
func wrongIn(t *testing.T, schema string, doc []byte) []string {
	t.Helper()
	return against(t, read(t, "../../report/schema", schema), doc)
}

// against lists what a schema has against a document.
func against(t *testing.T, schema, doc []byte) (out []string) {
	t.Helper()
	r, err := gojsonschema.Validate(gojsonschema.NewBytesLoader(schema), gojsonschema.NewBytesLoader(doc))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range r.Errors() {
		out = append(out, e.String())
	}
	return out
}

// Every JSON document keeps to its published schema.
func TestJSON(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(goldens, "*.json"))
	if err != nil || len(files) < 10 {
		t.Fatal(err, files)
	}
	for _, f := range files {
		if wrong := wrongIn(t, "check.json", read(t, f)); wrong != nil {
			t.Errorf("%s: %s", f, strings.Join(wrong, "\n"))
		}
	}
	if wrong := wrongIn(t, "test.json", read(t, goldens, "run.json-list")); wrong != nil {
		t.Error(strings.Join(wrong, "\n"))
	}
}

// The schemas notice what is missing, and what has another type.
func TestSchemas(t *testing.T) {
	for _, c := range []struct{ schema, file, from, to string }{
		{"check.json", "dangling.json", `"verdict": "violated"`, `"verdict": "holds"`},
		{"check.json", "dangling.json", `"steps": [`, `"stops": [`},
		{"check.json", "holds.json", `"depth": `, `"depth": -`},
		{"test.json", "run.json-list", `"state": "failed"`, `"state": "maybe"`},
		{"test.json", "run.json-list", `"schema": 1`, `"schema": 2`},
	} {
		text := string(read(t, goldens, c.file))
		broken := strings.Replace(text, c.from, c.to, 1)
		if broken == text {
			t.Fatalf("%s has no %s", c.file, c.from)
		}
		if wrongIn(t, c.schema, []byte(broken)) == nil {
			t.Errorf("%s: nothing is wrong with %s", c.file, c.to)
		}
	}
}

// oasis is the schema of SARIF 2.1.0 as go-sarif has it. Its own Validate looks at what
// it has read, defaults filled in, and not at the text.
func oasis(t *testing.T) string {
	t.Helper()
	dir, err := exec.Command("go", "list", "-f", "{{.Dir}}", "github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif").Output()
	if err != nil {
		t.Fatal(err)
	}
	_, schema, _ := strings.Cut(string(read(t, strings.TrimSpace(string(dir)), "schema.go")), "`")
	schema, _, _ = strings.Cut(schema, "`")
	return schema
}

// SARIF keeps to the schema of OASIS, and each violation of more than one step has its
// schedule as a code flow whose steps are numbered from 1 on, over all threads.
func TestSARIF(t *testing.T) {
	text := read(t, goldens, "run.sarif")
	var log sarif.Report
	if err := json.Unmarshal(text, &log); err != nil {
		t.Fatal(err)
	}
	if wrong := against(t, []byte(oasis(t)), text); wrong != nil {
		t.Error(strings.Join(wrong, "\n"))
	}
	if broken := bytes.Replace(text, []byte(`"threadFlows"`), []byte(`"threads"`), 1); against(t, []byte(oasis(t)), broken) == nil {
		t.Error("the schema notices nothing")
	}
	flows := 0
	for _, r := range log.Runs[0].Results {
		for _, f := range r.CodeFlows {
			flows++
			steps := map[int]bool{}
			for _, th := range f.ThreadFlows {
				for _, l := range th.Locations {
					steps[l.ExecutionOrder] = true
				}
			}
			for n := range len(steps) {
				if !steps[n+1] {
					t.Errorf("no step %d of %d", n+1, len(steps))
				}
			}
		}
	}
	if flows < 2 {
		t.Errorf("%d code flows", flows)
	}
}

// A JUnit parser counts the same cases, and finds the reports whole.
func TestJUnit(t *testing.T) {
	suites, err := junit.Ingest(read(t, goldens, "run.junit"))
	if err != nil {
		t.Fatal(err)
	}
	count := map[junit.Status]int{}
	for _, s := range suites {
		for _, c := range s.Tests {
			count[c.Status]++
			if c.Status == junit.StatusFailed && !strings.Contains(c.Error.Error(), "BUG: mmcheck: ") {
				t.Errorf("%s: %v", c.Name, c.Error)
			}
		}
	}
	if count[junit.StatusPassed] != 1 || count[junit.StatusFailed] != 3 || count[junit.StatusError] != 2 {
		t.Error(count)
	}
}
