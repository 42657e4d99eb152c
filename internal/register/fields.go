package register

// Field is a column of a register's file.
type Field struct {
	ID    string
	EN    string
	Heads []string // how the columns are called in files; the first is ours
	Must  bool
}

// ChildFields are the columns of a file of children, in the order of our own files.
var ChildFields = []Field{
	{ID: "name", EN: "Name", Heads: []string{"姓名", "学生姓名", "name", "pupil name"}, Must: true},
	{ID: "student", EN: "Student number", Heads: []string{"学籍号", "全国学籍号", "学生学籍号", "student number", "student id"}},
	{ID: "citizen", EN: "Identity number", Heads: []string{"身份证号", "身份证件号", "公民身份号码", "身份证号码", "证件号码", "identity number", "id number", "citizen id"}},
	{ID: "sex", EN: "Sex", Heads: []string{"性别", "sex", "gender"}},
	{ID: "born", EN: "Date of birth", Heads: []string{"出生日期", "出生年月日", "出生年月", "date of birth", "born", "birth date"}},
	{ID: "school", EN: "School code", Heads: []string{"学校标识码", "学校代码", "学校（机构）标识码", "school code", "school"}},
	{ID: "school_name", EN: "School name", Heads: []string{"学校名称", "就读学校", "学校", "school name"}},
	{ID: "home", EN: "Household unit", Heads: []string{"户籍地单位", "户籍乡镇", "户籍地乡镇", "户籍地代码", "household unit", "home unit"}},
	{ID: "stage", EN: "Stage", Heads: []string{"学段", "就读学段", "stage"}},
	{ID: "grade", EN: "Grade", Heads: []string{"年级", "就读年级", "grade"}},
	{ID: "class", EN: "Class", Heads: []string{"班级", "班级名称", "班号", "class"}},
	{ID: "boards", EN: "Boards", Heads: []string{"是否住校", "是否寄宿", "寄宿生", "寄宿", "住校", "住宿", "是否住宿", "boards", "boarding"}},
	{ID: "groups", EN: "Groups", Heads: []string{"群体标记", "群体", "特殊群体", "groups"}},
	{ID: "left_behind", EN: "Left behind", Heads: []string{"是否留守儿童", "留守儿童", "留守", "left behind"}},
	{ID: "migrant", EN: "Migrant", Heads: []string{"是否随迁子女", "随迁子女", "是否进城务工人员随迁子女", "migrant"}},
	{ID: "disabled", EN: "Disabled", Heads: []string{"是否残疾", "残疾", "残疾类型", "disabled", "disability"}},
	{ID: "orphan", EN: "Orphan", Heads: []string{"是否孤儿", "孤儿", "orphan"}},
	{ID: "schooling", EN: "State of schooling", Heads: []string{"就学状态", "就读状态", "学生状态", "schooling", "state"}},
	{ID: "proof", EN: "Proof", Heads: []string{"证明材料", "证明", "proof"}},
	{ID: "proof_kind", EN: "Kind of proof", Heads: []string{"证明类型", "证明种类", "kind of proof"}},
	{ID: "approved", EN: "Approved by", Heads: []string{"批准单位/文号", "批准单位", "approved by", "approved"}},
	{ID: "approval", EN: "Approval number", Heads: []string{"批准文号", "审批文号", "approval number", "approval"}},
	{ID: "from", EN: "From", Heads: []string{"起始日期", "起期", "起", "from"}},
	{ID: "until", EN: "Until", Heads: []string{"到期日期", "止期", "止", "until"}},
	{ID: "left", EN: "Day of leaving", Heads: []string{"离校日期", "转出日期", "离校时间", "day of leaving", "left"}},
	{ID: "leaving", EN: "Kind of leaving", Heads: []string{"离校类型", "离校类别", "异动类型", "kind of leaving", "leaving"}},
	{ID: "from_school", EN: "School before", Heads: []string{"转出学校", "转出学校（原学校）", "原就读学校", "原学校", "school before", "from school"}},
	{ID: "to_school", EN: "School gone to", Heads: []string{"去向学校", "去向学校（转入或县外就读）", "转入学校", "接收学校", "县外就读学校", "school gone to", "to school"}},
	{ID: "received", EN: "Receipt of the transfer", Heads: []string{"转学回执", "接收学校回执", "回执", "receipt of the transfer", "receipt"}},
	{ID: "receipt", EN: "Day of the receipt", Heads: []string{"回执日期", "day of the receipt", "receipt date"}},
	{ID: "case", EN: "National case number", Heads: []string{"国家平台编号", "平台编号", "个案编号", "case number", "case"}},
	{ID: "guardian", EN: "Guardian", Heads: []string{"监护人", "监护人姓名", "家长姓名", "guardian"}},
	{ID: "relation", EN: "Relation", Heads: []string{"与监护人关系", "关系", "relation"}},
	{ID: "phone", EN: "Phone", Heads: []string{"联系电话", "监护人电话", "电话", "phone"}},
	{ID: "household", EN: "Place of household", Heads: []string{"户籍地", "户口所在地", "户籍地址", "household"}},
	{ID: "address", EN: "Address", Heads: []string{"现住址", "家庭住址", "居住地址", "address"}},
}

