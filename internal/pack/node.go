// Strict reading of YAML: every value knows its place, and what nobody asked
// for is a problem.

package pack

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"shuren/internal/edu"
	"shuren/internal/formula"
)

// maxVisits bounds the values read from a pack, so that a few aliases that
// stand for each other many times over cannot fill the memory.
const maxVisits = 200_000

// maxProblems bounds how many problems are shown: who has more has one mistake
// many times over.
const maxProblems = 500

// reader reads the files of one pack and gathers their problems.
type reader struct {
	problems Problems
	file     string // being read
	text     []string
	visits   int
	open     []string // refs of the packs that are being read, the outermost first
	// at remembers where things stood, for problems found later.
	at map[any]pos
	// trace is told which keys are asked of what: a test holds them against the
	// schema. nil for most.
	trace func(what, key string)
}

// field is the key of a reader's at for one field of an item.
type field struct {
	item any
	name string
}

func (r *reader) here(n *yaml.Node) pos { return pos{r.file, n.Line, n.Column} }

func (r *reader) failf(n *yaml.Node, format string, args ...any) {
	r.failAt(r.here(n), format, args...)
}

func (r *reader) failAt(p pos, format string, args ...any) {
	switch {
	case len(r.problems) > maxProblems || r.visits > maxVisits && len(r.problems) > 0:
		return
	case len(r.problems) == maxProblems:
		format, args = "there are more problems than the %d shown", []any{maxProblems}
	}
	r.problems = append(r.problems, Problem{File: p.file, Line: p.line, Col: p.col, Msg: fmt.Sprintf(format, args...)})
}

// follow gives what an alias stands for. ok is false when the pack is too large
// to go on.
func (r *reader) follow(n *yaml.Node) (_ *yaml.Node, ok bool) {
	if r.visits > maxVisits {
		return nil, false
	}
	if r.visits++; r.visits > maxVisits {
		// Nothing else that was found is of use: it was found over and over.
		r.problems = nil
		r.failf(n, "the pack has more than %d values; aliases count as what they stand for", maxVisits)
		return nil, false
	}
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n, true
}

// object is a mapping being read. Keys that are asked for but absent are looked
// up in the outer object, so that a group can speak for its items.
type object struct {
	r     *reader
	what  string
	node  *yaml.Node
	keys  map[string]*yaml.Node
	asked map[string]bool
	outer *object
	// inherited are the keys that this object takes from its outer one.
	inherited map[string]bool
}

// object reads a mapping, or says that it is none.
func (r *reader) object(n *yaml.Node, what string) (*object, bool) {
	n, ok := r.follow(n)
	if !ok {
		return nil, false
	}
	if n.Kind != yaml.MappingNode {
		r.failf(n, "%s: want keys and values, found %s", what, kindOf(n))
		return nil, false
	}
	o := &object{r: r, what: what, node: n, keys: map[string]*yaml.Node{}, asked: map[string]bool{}}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		if k.Kind != yaml.ScalarNode {
			r.failf(k, "%s: a key must be a plain word", what)
			continue
		}
		if _, twice := o.keys[k.Value]; twice {
			r.failf(k, "key %q stands here twice", k.Value)
			continue
		}
		o.keys[k.Value] = v
	}
	return o, true
}

// within makes the object take the named keys from an outer one where it does
// not have them.
func (o *object) within(outer *object, keys ...string) {
	o.outer, o.inherited = outer, map[string]bool{}
	for _, k := range keys {
		o.inherited[k] = true
		outer.asked[k] = true
	}
}

// get is the value of a key, or nil.
func (o *object) get(key string) *yaml.Node {
	o.asked[key] = true
	if o.r.trace != nil {
		o.r.trace(o.what, key)
	}
	n := o.keys[key]
	if n == nil && o.outer != nil && o.inherited[key] {
		n = o.outer.get(key)
	}
	if n == nil || n.Kind == yaml.ScalarNode && n.Tag == "!!null" {
		return nil
	}
	n, ok := o.r.follow(n)
	if !ok {
		return nil
	}
	return n
}

