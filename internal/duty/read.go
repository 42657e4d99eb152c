package duty

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/packs"
)

// Folder is where the shipped lists are, among the packs.
const Folder = "cn-duties"

// Limits of a list, far above any real one.
const (
	maxFile  = 256 << 10
	maxItems = 60
)

var idShape = regexp.MustCompile(`^[a-z][a-z0-9_]{0,31}$`)

// Read reads a list. What it does not know it refuses: a misspelt key would
// otherwise drop a source or a norm without a word.
func Read(b []byte) (*List, error) {
	if len(b) > maxFile {
		return nil, fmt.Errorf("a list of duties has at most %d bytes: %w", maxFile, fault.TooLarge)
	}
	d := yaml.NewDecoder(bytes.NewReader(b))
	d.KnownFields(true)
	var l List
	if err := d.Decode(&l); err != nil {
		if errors.Is(err, io.EOF) {
			err = errors.New("it is empty")
		}
		return nil, fmt.Errorf("list of duties: %w: %w", err, fault.Invalid)
	}
	if err := l.check(); err != nil {
		return nil, fmt.Errorf("list of duties %s: %w: %w", l.ID, err, fault.Invalid)
	}
	for i := range l.Items {
		it := &l.Items[i]
		if it.Source == "" {
			it.Source = l.Source
		}
		if it.Evidence == "" {
			it.Evidence = l.Evidence
		}
	}
	return &l, nil
}

func (l *List) check() error {
	var bad []error
	say := func(wrong bool, format string, args ...any) {
		if wrong {
			bad = append(bad, fmt.Errorf(format, args...))
		}
	}
	marked := func(s string) bool { return len(s) == 1 && strings.Contains("VSMPE", s) }
	named := func(t edu.Text) bool { return strings.TrimSpace(t.ZH) != "" && strings.TrimSpace(t.EN) != "" }
	say(!idShape.MatchString(l.ID), "id %q", l.ID)
	say(!named(l.Name) || !named(l.About), "its name or what it is about is missing in one language")
	say(l.Every != Term && l.Every != Year, "every %q; want term or year", l.Every)
	say(l.Minutes < 1 || l.Minutes > 600, "minutes %d", l.Minutes)
	say(l.Source == "" || !marked(l.Evidence), "source and evidence mark (V, S, M, P or E) are missing")
	say(len(l.Items) == 0 || len(l.Items) > maxItems, "%d duties", len(l.Items))
	ids := map[string]bool{}
	once := func(id string) {
		say(!idShape.MatchString(id) || ids[id], "the id %q is no id, or stands twice", id)
		ids[id] = true
	}
	for _, it := range l.Items {
		once(it.ID)
		say(!named(it.Text), "duty %s: its words are missing in one language", it.ID)
		say(!it.Post.Known(), "duty %s: %q is no post", it.ID, it.Post)
		say(it.Least < 0 || it.Least > 99, "duty %s: least %d", it.ID, it.Least)
		say(it.Evidence != "" && !marked(it.Evidence), "duty %s: evidence %q", it.ID, it.Evidence)
		for _, st := range it.Stages {
			say(!slices.Contains(edu.Stages, st), "duty %s: stage %q", it.ID, st)
		}
	}
	for _, c := range l.Counts {
		once(c.ID)
		say(!named(c.Text) || !named(c.Unit), "count %s: its words are missing in one language", c.ID)
		say(l.Numbers, "count %s: a list with nothing but document numbers has none", c.ID)
	}
	return errors.Join(bad...)
}

// ReadAll reads the lists of a folder, in the order of their files.
func ReadAll(fsys fs.FS) ([]*List, error) {
	names, err := fs.Glob(fsys, "*.yaml")
	if err != nil {
		return nil, err
	}
	var out []*List
	for _, n := range names {
		b, err := fs.ReadFile(fsys, n)
		if err != nil {
			return nil, err
		}
		l, err := Read(b)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", n, err)
		}
		if slices.ContainsFunc(out, func(o *List) bool { return o.ID == l.ID }) {
			return nil, fmt.Errorf("%s: the list %s stands twice: %w", n, l.ID, fault.Invalid)
		}
		out = append(out, l)
	}
	return out, nil
}

// Shipped are the lists that come with the program.
var Shipped = sync.OnceValues(func() ([]*List, error) {
	sub, err := fs.Sub(packs.FS, Folder)
	if err != nil {
		return nil, err
	}
	return ReadAll(sub)
})
