package register

import "shuren/internal/edu"

// ChildFilter narrows a list of children; its zero fields take everything, but for
// List: the empty one is the schools' register.
type ChildFilter struct {
	Year      int // 0 is the newest that there is
	List      List
	School    edu.UnitID
	County    edu.UnitID // or any other unit above schools: it and all below
	Stage     edu.Stage
	Grade     int
	Class     string
	Groups    Groups // all of these marks
	Schooling Schooling
	Boards    bool     // only who boards
	Left      bool     // only who left
	Awaited   bool     // only who left and whose new school has not answered
	Due       edu.Date // only whose exception (缓学, 免学, 休学) ended before this day
	Page      int      // from 1
	Size      int      // 0 is 50; below 0 is all
}

// StaffFilter narrows a list of staff; its zero fields take everything.
type StaffFilter struct {
	Year     int // 0 is the newest that there is
	School   edu.UnitID
	County   edu.UnitID
	Category string
	Duty     string
	Post     string
	Stage    edu.Stage
	Subject  string
	Backbone string // any of Backbones but none, which is not asked for
	Classes  bool   // only who heads a class
	Heads    bool   // only principals and secretaries: whose term has begun
	Page     int
	Size     int // 0 is 50; below 0 is all
}

// List is where a row about a child comes from.
type List string

const (
	Register  List = ""           // the schools' register (学籍)
	Household List = "household"  // the household list of school-age children
	InClass   List = "in_class"   // who is really in class, by roll call
	ExPoor    List = "ex_poverty" // families out of poverty: deleted after the comparison
	Platform  List = "platform"   // the national platform's export of cases
)

// Lists are the lists that can be imported.
var Lists = []Term{
	{string(Register), edu.Text{ZH: "学籍", EN: "School register"}},
	{string(Household), edu.Text{ZH: "户籍适龄儿童名单", EN: "Household list of school-age children"}},
	{string(InClass), edu.Text{ZH: "在校点名名单", EN: "Roll call in class"}},
	{string(ExPoor), edu.Text{ZH: "脱贫户（监测户）名单", EN: "Ex-poverty and monitored households"}},
	{string(Platform), edu.Text{ZH: "国家平台导出", EN: "Export of the national platform"}},
}

// Words gives the text of a term of a closed list; empty where there is none.
func Words(list []Term, id string) edu.Text {
	for _, t := range list {
		if t.ID == id {
			return t.Text
		}
	}
	return edu.Text{}
}