func (o *object) has(key string) bool { return o.get(key) != nil }

// done reports the keys that nobody asked for.
func (o *object) done() {
	known := make([]string, 0, len(o.asked))
	for k := range o.asked {
		known = append(known, k)
	}
	for i := 0; i+1 < len(o.node.Content); i += 2 {
		if k := o.node.Content[i]; k.Kind == yaml.ScalarNode && !o.asked[k.Value] {
			o.r.failf(k, "unknown key %q%s", k.Value, formula.DidYouMean(k.Value, known))
			o.asked[k.Value] = true
		}
	}
}

// need reports a key that must be there and is not.
func (o *object) need(key string) {
	if !o.has(key) {
		o.r.failf(o.node, "%q is missing", key)
	}
}

// str is the text of a key, empty where it is absent.
func (o *object) str(key string) string {
	n := o.get(key)
	if n == nil {
		return ""
	}
	return o.r.scalar(n, key)
}

func (r *reader) scalar(n *yaml.Node, what string) string {
	if n.Kind != yaml.ScalarNode {
		r.failf(n, "%s: want a text, found %s", what, kindOf(n))
		return ""
	}
	return strings.TrimSpace(n.Value)
}

// oneOf is a text that must be one of a few words.
func (o *object) oneOf(key string, words ...string) string {
	s := o.str(key)
	if s != "" && !slices.Contains(words, s) {
		o.r.failf(o.get(key), "%s: %q is not one of %s%s", key, s, strings.Join(words, ", "), formula.DidYouMean(s, words))
		return ""
	}
	return s
}

// text is a label in two languages; both must be there.
func (o *object) text(key string) edu.Text {
	n := o.get(key)
	if n == nil {
		return edu.Text{}
	}
	t, ok := o.r.object(n, key)
	if !ok {
		return edu.Text{}
	}
	t.need("zh")
	t.need("en")
	x := edu.Text{ZH: t.str("zh"), EN: t.str("en")}
	t.done()
	return x
}

// flag is a yes or no, no where absent.
func (o *object) flag(key string) bool { return o.flagOr(key, false) }

func (o *object) flagOr(key string, absent bool) bool {
	n := o.get(key)
	if n == nil {
		return absent
	}
	v, ok := yesNo(n)
	if !ok {
		o.r.failf(n, "%s: want true or false, found %s", key, kindOf(n))
		return absent
	}
	return v
}

func yesNo(n *yaml.Node) (v, ok bool) {
	if n.Kind != yaml.ScalarNode {
		return false, false
	}
	switch n.Value {
	case "true", "yes":
		return true, true
	case "false", "no":
		return false, true
	}
	return false, false
}

// num is a number; ok is false where it is absent or none.
func (o *object) num(key string) (v float64, ok bool) {
	n := o.get(key)
	if n == nil {
		return 0, false
	}
	return o.r.number(n, key)
}

func (r *reader) number(n *yaml.Node, what string) (float64, bool) {
	if n.Kind == yaml.ScalarNode && (n.Tag == "!!int" || n.Tag == "!!float") {
		if v, err := strconv.ParseFloat(n.Value, 64); err == nil && !math.IsInf(v, 0) && !math.IsNaN(v) {
			return v, true
		}
	}
	r.failf(n, "%s: want a number, found %s", what, kindOf(n))
	return 0, false
}

func (o *object) numPtr(key string) *float64 {
	if v, ok := o.num(key); ok {
		return &v
	}
	return nil
}

// whole is a whole number from 0 on.
func (o *object) whole(key string, absent int) int {
	v, ok := o.num(key)
	if !ok {
		return absent
	}
	if v != math.Trunc(v) || v < 0 || v > 1e6 {
		o.r.failf(o.get(key), "%s: want a whole number from 0 on, found %v", key, v)
		return absent
	}
	return int(v)
}

