// SPDX-License-Identifier: GPL-3.0-or-later
// usage: read_tiles URL — reads the log that is published there with the tlog package of golang.org/x/mod, which
// shares nothing with ours: every hash comes through tlog.TileHashReader, which checks each tile against the signed
// root, and record and tree proofs made of them must hold.
package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

const height = 8 // of tiles: c2sp.org/tlog-tiles

func fail(words ...interface{}) {
	fmt.Fprintln(os.Stderr, words...)
	os.Exit(1)
}

func need(err error, what string) {
	if err != nil {
		fail(what+":", err)
	}
}

func get(url string) ([]byte, error) {
	answer, err := http.Get(url)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != 200 {
		return nil, fmt.Errorf("%s: %s", url, answer.Status)
	}
	return io.ReadAll(answer.Body)
}

// published reads tiles over HTTP.
type published struct {
	url  string
	read int
}

func (p *published) Height() int { return height }

func (p *published) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		// The package's own layout names the height; ours is fixed.
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		bytes, err := get(p.url + "/" + path)
		if err != nil {
			return nil, err
		}
		p.read++
		all = append(all, bytes)
	}
	return all, nil
}

func (p *published) SaveTiles([]tlog.Tile, [][]byte) {}

// A reader that gives one wrong byte in each tile.
type lying struct{ published }

func (p *lying) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	all, err := p.published.ReadTiles(tiles)
	for _, bytes := range all {
		bytes[0] ^= 1
	}
	return all, err
}

func main() {
	if len(os.Args) != 2 {
		fail("usage: read_tiles URL")
	}
	url := strings.TrimSuffix(os.Args[1], "/")
	checkpoint, err := get(url + "/checkpoint")
	need(err, "checkpoint")
	lines := strings.Split(string(checkpoint), "\n")
	if len(lines) < 5 || lines[3] != "" {
		fail("not a checkpoint")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	need(err, "size")
	root, err := tlog.ParseHash(lines[2])
	need(err, "root")

	tree := tlog.Tree{N: size, Hash: root}
	from := &published{url: url}
	reader := tlog.TileHashReader(tree, from)
	again, err := tlog.TreeHash(size, reader)
	need(err, "tree")
	if again != root {
		fail("the tiles lead to another root")
	}
	for index := int64(0); index < size; index++ {
		leaf, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, index)})
		need(err, "leaf")
		proof, err := tlog.ProveRecord(size, index, reader)
		need(err, "record proof")
		need(tlog.CheckRecord(proof, size, root, index, leaf[0]), "record")
		if tlog.CheckRecord(proof, size, leaf[0], index, leaf[0]) == nil {
			fail("a proof to another root holds")
		}
	}
	for older := int64(1); older <= size; older += 1 + size/16 {
		before, err := tlog.TreeHash(older, reader)
		need(err, "older tree")
		proof, err := tlog.ProveTree(size, older, reader)
		need(err, "tree proof")
		need(tlog.CheckTree(proof, size, root, older, before), "tree")
	}
	if _, err := tlog.TreeHash(size, tlog.TileHashReader(tree, &lying{published{url: url}})); err == nil {
		fail("a changed tile was believed")
	}
	fmt.Printf("%d records and their trees hold, by %d tiles\n", size, from.read)
}
