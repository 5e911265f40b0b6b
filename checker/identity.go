// SPDX-License-Identifier: MIT

// This file tells programs apart: what a search has stored makes sense only
// for the program, the properties and the reductions that it was made with.

package checker

import (
	"crypto/sha256"
	"encoding/binary"
	"io"
	"reflect"

	"mmcheck/model"
)

// programHash is a hash of all that decides which states a search visits: the
// sealed program with the checks woven into it, the initial state, what is
// looked for, and what makes the state space smaller. Where the code stands in
// its file does not matter.
func programHash(pl *plan, o Options) [sha256.Size]byte {
	h := sha256.New()
	d := &digest{h: h, blocks: map[*model.Block]int{}}
	d.text(string(pl.find))
	for _, p := range pl.Props {
		d.text(p.ID)
	}
	d.value(reflect.ValueOf(o.NoReduce))
	d.value(reflect.ValueOf(pl.Prog.Initial))
	for _, t := range pl.Prog.Threads {
		d.number(uint64(t.PC.Off()))
		d.value(reflect.ValueOf(t.Points))
	}
	return [sha256.Size]byte(h.Sum(nil))
}

// digest feeds values into a hash, each with its length or type, so that no two
// different ones read the same.
type digest struct {
	h      io.Writer
	blocks map[*model.Block]int // met before, which ends loops in the code
}

func (d *digest) number(n uint64) {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], n)
	d.h.Write(b[:])
}

func (d *digest) text(s string) {
	d.number(uint64(len(s)))
	io.WriteString(d.h, s)
}

// value adds any part of a program.
func (d *digest) value(v reflect.Value) {
	switch v.Kind() {
	case reflect.Bool:
		d.text(map[bool]string{false: "no", true: "yes"}[v.Bool()])
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		d.number(uint64(v.Int()))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		d.number(v.Uint())
	case reflect.String:
		d.text(v.String())
	case reflect.Slice:
		d.number(uint64(v.Len()))
		for i := range v.Len() {
			d.value(v.Index(i))
		}
	case reflect.Struct:
		d.text(v.Type().Name())
		for i := range v.NumField() {
			d.value(v.Field(i))
		}
	case reflect.Interface, reflect.Pointer:
		if v.IsNil() {
			d.text("nil")
			return
		}
		d.pointed(v)
	default:
		panic("checker: a program holds a " + v.Type().String())
	}
}

// pointed adds what a pointer or an interface refers to. What parts of a program
// share stands for itself by place or name.
func (d *digest) pointed(v reflect.Value) {
	switch x := v.Interface().(type) {
	case *model.Site:
	case *model.Var:
		d.number(uint64(x.Off()))
	case *model.Type:
		d.text(x.Name)
	case *model.Field:
		d.text(x.Name)
	case *model.Thread:
		d.number(uint64(x.Num))
	case *model.Block:
		n, met := d.blocks[x]
		if met {
			d.number(uint64(n))
			return
		}
		d.blocks[x] = len(d.blocks)
		d.value(v.Elem())
	default:
		d.text(v.Elem().Type().Name())
		d.value(v.Elem())
	}
}
