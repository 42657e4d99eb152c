package nation

import (
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"shuren/bench/packs"
	"shuren/internal/frame"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

// The file that other programs were measured with had these bytes.
const digest = "159687e4fc3a06c40884b3fde149e0e42632b5acb31e7f35db40d3747dd349a7"

func TestBytes(t *testing.T) {
	h := sha256.New()
	if err := WriteCSV(h, Sections, 1); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprintf("%x", h.Sum(nil)); got != digest {
		t.Errorf("the nation's bytes have the SHA-256 %s, want %s", got, digest)
	}
}

// frames holds the nation in memory, read from its CSV file once.
var frames = sync.OnceValues(func() (*frame.Set, error) {
	dir, err := os.MkdirTemp("", "nation")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "nation.csv")
	if err := WriteFile(path, func(w io.Writer) error { return WriteCSV(w, Sections, 1) }); err != nil {
		return nil, err
	}
	p, err := Pack()
	if err != nil {
		return nil, err
	}
	return Load(path, p)
})

// changed is the pack with some of its text replaced.
func changed(t testing.TB, was, is string) *pack.Pack {
	t.Helper()
	text, err := fs.ReadFile(packs.FS, "bench-nation@1/pack.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(text), was) != 1 {
		t.Fatalf("the pack has %q %d times, want once", was, strings.Count(string(text), was))
	}
	p, err := pack.Load(fstest.MapFS{"pack.yaml": {Data: []byte(strings.Replace(string(text), was, is, 1))}})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// The rules are data: what comes out follows the pack's text. The last two
// columns of a row are known beforehand only where it says so; everywhere the
// naive loop of naive_test.go must agree.
func TestVerdictsFollowThePack(t *testing.T) {
	set, err := frames()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name     string
		was, is  string
		rules    func(*rules)
		counties int // 0: only the naive loop knows
		sections int
	}{
		{name: "as it stands", was: "of the benchmark}", is: "of the benchmark}", rules: func(*rules) {}, counties: CountiesMet, sections: SectionsMet},
		{name: "a higher threshold", was: "primary: 4.5, junior: 5.8", is: "primary: 4.9, junior: 5.8", rules: func(r *rules) { r.least[0][3] = 4.9 }},
		{name: "another formula", was: "section: equip / students", is: "section: 0.9 * equip / students", rules: func(r *rules) { r.equip = 0.9 }},
		{name: "five of seven", was: "at_least: 6", is: "at_least: 5", rules: func(r *rules) { r.of7 = 5 }},
		{name: "a lower floor", was: "floor: 0.85\n", is: "floor: 0.5\n", rules: func(r *rules) { r.floor = 0.5 }},
		{name: "fewer schools", was: "share: 0.5", is: "share: 0.3", rules: func(r *rules) { r.share = 0.3 }},
		{name: "a narrower spread", was: "primary: 0.50, junior: 0.45", is: "primary: 0.30, junior: 0.28", rules: func(r *rules) { r.spread = [2]float64{0.30, 0.28} }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := benchmarkRules()
			tt.rules(&r)
			counties, sections := naive(r)
			if tt.counties > 0 && (counties != tt.counties || sections != tt.sections) {
				t.Fatalf("the naive loop has %d counties and %d sections, want %d and %d", counties, sections, tt.counties, tt.sections)
			}
			if tt.counties == 0 && counties == CountiesMet && sections == SectionsMet {
				t.Fatal("the change changes nothing, so it tests nothing")
			}
			a, err := standard.Assess(set, changed(t, tt.was, tt.is))
			if err != nil {
				t.Fatal(err)
			}
			if c, s := Met(a); c != counties || s != sections {
				t.Errorf("%d counties and %d sections meet the standard, want %d and %d", c, s, counties, sections)
			}
			if n := len(a.Units[countyLevel]); n != Counties {
				t.Errorf("%d counties, want %d", n, Counties)
			}
		})
	}
}

// A nation is assessed without an allocation for each section.
func TestAllocations(t *testing.T) {
	set, err := frames()
	if err != nil {
		t.Fatal(err)
	}
	p, err := Pack()
	if err != nil {
		t.Fatal(err)
	}
	n := testing.AllocsPerRun(3, func() {
		if _, err := standard.Assess(set, p); err != nil {
			t.Fatal(err)
		}
	})
	if n > Sections/1000 {
		t.Errorf("%.0f allocations for %d sections, want at most one in a thousand", n, Sections)
	}
}

// The weighted spreads are what the definition gives, digit by digit.
func TestSpread(t *testing.T) {
	set, err := frames()
	if err != nil {
		t.Fatal(err)
	}
	p, err := Pack()
	if err != nil {
		t.Fatal(err)
	}
	a, err := standard.Assess(set, p)
	if err != nil {
		t.Fatal(err)
	}
	want := spreads(benchmarkRules())
	for si, st := range a.Stages {
		for ri, reg := range st.Frame.Regions[countyLevel] {
			for k, it := range st.Items {
				got := standard.Dispersion(it.Stats[countyLevel][ri], "wcv")
				w := want[reg.Code][si][k]
				if math.Abs(got-w) > 1e-12*math.Abs(w) {
					t.Fatalf("county %s, stage %d, %s: difference coefficient %v, want %v", reg.Code, si+1, it.Def.ID, got, w)
				}
			}
		}
	}
}
