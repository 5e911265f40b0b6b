// SPDX-License-Identifier: MIT

// This file walks syntax trees: the nodes below a node, and its tokens. Which
// fields of a type of node hold those is asked of reflection once. (The
// parser's own NodeTokens asks anew each time, which took a third of the time
// that a small spec needs.)

package cfront

import (
	"cmp"
	"reflect"
	"slices"
	"sync"

	"modernc.org/cc/v4"
)

// nodeFields are the fields of a type of node that matter, by their numbers.
type nodeFields struct{ nodes, tokens []int }

// knownFields caches fieldsOf.
var knownFields sync.Map // reflect.Type -> nodeFields

func fieldsOf(t reflect.Type) nodeFields {
	if f, ok := knownFields.Load(t); ok {
		return f.(nodeFields)
	}
	var fields nodeFields
	node, token := reflect.TypeFor[cc.Node](), reflect.TypeFor[cc.Token]()
	for i := range t.NumField() {
		switch f := t.Field(i); {
		case !f.IsExported() || !f.Type.Implements(node):
		case f.Type == token:
			fields.tokens = append(fields.tokens, i)
		default:
			fields.nodes = append(fields.nodes, i)
		}
	}
	knownFields.Store(t, fields)
	return fields
}

// structOf is what a node points to, if that is a struct.
func structOf(n cc.Node) (v reflect.Value, ok bool) {
	v = reflect.ValueOf(n)
	if v.Kind() != reflect.Pointer || v.Elem().Kind() != reflect.Struct {
		return v, false
	}
	return v.Elem(), true
}

// children calls f for every node directly below n, tokens aside.
func children(n cc.Node, f func(cc.Node)) {
	v, ok := structOf(n)
	if !ok {
		return
	}
	for _, i := range fieldsOf(v.Type()).nodes {
		if field := v.Field(i); !field.IsNil() {
			f(field.Interface().(cc.Node))
		}
	}
}

// nodeTokens returns the tokens of n in the order in which they were read.
func nodeTokens(n cc.Node) []cc.Token {
	var toks []cc.Token
	var walk func(n cc.Node)
	walk = func(n cc.Node) {
		if v, ok := structOf(n); ok {
			for _, i := range fieldsOf(v.Type()).tokens {
				if t := v.Field(i).Addr().Interface().(*cc.Token); t.Seq() != 0 {
					toks = append(toks, *t)
				}
			}
		} else if t, ok := n.(cc.Token); ok && t.Seq() != 0 {
			toks = append(toks, t)
		}
		children(n, walk)
	}
	walk(n)
	slices.SortFunc(toks, func(a, b cc.Token) int { return cmp.Compare(a.Seq(), b.Seq()) })
	return toks
}
