// How an estimate comes about, in lines that a page and a terminal print alike.

package valueadd

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"math"
	"strconv"

	"shuren/internal/edu"
)

// Doc is where the formulas of the model are written down.
const Doc = "docs/value-added.md#the-model"

// Line is one line of an explanation: what it is of, and the formula with its
// numbers put in.
type Line struct {
	Name edu.Text
	Says string
}

// Explain says how a school's estimate follows from what is kept: its pupils'
// means, the model's variances and its count. It is empty where the school is not
// shown. The pupils themselves are not kept, so it ends there.
func (r *Result) Explain(e *Effect) []Line {
	if !e.Shown {
		return nil
	}
	n := strconv.Itoa(e.Pupils)
	residual := e.Raw - e.Expected
	lines := []Line{
		{edu.Text{ZH: "参加估计的学生数 n", EN: "Pupils that count, n"}, n},
		{edu.Text{ZH: "原始平均 ȳ", EN: "Raw mean ȳ"}, digits(e.Raw)},
		{edu.Text{ZH: "期望平均 x̄β（起点相同的学生在平均学校的平均）", EN: "Expected mean x̄β (of pupils alike in the average school)"}, digits(e.Expected)},
		{edu.Text{ZH: "平均残差 r = ȳ − x̄β", EN: "Mean residual r = ȳ − x̄β"}, digits(e.Raw) + " − " + digits(e.Expected) + " = " + digits(residual)},
	}
	v := r.Variances
	if v.School == 0 {
		return append(lines, Line{edu.Text{ZH: "增值 u", EN: "Value added u"}, "σu² = 0, u = 0"})
	}
	lambda := v.School / v.Pupil
	lo, hi := e.Interval()
	return append(lines,
		Line{edu.Text{ZH: "方差比 λ = σu² / σe²", EN: "Ratio of variances λ = σu² / σe²"}, digits(v.School) + " / " + digits(v.Pupil) + " = " + digits(lambda)},
		Line{edu.Text{ZH: "可靠性 nλ / (1 + nλ)", EN: "Reliability nλ / (1 + nλ)"}, n + " × " + digits(lambda) + " / (1 + " + n + " × " + digits(lambda) + ") = " + digits(e.Reliability)},
		Line{edu.Text{ZH: "增值 u = 可靠性 × r", EN: "Value added u = reliability × r"}, digits(e.Reliability) + " × " + digits(residual) + " = " + digits(e.Value)},
		Line{edu.Text{ZH: "标准误（含系数的不确定性）", EN: "Standard error, the coefficients' included"}, digits(e.SE)},
		Line{edu.Text{ZH: "95% 区间 u ± 1.96 × 标准误", EN: "95 % interval u ± 1.96 standard errors"}, digits(lo) + " … " + digits(hi)},
	)
}

// digits is a number of an explanation, with as many digits as it takes to follow
// the arithmetic.
func digits(v float64) string {
	if v == 0 || math.IsNaN(v) {
		return "0"
	}
	return strconv.FormatFloat(v, 'f', max(0, min(6, 5-int(math.Floor(math.Log10(math.Abs(v)))))), 64)
}

// Fingerprint is the SHA-256 of a file of pupils, by which an estimate says what it
// was made from although the file is not kept. Where r cannot be read twice it is
// empty.
func Fingerprint(r io.Reader) (string, error) {
	s, ok := r.(io.ReadSeeker)
	if !ok {
		return "", nil
	}
	h := sha256.New()
	if _, err := io.Copy(h, s); err != nil {
		return "", err
	}
	if _, err := s.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
