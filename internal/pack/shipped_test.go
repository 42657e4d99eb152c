package pack

import "testing"

func TestShippedPacksLoad(t *testing.T) {
	for _, name := range Shipped() {
		p, err := Open(name)
		if err != nil {
			t.Errorf("%s:\n%v", name, err)
			continue
		}
		if p.Ref() != name {
			t.Errorf("the folder %s holds the pack %s", name, p.Ref())
		}
		for _, problem := range p.Check() {
			t.Log(problem)
		}
	}
}
