// Reads archives with Go's own packages, for tests/archive/test_as_go.py.
//
// Standard input has archives one after the other, each after its size in four bytes, lowest first.
// For each, one line of JSON is printed: the members that were read, and whether an error ended it.
package main

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
)

const mostRead = 64 << 20

type member struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Size int64  `json:"size"`
	Hash string `json:"hash"`
}

type result struct {
	Members []member `json:"members"`
	Error   string   `json:"error"`
}

func read(data []byte) (found result) {
	found.Members = []member{}
	zipped, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		found.Error = err.Error()
		return
	}
	entries := tar.NewReader(zipped)
	for {
		header, err := entries.Next()
		if err == io.EOF {
			return
		}
		if err != nil {
			found.Error = err.Error()
			return
		}
		one := member{
			Name: base64.StdEncoding.EncodeToString([]byte(header.Name)),
			Type: base64.StdEncoding.EncodeToString([]byte{header.Typeflag}),
			Size: header.Size,
		}
		if header.Typeflag == tar.TypeReg && header.Size <= mostRead {
			digest := sha256.New()
			if _, err := io.Copy(digest, struct{ io.Reader }{entries}); err != nil {
				found.Members = append(found.Members, one)
				found.Error = err.Error()
				return
			}
			one.Hash = hex.EncodeToString(digest.Sum(nil)[:6])
		}
		found.Members = append(found.Members, one)
	}
}

func main() {
	input, output := bufio.NewReader(os.Stdin), bufio.NewWriter(os.Stdout)
	defer output.Flush()
	printer := json.NewEncoder(output)
	var size [4]byte
	for {
		if _, err := io.ReadFull(input, size[:]); err != nil {
			return
		}
		data := make([]byte, binary.LittleEndian.Uint32(size[:]))
		if _, err := io.ReadFull(input, data); err != nil {
			return
		}
		if err := printer.Encode(read(data)); err != nil {
			panic(err)
		}
	}
}
