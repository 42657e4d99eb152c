package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"shuren/internal/fault"
	"shuren/internal/pack"
)

// version is what the next release will be called; a release sets it.
const version = "0.1.0-dev"

type versionCmd struct{}

func (versionCmd) Run(a *app) error {
	rev := ""
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				rev = " " + s.Value[:min(12, len(s.Value))]
			}
		}
	}
	fmt.Fprintf(a.Out, "shuren %s%s (%s, %s/%s)\n", version, rev, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return nil
}

type packsCmd struct {
	List  packsListCmd  `cmd:"" default:"1" help:"List the shipped packs."`
	Check packsCheckCmd `cmd:"" help:"Check packs: names, units of measure, worked examples."`
}

type packsListCmd struct{}

func (packsListCmd) Run(a *app) error {
	t := table{head: []string{a.say("方案", "pack"), a.say("名称", "name"), a.say("指标", "indicators"), a.say("依据", "source")}, right: []bool{false, false, true, false}}
	for _, ref := range pack.Shipped() {
		p, err := pack.Open(ref)
		if err != nil {
			return err
		}
		t.add(p.Ref(), p.Name.In(a.lang), fmt.Sprint(len(p.Indicators)), p.Source)
	}
	t.print(a.Out)
	return nil
}

type packsCheckCmd struct {
	Packs []string `arg:"" optional:"" help:"Shipped packs, folders or YAML files; all shipped ones without."`
}

func (c *packsCheckCmd) Run(a *app) error {
	refs := c.Packs
	if len(refs) == 0 {
		refs = pack.Shipped()
	}
	bad := 0
	for _, ref := range refs {
		p, err := pack.Open(ref)
		if err != nil {
			fmt.Fprintf(a.Out, "■ %s\n%v\n", ref, err)
			bad++
			continue
		}
		wrong := false
		for _, q := range p.Check() {
			mark := "■"
			if q.Advice {
				mark = "▲"
			}
			wrong = wrong || !q.Advice
			fmt.Fprintln(a.Out, mark, q)
		}
		if wrong {
			bad++
			continue
		}
		fmt.Fprintf(a.Out, a.say("● %s：%d 个数据项，%d 项指标，%d 个算例全部通过\n", "● %s: %d elements, %d indicators, %d worked examples pass\n"),
			p.Ref(), len(p.Elements), len(p.Indicators), len(p.Examples))
	}
	if bad > 0 {
		return fmt.Errorf("%d of %d packs have errors: %w", bad, len(refs), fault.Blocked)
	}
	return nil
}
