// SPDX-License-Identifier: GPL-3.0-or-later
// usage: check_proofs DOSSIER — every receipt of a dossier, with the note and tlog packages of golang.org/x/mod, which
// share nothing with ours: the log's signature on the checkpoint, and the record proof from the statement to its root.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func need(err error, what string) {
	if err != nil {
		fmt.Fprintln(os.Stderr, what+":", err)
		os.Exit(1)
	}
}

func read(path string) []byte {
	all, err := os.ReadFile(path)
	need(err, path)
	return all
}

// verifier of the log that the policy names.
func verifier(policy []byte) note.Verifier {
	line := strings.SplitN(string(policy), "\n", 2)[0]
	key, err := hex.DecodeString(strings.TrimPrefix(line, "log "))
	need(err, "policy")
	hash := sha256.Sum256(key)
	name := "sigsum.org/v1/tree/" + hex.EncodeToString(hash[:])
	typed := append([]byte{1}, key...)
	id := sha256.Sum256(append([]byte(name+"\n"), typed...))
	vkey := fmt.Sprintf("%s+%08x+%s", name, binary.BigEndian.Uint32(id[:4]), base64.StdEncoding.EncodeToString(typed))
	made, err := note.NewVerifier(vkey)
	need(err, "log key")
	return made
}

func check(statement string, log note.Verifier) {
	head, checkpoint, found := bytes.Cut(read(statement+".tlog-proof"), []byte("\n\n"))
	if !found {
		need(fmt.Errorf("not a proof"), statement)
	}
	lines := strings.Split(string(head), "\n")
	extra, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra "))
	need(err, statement)
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64)
	need(err, statement)
	var proof tlog.RecordProof
	for _, line := range lines[3:] {
		hash, err := tlog.ParseHash(line)
		need(err, statement)
		proof = append(proof, hash)
	}
	opened, err := note.Open(checkpoint, note.VerifierList(log))
	need(err, statement+": checkpoint")
	text := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(text[1], 10, 64)
	need(err, statement)
	root, err := tlog.ParseHash(text[2])
	need(err, statement)
	message := sha256.Sum256(read(statement))
	checksum := sha256.Sum256(message[:])
	leaf := append(checksum[:], extra...)
	need(tlog.CheckRecord(proof, size, root, index, tlog.RecordHash(leaf)), statement)
}

func main() {
	folder := os.Args[1]
	log := verifier(read(filepath.Join(folder, "data/policy")))
	count := 0
	for _, pattern := range []string{"data/items/*/statement", "data/items/*/receive", "data/chains/*/*.statement"} {
		found, err := filepath.Glob(filepath.Join(folder, pattern))
		need(err, pattern)
		for _, statement := range found {
			check(statement, log)
			count++
		}
	}
	fmt.Println(count)
}
