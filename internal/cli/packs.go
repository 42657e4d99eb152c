package cli

import (
	"fmt"

	"shuren/internal/fault"
	"shuren/internal/pack"
)

type packsCmd struct {
	List  packsListCmd  `cmd:"" default:"1" help:"List the shipped packs, or those of a database."`
	Check packsCheckCmd `cmd:"" help:"Check packs: names, units of measure, worked examples; several also against each other."`
	Add   packsAddCmd   `cmd:"" help:"Measure a database by further packs, and collect their forms."`

	Schema packsSchemaCmd `cmd:"" help:"Write the JSON Schema of the pack language, for editors."`
}

type packsListCmd struct {
	DB dbName `name:"db" help:"Database whose packs are listed." placeholder:"DB"`
}

func (c *packsListCmd) Run(a *app) error {
	if c.DB != "" {
		city, err := openCity(a, string(c.DB), "", false)
		if err != nil {
			return err
		}
		defer city.Close()
		a.packs(city.Packs())
		return nil
	}
	var packs []*pack.Pack
	for _, ref := range pack.Shipped() {
		p, err := pack.Open(ref)
		if err != nil {
			return err
		}
		packs = append(packs, p)
	}
	a.packs(packs)
	return nil
}

// packs prints packs, a line each.
func (a *app) packs(packs []*pack.Pack) {
	t := table{head: []string{a.say("方案", "pack"), a.say("名称", "name"), a.say("指标", "indicators"), a.say("依据", "source")}, right: []bool{false, false, true, false}}
	for _, p := range packs {
		t.add(p.Ref(), p.Name.In(a.lang), fmt.Sprint(len(p.Indicators)), p.Source)
	}
	t.print(a.Out)
}

type packsAddCmd struct {
	Packs []string `arg:"" help:"Shipped packs, folders or YAML files."`
	DB    dbName   `name:"db" required:"" help:"Database." placeholder:"DB"`
}

func (c *packsAddCmd) Run(a *app) error {
	city, err := openCity(a, string(c.DB), "", false)
	if err != nil {
		return err
	}
	defer city.Close()
	if err := city.AddPacks(a.ctx, c.Packs...); err != nil {
		return err
	}
	a.packs(city.Packs())
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
	var sound []*pack.Pack
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
		sound = append(sound, p)
	}
	// Packs named together are meant for one city.
	if len(c.Packs) > 1 && bad == 0 {
		if _, err := pack.Union(sound...); err != nil {
			fmt.Fprintf(a.Out, "■ %v\n", err)
			return fmt.Errorf("the packs contradict each other: %w", fault.Blocked)
		}
		fmt.Fprintln(a.Out, a.say("● 各方案相互一致，可用于同一城市", "● the packs agree; one city may be measured by all of them"))
	}
	if bad > 0 {
		return fmt.Errorf("%d of %d packs have errors: %w", bad, len(refs), fault.Blocked)
	}
	return nil
}

type packsSchemaCmd struct{}

func (packsSchemaCmd) Run(a *app) error {
	b, err := pack.Schema()
	if err != nil {
		return err
	}
	_, err = a.Out.Write(b)
	return err
}
