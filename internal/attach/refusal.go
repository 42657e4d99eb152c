package attach

import (
	"fmt"

	"shuren/internal/edu"
	"shuren/internal/fault"
)

// Refusal says why a file is not taken and what to do, for the person who sent
// it. It wraps fault.Invalid or fault.TooLarge.
type Refusal struct {
	Kind error
	Text edu.Text
}

func (r *Refusal) Error() string { return r.Text.EN }

func (r *Refusal) Unwrap() error { return r.Kind }

// In is the refusal in a language.
func (r *Refusal) In(lang string) string { return r.Text.In(lang) }

func refuse(kind error, zh, en string) error {
	return &Refusal{Kind: kind, Text: edu.Text{ZH: zh, EN: en}}
}

func invalid(zh, en string) error { return refuse(fault.Invalid, zh, en) }

// damaged is a file that is not what its kind allows. Why goes to no one: a
// person can only save it anew.
func damaged(t Type) error {
	return invalid(t.name().ZH+" 文件已损坏、不完整，或不是按规范写成的：请打开后另存再上传", "the "+t.name().EN+" file is damaged, cut off or not written to its standard: open it and save it anew")
}

func twoKinds() error {
	return invalid("文件里还藏着另一种文件：请打开后另存再上传", "another kind of file is hidden in it: open it and save it anew")
}

func active(zh, en, doZH, doEN string) error {
	return invalid("文件中有"+zh+"："+doZH, "the file has "+en+": "+doEN)
}

func tooManyParts(t Type) error {
	return refuse(fault.TooLarge, fmt.Sprintf("%s 文件的部件超过 %d 个", t.name().ZH, maxParts), fmt.Sprintf("the %s file has more than %d parts", t.name().EN, maxParts))
}

func bomb(t Type) error {
	return refuse(fault.TooLarge, fmt.Sprintf("%s 文件解开后超过 %d MB，或超过原来的 %d 倍", t.name().ZH, maxUnpacked>>20, maxRatio),
		fmt.Sprintf("the %s file unpacks to more than %d MB, or to more than %d times its size", t.name().EN, maxUnpacked>>20, maxRatio))
}
