package docx

// Fonts are named and never embedded: 仿宋_GB2312 and 小标宋 are on the machines of
// offices, and are not ours to give away. Each has fall-backs that an office
// program may take where it lacks the first.

type font struct{ name, alt, family, pitch string }

var fonts = []font{
	{fangsong, "仿宋,FangSong,STFangsong,华文仿宋,FZFangSong-Z02,Noto Serif CJK SC", "modern", "fixed"},
	{kaiti, "楷体,KaiTi,STKaiti,华文楷体,FZKai-Z03,Noto Serif CJK SC", "modern", "fixed"},
	{heiti, "SimHei,STHeiti,华文黑体,FZHei-B01,Noto Sans CJK SC", "modern", "fixed"},
	{songti, "SimSun,STSong,华文宋体,FZShuSong-Z01,Noto Serif CJK SC", "auto", "variable"},
	{title, "方正小标宋_GBK,小标宋,STZhongsong,华文中宋,SimSun,Noto Serif CJK SC", "auto", "variable"},
	{latin, "Liberation Serif", "roman", "variable"},
}

const (
	fangsong = "仿宋_GB2312"
	kaiti    = "楷体_GB2312"
	heiti    = "黑体"
	songti   = "宋体"
	title    = "方正小标宋简体"
	latin    = "Times New Roman"
)

func fontTable() string {
	var b xmlPart
	b.put(xmlHead, `<w:fonts xmlns:w="`, nsWord, `">`)
	for _, f := range fonts {
		charset := "86" // of GB 2312
		if f.name == latin {
			charset = "00"
		}
		b.put(`<w:font w:name="`, f.name, `"><w:altName w:val="`, f.alt, `"/><w:charset w:val="`, charset, `"/><w:family w:val="`, f.family, `"/><w:pitch w:val="`, f.pitch, `"/></w:font>`)
	}
	b.put(`</w:fonts>`)
	return b.String()
}

// letters are the fonts of a style: Chinese in one, digits and Latin in another.
func letters(chinese, other string) string {
	return `<w:rFonts w:ascii="` + other + `" w:hAnsi="` + other + `" w:eastAsia="` + chinese + `" w:cs="` + latin + `"/>`
}