// StaffFields are the columns of a file of staff (教职工名册, forms.md §3).
var StaffFields = []Field{
	{ID: "name", EN: "Name", Heads: []string{"姓名", "教师姓名", "name"}, Must: true},
	{ID: "citizen", EN: "Identity number", Heads: []string{"身份证号", "身份证件号", "公民身份号码", "身份证号码", "证件号码", "identity number", "id number", "citizen id"}, Must: true},
	{ID: "sex", EN: "Sex", Heads: []string{"性别", "sex", "gender"}},
	{ID: "born", EN: "Date of birth", Heads: []string{"出生日期", "出生年月日", "出生年月", "date of birth", "born"}},
	{ID: "unit", EN: "Unit code", Heads: []string{"所在单位代码", "学校标识码", "学校代码", "单位代码", "unit code", "school code"}},
	{ID: "unit_name", EN: "Unit name", Heads: []string{"所在单位", "学校名称", "单位名称", "单位", "学校", "unit", "school name"}},
	{ID: "posts", EN: "Unit of the post", Heads: []string{"编制所在单位", "编制所在单位代码", "post unit"}},
	{ID: "category", EN: "Kind of employment", Heads: []string{"人员类别", "用人形式", "category", "employment"}, Must: true},
	{ID: "duty", EN: "State of duty", Heads: []string{"在岗状态", "在岗情况", "duty"}, Must: true},
	{ID: "post", EN: "Kind of post", Heads: []string{"岗位", "岗位类别", "岗位类型", "post"}, Must: true},
	{ID: "stage", EN: "Stage", Heads: []string{"任教学段", "学段", "stage"}},
	{ID: "subject", EN: "Subject", Heads: []string{"主教学科", "任教学科", "学科", "subject"}},
	{ID: "second", EN: "Second subject", Heads: []string{"兼教", "兼教学科", "second subject"}},
	{ID: "hours", EN: "Lessons a week", Heads: []string{"周课时", "周课时数", "lessons a week", "hours"}},
	{ID: "degree", EN: "Degree", Heads: []string{"最高学历", "学历", "degree"}},
	{ID: "licence", EN: "Licence", Heads: []string{"教师资格种类/学科", "教师资格", "教师资格种类", "licence", "license"}},
	{ID: "title", EN: "Title", Heads: []string{"职称", "专业技术职务", "title"}},
	{ID: "backbone", EN: "Backbone level", Heads: []string{"骨干层级", "骨干教师", "骨干教师层级", "backbone", "backbone level"}},
	{ID: "document", EN: "Document of the award", Heads: []string{"认定文号", "文号", "document"}},
	{ID: "awarded", EN: "Year of the award", Heads: []string{"认定年份", "年份", "awarded"}},
	{ID: "since", EN: "At the school since", Heads: []string{"本校起始年月", "到校年月", "since"}},
	{ID: "head_since", EN: "Term as head since", Heads: []string{"干部任期起", "任现职年月", "head since"}},
	{ID: "head_terms", EN: "Terms as head here", Heads: []string{"任期届数", "任职届数", "head terms"}},
	{ID: "training", EN: "Training hours in five years", Heads: []string{"五年学时", "五年培训学时", "培训学时", "training hours", "training"}},
	{ID: "class_head", EN: "Class teacher", Heads: []string{"班主任", "是否班主任", "class teacher"}},
	{ID: "class_years", EN: "Years as class teacher", Heads: []string{"任班主任年限", "班主任年限", "class teacher years"}},
	{ID: "mind", EN: "Mental health teacher", Heads: []string{"心理健康教师", "mental health teacher"}},
	{ID: "dual", EN: "Dual-trained", Heads: []string{"双师型", "是否双师型", "dual trained"}},
	{ID: "phone", EN: "Phone", Heads: []string{"联系电话", "手机号", "电话", "phone"}},
	{ID: "address", EN: "Address", Heads: []string{"现住址", "家庭住址", "address"}},
}
