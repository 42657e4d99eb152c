package task

import (
	"shuren/internal/collect"
	"shuren/internal/edu"
)

// Options are what somebody says with an act. Which of them an act needs is in
// [Next].
type Options struct {
	Text     string   // reason, comment, progress, what was done, what the review says
	Due      edu.Date // asked for, granted, or new
	Lead     string   // new owner
	With     []string // new helpers; nil keeps them
	Into     string   // task to merge into
	Head     string   // 单位负责人审签
	Progress string   // so far, where more time is asked for
	Problems string
	Next     string // 下步打算
	Leader   string // 责任领导, 责任人 and 联系人, as the owner names them when it signs
	Person   string
	Contact  string
	Review   Review
	Outcome  Outcome
	Approval string // 文号
	NoChange bool   // 本期无变化
	Percent  *float64
	Stones   []string // milestones that are reached
	Edit     *Task    // the draft as it is to be
	Day      edu.Date // of the entry; 0 is today
	Sent     string   // id that the client made: the same act sent twice is one
	Files    []string // hashes of evidence
	Serve    []Serves // measures that it serves from now on as well
	Unserve  []Serves // measures that it does not serve any more
	// Exception names who answers for a due day that is not fair.
	Exception collect.Exception
}
