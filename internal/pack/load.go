// From a folder of YAML files to a pack.

package pack

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"shuren/internal/fault"
)

// Limits on a pack, far above any real one.
const (
	maxFile    = 2 << 20
	maxPack    = 8 << 20
	maxFiles   = 300
	maxDepth   = 4 // folders in folders
	maxExtends = 4 // packs that extend packs
)

// extendsDir is the folder in which a pack carries the pack that it extends, so
// that the two can be kept, and moved, as one.
const extendsDir = "extends"

// Load reads and checks the pack in a folder. All of its problems come back as
// one error of type [Problems].
func Load(fsys fs.FS) (*Pack, error) { return load(fsys, "") }

// load is Load for a folder that problems are to be reported under.
func load(fsys fs.FS, label string) (*Pack, error) {
	files, err := gather(fsys)
	if err != nil {
		return nil, err
	}
	return loadFiles(files, label)
}

func loadFiles(files map[string][]byte, label string) (*Pack, error) {
	r := &reader{at: map[any]pos{}}
	p := r.pack(files, label, 0)
	p.narrow()
	if len(r.problems) == 0 {
		r.resolve(p)
	}
	if len(r.problems) == 0 {
		r.problems = runExamples(p, r.at)
	}
	if len(r.problems) > 0 {
		return nil, r.sorted()
	}
	p.remember(r.at)
	return p, nil
}

// sorted are the problems by file and line, each once.
func (r *reader) sorted() Problems {
	slices.SortStableFunc(r.problems, func(a, b Problem) int {
		if a.File != b.File {
			return strings.Compare(a.File, b.File)
		}
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Col - b.Col
	})
	return slices.Compact(r.problems)
}

// gather reads the YAML files of a folder, within the limits.
func gather(fsys fs.FS) (map[string][]byte, error) {
	files, total := map[string][]byte{}, 0
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name != "." && strings.HasPrefix(path.Base(name), ".") {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if d.IsDir() {
			if strings.Count(name, "/") >= maxDepth+2*maxExtends {
				return fmt.Errorf("%s: folders are nested too deeply: %w", name, fault.TooLarge)
			}
			return nil
		}
		if ext := path.Ext(name); ext != ".yaml" && ext != ".yml" {
			return nil
		}
		f, err := fsys.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		b, err := io.ReadAll(io.LimitReader(f, maxFile+1))
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		total += len(b)
		if len(b) > maxFile || total > maxPack || len(files) >= maxFiles {
			return fmt.Errorf("%s: a pack has at most %d files of %d bytes, %d bytes together: %w", name, maxFiles, maxFile, maxPack, fault.TooLarge)
		}
		files[name] = b
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read pack: %w", err)
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("no .yaml file here, so this is no pack: %w", fault.NotFound)
	}
	return files, nil
}

// hash is the hex SHA-256 of files: of each name and content, by name, with
// their lengths so that no two sets of files read the same.
func hash(files map[string][]byte) string {
	h := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		for _, part := range [][]byte{[]byte(name), files[name]} {
			h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(part))))
			h.Write(part)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// pack reads the files of a pack and of what it extends, without looking at
// names yet.
func (r *reader) pack(files map[string][]byte, label string, depth int) *Pack {
	carried, own := carry(files, extendsDir)
	used, own := carry(own, usesDir)
	docs := map[string]*yaml.Node{}
	for _, name := range slices.Sorted(maps.Keys(own)) {
		if doc := r.parse(name, own[name]); doc != nil {
			docs[name] = doc
		}
	}
	p := &Pack{Files: maps.Clone(own)}
	if label == "" {
		label = peekRef(docs)
	}
	for i := range r.problems {
		if r.problems[i].File != "" && files[r.problems[i].File] != nil {
			r.problems[i].File = path.Join(label, r.problems[i].File)
		}
	}
	s := &sections{r: r, p: p}
	for _, name := range slices.Sorted(maps.Keys(docs)) {
		r.file = path.Join(label, name)
		r.text = strings.Split(string(own[name]), "\n")
		s.document(name, docs[name])
	}
	s.finish(label, len(docs) == len(own))
	if s.extends != "" {
		r.extend(p, s, carried, depth)
	}
	s.cite(p.Sources)
	if len(s.uses) > 0 {
		r.use(p, s, used, depth)
	} else if len(used) > 0 {
		r.failAt(pos{file: path.Join(label, usesDir)}, "the pack carries packs to use, but does not say which: uses is missing")
	}
	if s.extends == "" && len(carried) > 0 {
		r.failAt(pos{file: path.Join(label, extendsDir)}, "the pack carries a pack to extend, but does not say which: extends is missing")
	}
	p.Hash = hash(p.Files)
	return p
}

// yamlLine finds the line in a message of the YAML library.
var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)

// parse reads one YAML document.
func (r *reader) parse(name string, b []byte) *yaml.Node {
	bad := func(line int, msg string) *yaml.Node {
		r.failAt(pos{name, line, 1}, "%s", msg)
		return nil
	}
	dec := yaml.NewDecoder(bytes.NewReader(b))
	var doc, more yaml.Node
	if err := dec.Decode(&doc); err != nil {
		if errors.Is(err, io.EOF) {
			return bad(1, "the file is empty")
		}
		msg, line := err.Error(), 1
		if m := yamlLine.FindStringSubmatch(msg); m != nil {
			msg = strings.TrimPrefix(msg, m[0])
			if n, err := strconv.Atoi(m[1]); err == nil {
				line = n
			}
		}
		return bad(line, "not YAML: "+msg)
	}
	if err := dec.Decode(&more); !errors.Is(err, io.EOF) {
		return bad(1, "want one YAML document in a file, found several")
	}
	return doc.Content[0]
}

// peekRef finds the pack's own name, for messages before it is read.
func peekRef(docs map[string]*yaml.Node) string {
	for _, name := range slices.Sorted(maps.Keys(docs)) {
		if _, single := singleKind(name); single || docs[name].Kind != yaml.MappingNode {
			continue
		}
		var p Pack
		for i := 0; i+1 < len(docs[name].Content); i += 2 {
			switch docs[name].Content[i].Value {
			case "id":
				p.ID = docs[name].Content[i+1].Value
			case "version":
				p.Version = docs[name].Content[i+1].Value
			}
		}
		if p.ID != "" {
			return strings.ReplaceAll(p.Ref(), "/", "_")
		}
	}
	return ""
}
