// SPDX-License-Identifier: MIT

// This file defines the file that a search is kept in. It holds complete levels
// only, from which the search goes on as if it had never stopped, with any
// number of workers:
//
//	a line that says what it is
//	the length of the header (8 bytes), and the header, in JSON
//	the states, level by level, as their packed words
//	the SHA-256 of all that (32 bytes)
//
// Numbers have their lowest byte first. A file is written under another name
// and renamed when it is complete and on the disk, so that there is a good one
// whatever happens meanwhile.

package checker

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"

	"mmcheck/checker/property"
	"mmcheck/model"
	"mmcheck/model/vm"
)

const (
	// checkpointMagic changes with the format, and with what states mean.
	checkpointMagic = "mmcheck checkpoint 2\n"
	// largestHeader bounds what is read before anything can be believed.
	largestHeader = 64 << 20
)

// CheckpointError says why a file cannot be gone on from.
type CheckpointError struct{ File, Why string }

func (e *CheckpointError) Error() string { return e.File + ": " + e.Why }

var errDamaged = errors.New("is damaged: its checksum is wrong; remove it to start anew")

// snapshot is the header of a checkpoint.
type snapshot struct {
	Program     string // its identity
	Words       int    // of a state
	Ranges      [][4]int64
	Levels      []int64 // their numbers of states
	Transitions int64   // out of all levels but the last
	Noted       []uint64
	Other       []savedBroken
	Limit       *savedLimit
	Ended       bool // a state was met in which all threads have ended
	Turns       bool // one was met in which all that can go on are in loops
}

// savedBroken is a violation that was found, but is not wanted.
type savedBroken struct {
	At             []uint64
	Thread, Alt    int
	Property, Text string
	Length         int
	Path           [][2]int // thread and alternative
}

type savedLimit struct{ What, Hint string }

// writeCheckpoint replaces file by a checkpoint; each passes on the words of
// all states of a level.
func writeCheckpoint(file string, h *snapshot, each func(level int, f func(words []uint64) bool)) (err error) {
	defer func() {
		if err != nil {
			os.Remove(file + ".tmp")
			err = &CheckpointError{file, "cannot be written: " + plain(err)}
		}
	}()
	f, err := os.OpenFile(file+".tmp", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := h.encode(f, each); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Rename(file+".tmp", file); err != nil {
		return err
	}
	return syncDir(filepath.Dir(file))
}

// plain drops the names of file and system call from an error.
func plain(err error) string {
	var p *os.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	return err.Error()
}

// syncDir makes a rename last.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// encode writes header, states and checksum.
func (h *snapshot) encode(file io.Writer, each func(int, func([]uint64) bool)) error {
	sum := sha256.New()
	w := bufio.NewWriterSize(io.MultiWriter(file, sum), 1<<16)
	text, err := json.Marshal(h)
	if err != nil {
		return err
	}
	w.WriteString(checkpointMagic) // errors show when it is flushed
	w.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(text))))
	w.Write(text)
	buf := make([]byte, 0, 8*h.Words)
	for level, left := range h.Levels {
		each(level, func(words []uint64) bool {
			buf = appendWords(buf[:0], words)
			_, err = w.Write(buf)
			left--
			return err == nil
		})
		if err == nil && left != 0 {
			err = errors.New("a level could not be read")
		}
		if err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	_, err = file.Write(sum.Sum(nil))
	return err
}

func appendWords(b []byte, words []uint64) []byte {
	for _, x := range words {
		b = binary.LittleEndian.AppendUint64(b, x)
	}
	return b
}

func readWords(words []uint64, b []byte) {
	for i := range words {
		words[i] = binary.LittleEndian.Uint64(b[8*i:])
	}
}

// checkpoint is a file that is being read.
type checkpoint struct {
	snapshot
	file *os.File
	in   *bufio.Reader // at the next state
}

// openCheckpoint opens a checkpoint after looking at every byte of it.
func openCheckpoint(file string) (*checkpoint, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	c := &checkpoint{file: f}
	if err := c.verify(); err != nil {
		f.Close()
		return nil, err
	}
	return c, nil
}