// date is a day; 0 where absent.
func (o *object) date(key string) edu.Date {
	s := o.str(key)
	if s == "" {
		return 0
	}
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		o.r.failf(o.get(key), "%s: %q is not a date; want one like 2017-04-19", key, s)
		return 0
	}
	return edu.DateOf(t)
}

// seq is the list of a key.
func (o *object) seq(key string) []*yaml.Node {
	n := o.get(key)
	if n == nil {
		return nil
	}
	return o.r.sequence(n, key)
}

func (r *reader) sequence(n *yaml.Node, what string) []*yaml.Node {
	if n.Kind != yaml.SequenceNode {
		r.failf(n, "%s: want a list, found %s", what, kindOf(n))
		return nil
	}
	out := make([]*yaml.Node, 0, len(n.Content))
	for _, c := range n.Content {
		c, ok := r.follow(c)
		if !ok {
			return out
		}
		out = append(out, c)
	}
	return out
}

// texts is a list of texts, or one text alone.
func (o *object) texts(key string) []string {
	n := o.get(key)
	if n == nil {
		return nil
	}
	if n.Kind == yaml.ScalarNode {
		return []string{o.r.scalar(n, key)}
	}
	var out []string
	for _, c := range o.r.sequence(n, key) {
		s := o.r.scalar(c, key)
		if s == "" {
			continue
		}
		if slices.Contains(out, s) {
			o.r.failf(c, "%s: %q stands here twice", key, s)
			continue
		}
		out = append(out, s)
	}
	return out
}

var idPattern = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// id is the id of an item, which must be there and be a name that formulas can
// use.
func (o *object) id() string {
	o.need("id")
	s := o.str("id")
	if s != "" && !idPattern.MatchString(s) {
		o.r.failf(o.get("id"), "id %q: want small letters, digits and _, a letter first (a hyphen is a minus in a formula)", s)
	}
	return s
}

// mark remembers where a field of an item stands.
func (o *object) mark(item any, key string) {
	p := o.r.here(o.node)
	if n := o.get(key); n != nil {
		p = o.r.here(n)
	}
	o.r.at[field{item, key}] = p
}

// formula is a formula with its place; it is parsed when names are resolved.
func (o *object) formula(key string) *Formula {
	n := o.get(key)
	if n == nil {
		return nil
	}
	return o.r.formula(n, key)
}

func (r *reader) formula(n *yaml.Node, what string) *Formula {
	if n.Kind != yaml.ScalarNode || strings.TrimSpace(n.Value) == "" {
		r.failf(n, "%s: want a formula, found %s", what, kindOf(n))
		return nil
	}
	f := &Formula{Src: n.Value, File: r.file, Line: n.Line, Col: n.Column}
	switch n.Style {
	case yaml.DoubleQuotedStyle, yaml.SingleQuotedStyle:
		f.Col++
	case yaml.LiteralStyle, yaml.FoldedStyle:
		r.block(f)
	}
	return f
}

// block takes a formula written over several lines as it stands in the file, so
// that places in it are places in the file.
func (r *reader) block(f *Formula) {
	first := f.Line // the line after the key, counted from 0
	if first >= len(r.text) {
		return
	}
	indent := len(r.text[first]) - len(strings.TrimLeft(r.text[first], " "))
	var lines []string
	for _, line := range r.text[first:] {
		if len(line) < indent || strings.TrimLeft(line[:indent], " ") != "" {
			break
		}
		lines = append(lines, strings.TrimRight(line[indent:], " \r"))
	}
	src := strings.Join(lines, "\n")
	if !slices.Equal(strings.Fields(src), strings.Fields(f.Src)) {
		return
	}
	f.Src, f.Line, f.Col = strings.TrimRight(src, "\n"), f.Line+1, indent+1
}

// kindOf says what stands at a node, for a message.
func kindOf(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "keys and values"
	case yaml.SequenceNode:
		return "a list"
	case yaml.ScalarNode:
		v := []rune(n.Value)
		if len(v) == 0 {
			return "nothing"
		}
		if len(v) > 40 {
			v = append(v[:40], '…')
		}
		return strconv.Quote(string(v))
	}
	return "an alias"
}
