package pack

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"shuren/internal/edu"
	"shuren/internal/fault"
)

// ThresholdEdit is another threshold for an indicator of a pack that a city
// writes itself.
type ThresholdEdit struct {
	Standard  string
	Indicator string
	Stage     edu.Stage // empty for every stage
	Op        Op
	Value     float64
	From      edu.Date
	Source    string
	Tag       string
}

// SetThreshold writes a threshold into the file of a pack that holds its
// standard, in place of the pack's own for the same indicator and stage, or into
// a new file. Comments and everything else stay. It gives the file and its text.
func SetThreshold(files map[string][]byte, t ThresholdEdit) (file string, body []byte, err error) {
	key := ""
	for _, c := range comparisons {
		if c.op == t.Op {
			key = c.key
		}
	}
	if key == "" || t.Op == Equal || t.Standard == "" || t.Indicator == "" {
		return "", nil, fmt.Errorf("a threshold needs its standard, indicator and comparison: %w", fault.Invalid)
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if strings.HasPrefix(name, extendsDir+"/") || strings.HasPrefix(name, usesDir+"/") {
			continue
		}
		var doc yaml.Node
		if yaml.Unmarshal(files[name], &doc) != nil || len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
			continue
		}
		st := standardNode(doc.Content[0], t.Standard)
		if st == nil {
			continue
		}
		t.into(st, key)
		body, err = encode(&doc)
		return name, body, err
	}
	// A standard may stand in a file of its own, by its id.
	st := mapping("id", t.Standard)
	t.into(st, key)
	doc := mapping()
	doc.Content = append(doc.Content, scalar("standards"), &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Content: []*yaml.Node{st}})
	body, err = encode(doc)
	return t.Standard + ".yaml", body, err
}

func encode(n *yaml.Node) ([]byte, error) {
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(n); err != nil {
		return nil, err
	}
	return b.Bytes(), e.Close()
}

func scalar(s string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s} }

func mapping(kv ...string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	for _, s := range kv {
		n.Content = append(n.Content, scalar(s))
	}
	return n
}

// lookUp is the value of a key of a mapping, or nil.
func lookUp(n *yaml.Node, key string) *yaml.Node {
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// standardNode finds a standard in a file: in its list, or the file itself.
func standardNode(file *yaml.Node, id string) *yaml.Node {
	if list := lookUp(file, "standards"); list != nil && list.Kind == yaml.SequenceNode {
		for _, st := range list.Content {
			if v := lookUp(st, "id"); v != nil && v.Value == id {
				return st
			}
		}
	}
	if v := lookUp(file, "id"); v != nil && v.Value == id && (lookUp(file, "thresholds") != nil || lookUp(file, "rules") != nil) {
		return file
	}
	return nil
}

// into puts the threshold among those of a standard.
func (t ThresholdEdit) into(st *yaml.Node, key string) {
	list := lookUp(st, "thresholds")
	if list == nil {
		list = &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		st.Content = append(st.Content, scalar("thresholds"), list)
	}
	number := &yaml.Node{Kind: yaml.ScalarNode, Value: strconv.FormatFloat(t.Value, 'f', -1, 64)}
	n := mapping("indicator", t.Indicator)
	n.Style = yaml.FlowStyle
	value := number
	if t.Stage != "" {
		value = &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Style: yaml.FlowStyle, Content: []*yaml.Node{scalar(string(t.Stage)), number}}
	}
	n.Content = append(n.Content, scalar(key), value)
	if t.From != 0 {
		n.Content = append(n.Content, scalar("from"), &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!timestamp", Value: t.From.String()})
	}
	n.Content = append(n.Content, scalar("source"), scalar(t.Source), scalar("evidence"), scalar(t.Tag))
	for i, old := range list.Content {
		if v := lookUp(old, "indicator"); v == nil || v.Value != t.Indicator {
			continue
		}
		if t.replaces(old) {
			n.HeadComment = old.HeadComment
			list.Content[i] = n
			return
		}
	}
	list.Content = append(list.Content, n)
}

// replaces tells that a threshold of the same indicator is for the same stage and
// no other.
func (t ThresholdEdit) replaces(old *yaml.Node) bool {
	for _, c := range comparisons {
		v := lookUp(old, c.key)
		if v == nil {
			continue
		}
		if v.Kind != yaml.MappingNode {
			return t.Stage == ""
		}
		return len(v.Content) == 2 && v.Content[0].Value == string(t.Stage)
	}
	return false
}
