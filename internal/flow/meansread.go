package flow

import (
	"context"
	"io"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
)

// MeansHeads are the heads of a table of means, as the template has them.
func MeansHeads(k MeansKind) []string {
	return map[MeansKind][]string{
		MeansPrices: {"项目", "单价", "单位", "年份", "依据"},
		MeansStaff:  {"学校代码", "学段", "学科", "计入", "人数", "其中编制在本校", "借出借入", "孕期哺乳", "病休", "五年内退休", "符合交流条件", "9月1日不在岗"},
		MeansWays:   {"乡镇", "到乡镇", "路程", "时间"},
		MeansMoney:  {"学年", "金额", "来源"},
	}[k]
}

// ReadMeans takes lines of one kind from a table that was typed, pasted or sent. It
// closes r. Where something must be mended it says what.
func (c *City) ReadMeans(ctx context.Context, k MeansKind, name string, r io.ReadCloser) (*Means, []edu.Text, error) {
	defer r.Close()
	return nil, nil, auth.Refuse(fault.Invalid, "读取尚未接入", "reading is not connected")
}
