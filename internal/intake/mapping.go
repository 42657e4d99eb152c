// Mappings: what somebody said the columns of a foreign file mean, kept so that
// nobody says it twice.

package intake

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"shuren/internal/fault"
	"shuren/internal/pack"
	"shuren/internal/sheet"
)

// Mapping is how the columns of one kind of file are read. The kind is known by
// its signature: the headers, whatever their order.
type Mapping struct {
	Signature string            `json:"signature"`
	Pack      string            `json:"pack"`           // ref of the pack that the targets are of
	Feed      string            `json:"feed,omitempty"` // id of the feed that the file is an export of
	Form      string            `json:"form,omitempty"` // or of the form whose papers it fills in
	Headers   map[string]string `json:"headers"`        // header -> target; "-" is left out
}

// Signature tells kinds of file apart by their headers. Columns may be moved;
// a header that is written wider or with another bracket is the same.
func Signature(headers []string) string {
	var folded []string
	for _, h := range headers {
		if f := fold(h); f != "" {
			folded = append(folded, f)
		}
	}
	slices.SortFunc(folded, cmp.Compare[string])
	sum := sha256.Sum256([]byte(strings.Join(folded, "\x00")))
	return hex.EncodeToString(sum[:16])
}

// limits of a mapping that comes from outside.
const (
	maxMapping = 1 << 20
	maxHeaders = 2000
)

// ReadMapping reads a mapping from JSON and checks its targets against a pack.
func ReadMapping(b []byte, p *pack.Pack) (*Mapping, error) {
	if len(b) > maxMapping {
		return nil, fmt.Errorf("a mapping of more than 1 MB: %w", fault.TooLarge)
	}
	var m Mapping
	if err := json.Unmarshal(b, &m); err != nil {
		return nil, fmt.Errorf("mapping: %s: %w", err, fault.Invalid)
	}
	return &m, m.Check(p)
}

// Check tells whether every target is there and no two columns give the same.
func (m *Mapping) Check(p *pack.Pack) error {
	if len(m.Headers) > maxHeaders {
		return fmt.Errorf("a mapping of %d columns: %w", len(m.Headers), fault.TooLarge)
	}
	v, err := newVocabulary(p, m.Headers)
	if err != nil {
		return err
	}
	from := map[target]string{}
	for _, h := range slices.Sorted(maps.Keys(v.mapped)) {
		t := v.mapped[h]
		if was := from[t]; was != "" && t.role != roleIgnored {
			return fmt.Errorf("columns %q and %q both mean %s: %w", was, h, t.id(), fault.Invalid)
		}
		from[t] = h
	}
	return nil
}

// Preview is a sheet of a foreign file, as a person looks at it to say what its
// columns mean.
type Preview struct {
	Sheet     string
	Row       int // of the last row of the header
	Columns   []Unknown
	Signature string
	// Known is how many columns the pack knows without any mapping.
	Known int
}

const (
	previewRows = headRows + 8
	samples     = 5
	maxPreviews = 50
)

// Look opens a foreign file and finds the header of each of its sheets. A sheet
// without anything that could be a header is left out.
func Look(ctx context.Context, f File, p *pack.Pack, lim sheet.Limits) ([]Preview, error) {
	v, err := newVocabulary(p, nil)
	if err != nil {
		return nil, err
	}
	if lim == (sheet.Limits{}) {
		lim = sheet.DefaultLimits
	}
	in, err := f.Open()
	if err != nil {
		return nil, err
	}
	book, err := sheet.Open(in, lim)
	if err != nil {
		return nil, err
	}
	defer book.Close()
	var out []Preview
	for _, s := range book.Sheets {
		if s.Hidden || len(out) == maxPreviews {
			continue
		}
		rows, err := s.Head(ctx, previewRows)
		if err != nil {
			return nil, err
		}
		if pv := v.preview(s.Name, rows); pv != nil {
			out = append(out, *pv)
		}
	}
	return out, nil
}

// preview finds the header of a sheet: the one under which the pack knows most
// columns, or else the fullest row of words that has a row with a figure below.
func (v *vocabulary) preview(name string, rows []sheet.Row) *Preview {
	first, depth, known := -1, 1, 0
	if h := v.recognise(name, rows[:min(len(rows), headRows)]); h != nil && h.known > 1 {
		first, depth, known = h.first, h.depth, h.known
	}
	for i := 0; first < 0 && i < len(rows) && i < headRows; i++ {
		if full(rows[i]) > 1 && !numeric(rows[i]) && i+1 < len(rows) && full(rows[i+1]) > 0 {
			best := true
			for _, r := range rows[i+1 : min(len(rows), headRows)] {
				if numeric(r) {
					break
				}
				best = best && full(r) <= full(rows[i])
			}
			if best {
				first = i
			}
		}
	}
	if first < 0 {
		return nil
	}
	pv := &Preview{Sheet: name, Row: rows[first+depth-1].Number, Known: known}
	width := 0
	for _, r := range rows[first : first+depth] {
		width = max(width, len(r.Cells))
	}
	var headers []string
	for c := range width {
		var levels []string
		for _, r := range rows[first : first+depth] {
			if c < len(r.Cells) && r.Cells[c] != "" && !slices.Contains(levels, r.Cells[c]) {
				levels = append(levels, r.Cells[c])
			}
		}
		if len(levels) == 0 {
			continue
		}
		u := Unknown{Column: sheet.Letters(c), Header: strings.Join(levels, " ")}
		for _, r := range rows[first+depth:] {
			if c < len(r.Cells) && r.Cells[c] != "" && len(u.Samples) < samples && !counting(r) {
				u.Samples = append(u.Samples, r.Cells[c])
			}
		}
		pv.Columns, headers = append(pv.Columns, u), append(headers, u.Header)
	}
	pv.Signature = Signature(headers)
	return pv
}

// full counts the different texts of a row.
func full(r sheet.Row) int {
	seen := map[string]bool{}
	for _, c := range r.Cells {
		if c != "" {
			seen[c] = true
		}
	}
	return len(seen)
}

// ReadForeign reads files by a mapping.
func ReadForeign(ctx context.Context, files []File, p *pack.Pack, m *Mapping, opt Options) (*Batch, error) {
	if err := m.Check(p); err != nil {
		return nil, err
	}
	opt.Map = m.Headers
	return Read(ctx, files, p, opt)
}
