// Subjects and titles as registers and counties' tables write them, with their English.

package register

import (
	"strings"

	"shuren/internal/edu"
)

// subjects are those that counties teach, by the words of their tables. A register may
// hold others: what a school teaches of its own is no mistake.
var subjects = map[string]string{"语文": "Chinese", "数学": "Mathematics", "英语": "English", "外语": "Foreign language", "道德与法治": "Morality and law", "思想政治": "Politics", "科学": "Science", "物理": "Physics", "化学": "Chemistry", "生物": "Biology", "生物学": "Biology", "历史": "History", "地理": "Geography",
	"体育": "PE", "体育与健康": "PE and health", "音乐": "Music", "美术": "Fine arts", "艺术": "Arts", "信息技术": "IT", "信息科技": "IT", "劳动": "Labour", "心理健康": "Mental health", "综合实践": "Integrated practice"}

// titles are the grades of teachers, by the words of the reform of 2015.
var titles = map[string]string{"正高级教师": "Full senior", "高级教师": "Senior", "一级教师": "First grade", "二级教师": "Second grade", "三级教师": "Third grade"}

// SubjectText is a subject in both languages, in its own words where no English is known.
func SubjectText(zh string) edu.Text { return either(subjects, zh) }

// TitleText is a teacher's title in both languages, as SubjectText.
func TitleText(zh string) edu.Text { return either(titles, zh) }

// chinese is a word as registers keep it, also where a file has our English one.
func chinese(in map[string]string, word string) string {
	found := word
	for zh, en := range in { // of two that have one English word the shorter
		if strings.EqualFold(en, word) && (found == word || len(zh) < len(found)) {
			found = zh
		}
	}
	return found
}

func either(in map[string]string, zh string) edu.Text {
	if en := in[zh]; en != "" {
		return edu.Text{ZH: zh, EN: en}
	}
	return edu.Text{ZH: zh, EN: zh}
}