// verify reads all of the file for its checksum, then the header.
func (c *checkpoint) verify() error {
	st, err := c.file.Stat()
	if err != nil {
		return err
	}
	body := st.Size() - sha256.Size
	start := make([]byte, len(checkpointMagic))
	if _, err := io.ReadFull(c.file, start); err != nil || string(start) != checkpointMagic || body < int64(len(start)) {
		return errors.New("is no checkpoint of this version of mmcheck")
	}
	if err := c.checksum(body); err != nil {
		return err
	}
	if _, err := c.file.Seek(int64(len(start)), io.SeekStart); err != nil {
		return err
	}
	c.in = bufio.NewReaderSize(c.file, 1<<16)
	return c.header(body - int64(len(start)))
}

// checksum compares the SHA-256 of the first so many bytes with what follows.
func (c *checkpoint) checksum(body int64) error {
	sum := sha256.New()
	if _, err := io.Copy(sum, io.NewSectionReader(c.file, 0, body)); err != nil {
		return err
	}
	if _, err := c.file.Seek(body, io.SeekStart); err != nil {
		return err
	}
	want := make([]byte, sha256.Size)
	if _, err := io.ReadFull(c.file, want); err != nil {
		return err
	}
	if !bytes.Equal(want, sum.Sum(nil)) {
		return errDamaged
	}
	return nil
}

// header reads the header; what it says must fit the bytes that are there.
func (c *checkpoint) header(rest int64) error {
	var length [8]byte
	if _, err := io.ReadFull(c.in, length[:]); err != nil {
		return errDamaged
	}
	n := binary.LittleEndian.Uint64(length[:])
	if rest -= 8; n > largestHeader || int64(n) > rest {
		return errDamaged
	}
	text := make([]byte, n)
	if _, err := io.ReadFull(c.in, text); err != nil {
		return err
	}
	if err := json.Unmarshal(text, &c.snapshot); err != nil {
		return errDamaged
	}
	rest -= int64(n)
	if c.Words < 1 || c.Words > len(c.Ranges) || len(c.Levels) == 0 || c.Transitions < 0 {
		return errDamaged
	}
	for _, size := range c.Levels {
		if size < 1 || size > rest/int64(8*c.Words) {
			return errDamaged
		}
		rest -= size * int64(8*c.Words)
	}
	if rest != 0 {
		return errDamaged
	}
	return nil
}

// bytes is the size of the states.
func (c *checkpoint) bytes() int64 {
	n := int64(0)
	for _, size := range c.Levels {
		n += size * int64(8*c.Words)
	}
	return n
}

// next reads one state.
func (c *checkpoint) next(words []uint64) error {
	b := make([]byte, 8*len(words))
	_, err := io.ReadFull(c.in, b)
	readWords(words, b)
	return err
}

// layout is the layout of the states, if they are of program p.
func (c *checkpoint) layout(p *model.Program, id [sha256.Size]byte) ([]vm.Range, error) {
	if c.Program != hex.EncodeToString(id[:]) {
		return nil, errors.New("is of another program, or of another question about it (properties, --find, --no-reduce); remove it to start anew")
	}
	seen := make([]vm.Range, len(c.Ranges))
	for i, n := range c.Ranges {
		var ok bool
		if seen[i], ok = vm.RangeOf(n); !ok {
			return nil, errDamaged
		}
	}
	if len(seen) != len(p.Initial) || vm.NewLayout(append([]vm.Range(nil), seen...)).Words != c.Words {
		return nil, errDamaged
	}
	return seen, nil
}

// findings are those of the header.
func (c *checkpoint) findings(pl *plan) (*findings, error) {
	f := &findings{pl: pl, ended: c.Ended, turns: c.Turns}
	for _, b := range c.Other {
		p := property.ByID(b.Property)
		if p == nil || len(b.At) != c.Words || b.Thread < 0 || b.Thread > len(pl.Prog.Threads) || b.Alt < 0 || b.Length < 0 || b.Length > len(c.Levels) {
			return nil, errDamaged
		}
		path, ok := readMoves(b.Path, len(pl.Prog.Threads))
		if !ok {
			return nil, errDamaged
		}
		f.other = append(f.other, broken{b.At, b.Thread, b.Alt, p, b.Text, b.Length, path})
	}
	if c.Limit != nil {
		f.limit = &model.Limit{What: c.Limit.What, Hint: c.Limit.Hint}
	}
	return f, nil
}

// readMoves turns what saveMoves wrote into moves of so many threads again.
func readMoves(path [][2]int, threads int) (out []move, ok bool) {
	for _, m := range path {
		if m[0] < 0 || m[0] >= threads || m[1] < 0 {
			return nil, false
		}
		out = append(out, move{m[0], m[1]})
	}
	return out, true
}
