// Map files: lines "header: element" for headers that the pack does not know.

package intake

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"

	"shuren/internal/fault"
)

// maxMap bounds a map file.
const maxMap = 1 << 20

// ReadMap reads a map file: YAML lines of "header: element", where the right
// side is an element id, id.part, a key role such as code or county, or "-" for
// a column to leave out. All problems come at once, each with its line.
func ReadMap(name string, r io.Reader) (map[string]string, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxMap+1))
	if err != nil {
		return nil, err
	}
	if len(b) > maxMap {
		return nil, fmt.Errorf("%s: a map file of more than 1 MB: %w", name, fault.TooLarge)
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(b, &doc); err != nil {
		return nil, fmt.Errorf("%s: %s: %w", name, strings.TrimPrefix(err.Error(), "yaml: "), fault.Invalid)
	}
	if len(doc.Content) == 0 {
		return map[string]string{}, nil
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode {
		return nil, fmt.Errorf("%s:%d:%d: want lines of the form \"header: element\": %w", name, root.Line, root.Column, fault.Invalid)
	}
	out, lines := map[string]string{}, map[string]int{}
	var errs []error
	bad := func(n *yaml.Node, format string, args ...any) {
		errs = append(errs, fmt.Errorf("%s:%d:%d: %s: %w", name, n.Line, n.Column, fmt.Sprintf(format, args...), fault.Invalid))
	}
	for i := 0; i+1 < len(root.Content); i += 2 {
		k, v := root.Content[i], root.Content[i+1]
		switch {
		case k.Kind != yaml.ScalarNode || fold(k.Value) == "":
			bad(k, "the left side is not a header")
		case v.Kind != yaml.ScalarNode:
			bad(v, "the right side of %q is not an element", k.Value)
		case lines[fold(k.Value)] > 0:
			bad(k, "header %q stands in line %d already", k.Value, lines[fold(k.Value)])
		default:
			lines[fold(k.Value)] = k.Line
			out[k.Value] = v.Value
		}
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return out, nil
}
