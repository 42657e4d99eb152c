package task

import "shuren/internal/edu"

// Paper is an official text as content: a page prints it, and a document can be
// made of it.
type Paper struct {
	Title  edu.Text
	No     string // 编号; blank brackets where a person gives it
	Fields []Field
	Paras  []string // of a letter, in Chinese: it goes out as it stands
	To     string   // 主送
	From   string   // who signs
	Day    edu.Date
}

// Field is a line of a sheet.
type Field struct {
	Name  edu.Text
	Value string
	Wide  bool // over the whole width: a text, not a word
	Part  int  // 0 what is given, 1 what the owner fills, 2 what the review says
}
