// Sheets with one row for each item: 项目, 数值, 佐证材料.

package intake

import (
	"slices"

	"shuren/internal/edu"
	"shuren/internal/frame"
	"shuren/internal/sheet"
)

// tall makes a table of one county, or one for each county that the sheet
// names, of rows that hold one answer each.
func (w *work) tall() {
	w.level = edu.County
	role := edu.County.String()
	if w.roles[role] == nil && w.roles[role+"_name"] != nil {
		role += "_name"
	}
	at := func(name string, i int) string {
		if f := w.roles[name]; f != nil {
			return w.data.Text[f.slot].At(i)
		}
		return ""
	}
	item, value := w.roles[roleItem], w.roles[roleValue]
	tables := map[string]*frame.Table{}
	var order []*frame.Table
	for i := range w.data.N {
		name := at(roleItem, i)
		if name == "" || sumsUp(name) {
			continue
		}
		ts, unit := w.meaning(w.main, []string{name})
		ts = slices.DeleteFunc(slices.Clone(ts), func(t target) bool { return t.el == nil || levelOf(t.el) > edu.County })
		switch {
		case len(ts) == 0:
			w.problem(Problem{Row: int(w.data.Rows[i]), Column: sheet.Letters(item.index), Header: item.header, Kind: KindRow, Found: quoted(name),
				Wanted: both("不是已知的项目，没有读取", "is not a known item; the row was not read")})
			continue
		case len(ts) > 1:
			w.at(item, i, KindHeader, quoted(name), both("含义不唯一："+ts[0].label().ZH+"、"+ts[1].label().ZH, "may mean "+ts[0].label().EN+" or "+ts[1].label().EN))
			continue
		}
		t := ts[0]
		county := w.hints[edu.County.String()]
		countyName := w.hints[edu.County.String()+"_name"]
		if f := w.roles[role]; f != nil {
			county, countyName = code(at(role, i)), at(edu.County.String()+"_name", i)
			if county == "" {
				county = countyName // a development zone has no code of its own
			}
			if county == "" {
				w.at(f, i, KindKey, edu.Text{}, both("未填，每行都需要", "the cell is empty; every record needs one"))
				continue
			}
		} else if county == "" {
			county = countyName
		}
		tab := tables[county]
		if tab == nil {
			tab = &frame.Table{Level: edu.County, File: w.file, Sheet: w.sheet, N: 1, Rows: []int32{w.data.Rows[i]},
				Cols: map[string][]float64{}, Texts: map[string]*frame.Strings{}, Heads: map[string]frame.Head{}}
			if county != "" {
				tab.Key = constant(county, 1)
				tab.Name = constant(countyName, 1)
			}
			for l := edu.Nation; l < edu.County; l++ {
				tab.Path[l], tab.PathName[l] = w.oneKey(l.String(), i), w.oneKey(l.String()+"_name", i)
			}
			tab.Period = w.tallPeriod(i)
			tables[county] = tab
			order = append(order, tab)
		}
		if h, ok := tab.Heads[t.id()]; ok {
			w.at(item, i, KindDuplicate, quoted(name), textf("与第 %d 行重复", "is there already in row %d", h.Row))
			continue
		}
		f := *value
		f.target = t
		if m := fold(at(roleMeasure, i)); unit == "" && m != "" {
			if _, ok := w.measures.parse(m); ok {
				unit = m
			}
		}
		shift := 0
		filledIn := ""
		switch t.el.Type {
		case edu.TypeCount, edu.TypeArea, edu.TypeMoney, edu.TypeRatio:
			var wanted *edu.Text
			if shift, filledIn, wanted = w.shiftOf(t.el, unit); wanted != nil {
				w.at(item, i, KindHeader, edu.Text{}, *wanted)
				continue
			}
		}
		tab.Heads[t.id()] = frame.Head{Column: sheet.Letters(value.index), Header: name, FilledIn: filledIn, Row: w.data.Rows[i]}
		text := at(roleValue, i)
		if t.el.Type == edu.TypeText {
			tab.Texts[t.id()] = constant(text, 1)
			continue
		}
		tab.Cols[t.id()] = []float64{w.answer(&f, i, text, shift)}
		if e := at(roleEvidence, i); e != "" {
			tab.Texts[t.id()] = constant(e, 1)
		}
	}
	w.tables = append(w.tables, order...)
}

// answer reads one figure, and says what is wrong with it.
func (w *work) answer(f *field, record int, text string, shift int) float64 {
	if x, ok := sheet.Number(text, 0); ok && slices.Contains(w.pack.MissingCodes, x) {
		return edu.Missing()
	}
	v, wanted := figure(text, f.el, shift)
	if wanted == nil {
		wanted = outside(v.Float(), f.el)
	}
	if wanted == nil && v.IsNotApplicable() && f.el.Always && f.part == "" {
		w := alwaysApplies(f.el)
		wanted = &w
	}
	if wanted != nil {
		w.at(f, record, KindCell, quoted(text), *wanted)
		return edu.Missing()
	}
	if v.IsMissing() && f.el.Required {
		w.problem(Problem{Row: int(w.data.Rows[record]), Column: sheet.Letters(f.index), Header: f.header, Element: f.id(), Kind: KindMissing,
			Found: quoted(f.el.Name.In("zh")), Wanted: both("未填，此数据项必填", "is empty though it is required")})
	}
	return v.Float()
}

// oneKey is a key of one record.
func (w *work) oneKey(role string, record int) *frame.Strings {
	if f := w.roles[role]; f != nil {
		if s := w.data.Text[f.slot].At(record); s != "" {
			return constant(s, 1)
		}
	}
	if h := w.hints[role]; h != "" {
		return constant(h, 1)
	}
	return nil
}

func (w *work) tallPeriod(record int) edu.Period {
	if s := w.oneKey("period", record); s != nil {
		if p, err := periodOf(s.At(0)); err == nil {
			return p
		}
		w.problem(Problem{Row: int(w.data.Rows[record]), Kind: KindPeriod, Blocking: true, Found: quoted(s.At(0)), Wanted: both("不是学年，应为 2025 或 2025-2026", "is not a period: want 2025 or 2025-2026")})
	}
	return periodIn(w.sheet)
}
