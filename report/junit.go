// SPDX-License-Identifier: MIT

// This file renders outcomes as JUnit's XML, which most CI systems show. Times are left
// out: they are optional, and the same run gives the same document.

package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name    string       `xml:"name,attr"`
	Class   string       `xml:"classname,attr"`
	File    string       `xml:"file,attr"`
	Line    int          `xml:"line,attr,omitempty"`
	Failure *junitDetail `xml:"failure"`
	Error   *junitDetail `xml:"error"`
}

type junitDetail struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Text    string `xml:",chardata"`
}

// JUnit writes a suite for each spec, with a case for each variant. What gave no verdict
// is an error there.
func JUnit(w io.Writer, version string, all []Outcome) error {
	doc := junitSuites{Name: "mmcheck " + version}
	for i := range all {
		o := &all[i]
		if n := len(doc.Suites); n == 0 || doc.Suites[n-1].Name != o.Spec {
			doc.Suites = append(doc.Suites, junitSuite{Name: o.Spec})
		}
		s := &doc.Suites[len(doc.Suites)-1]
		c := junitCase{Name: o.Variant, Class: strings.TrimSuffix(o.Spec, ".c"), File: o.At.File, Line: o.At.Line}
		if c.Name == "" {
			c.Name = "as it is"
		}
		detail := &junitDetail{o.Short, o.Verdict, o.Report}
		if o.Property != "" {
			detail.Type = o.Property
		}
		switch o.State {
		case Failed:
			c.Failure = detail
			s.Failures++
			doc.Failures++
		case Undone:
			c.Error = detail
			s.Errors++
			doc.Errors++
		}
		s.Tests++
		doc.Tests++
		s.Cases = append(s.Cases, c)
	}
	text, err := xml.MarshalIndent(doc, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s%s\n", xml.Header, text)
	return err
}
