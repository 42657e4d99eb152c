package flow

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/pack"
	"shuren/internal/standard"
	"shuren/internal/store"
)

// Keys of what a database says of itself.
const (
	metaPack = "pack"  // ref of the pack that the city is measured by
	metaName = "city"  // JSON edu.Text
	metaTile = "tiles" // JSON: county code -> [column, row] on the tile map
	metaSeed = "demo"  // set in a demo city: what it was made from
)

// local is the scope of the local server and the command line: the whole tree,
// until there are accounts. It is made here and nowhere else.
var local = store.Whole(store.Editor)

// City is a database with the packs that its figures are measured by. It may be
// used by many goroutines; frames are made and an assessment is computed once and
// kept until the period's figures change.
type City struct {
	store *store.Store
	pack  *pack.Pack
	now   func() time.Time

	mu      sync.Mutex
	packs   *schemes              // all packs, and their union
	note    string                // what the database says of packs, as it was read
	former  map[string]*pack.Pack // packs of forms that were issued by what is no pack of the city now, by hash
	rosters map[rosterKey]*roster
	reports map[edu.Period]*reported
	known   map[sourceKey]*cachedSource
	whole   map[edu.Period]*framed
	parts   lru // the same of parts of the tree, as their readers see them
	checks  map[edu.Period]*checked
	pending atomic.Int32
	uploads chan struct{} // a place for each workbook that is being read
	kept    keptPacks
	own     ownDir
	whatIfs chan struct{} // a place for each scenario that is being measured
	about   about
	todos   todos
	ahead   forecasts

	keys keyFile // of the registers

	proposer proposer
	making   *makings
}

// about is what the database says of itself, read once.
type about struct {
	name      edu.Text
	fictional bool
	tiles     map[string][2]int
}

// ErrNoPack is a database that was not used with a pack yet, opened without one.
var ErrNoPack = fmt.Errorf("the database does not say which pack it is measured by; give --pack: %w", fault.Invalid)

// Open opens a database, as store.Open does, and measures it by the pack ref;
// empty takes the pack that the database was last used with.
func Open(ctx context.Context, path, ref string) (*City, error) {
	s, err := store.Open(ctx, path)
	if err != nil {
		return nil, err
	}
	c := &City{store: s, now: time.Now, whole: map[edu.Period]*framed{}, rosters: map[rosterKey]*roster{}, reports: map[edu.Period]*reported{}, known: map[sourceKey]*cachedSource{},
		uploads: make(chan struct{}, 2*runtime.GOMAXPROCS(0)), whatIfs: make(chan struct{}, 1), making: newMakings()}
	c.proposer = engine{c}
	if err := c.open(ctx, ref); err != nil {
		s.Close()
		return nil, fmt.Errorf("%s: %w", store.Redacted(path), err)
	}
	return c, nil
}

func (c *City) open(ctx context.Context, ref string) error {
	kept, err := c.store.Meta(ctx, local, metaPack)
	if err != nil {
		return err
	}
	if ref == "" {
		ref = kept
	}
	if ref == "" {
		return ErrNoPack
	}
	if c.pack, err = pack.Open(ref); err != nil {
		return err
	}
	if ref != kept {
		if err := c.store.SetMeta(ctx, local, metaPack, ref); err != nil {
			return err
		}
	}
	if err := c.store.PutPack(ctx, local, c.pack.Hash, c.pack.Ref(), c.pack.Files); err != nil {
		return err
	}
	if err := c.openPacks(ctx); err != nil {
		return err
	}
	return c.readAbout(ctx)
}

func (c *City) readAbout(ctx context.Context) error {
	var a about
	for key, into := range map[string]any{metaName: &a.name, metaTile: &a.tiles} {
		text, err := c.store.Meta(ctx, local, key)
		if err != nil {
			return err
		}
		if text == "" {
			continue
		}
		if err := json.Unmarshal([]byte(text), into); err != nil {
			return fmt.Errorf("the database's own note %q: %w", key, err)
		}
	}
	fictional, err := c.store.Meta(ctx, local, store.MetaFictional)
	if err != nil {
		return err
	}
	a.fictional = fictional != ""
	c.mu.Lock()
	c.about = a
	c.mu.Unlock()
	return nil
}

// Describe keeps what a city is called and where its counties' tiles stand.
func (c *City) Describe(ctx context.Context, name edu.Text, tiles map[string][2]int) error {
	for key, v := range map[string]any{metaName: name, metaTile: tiles} {
		b, err := json.Marshal(v)
		if err != nil {
			return err
		}
		if err := c.store.SetMeta(ctx, local, key, string(b)); err != nil {
			return err
		}
	}
	return c.readAbout(ctx)
}

// Close ends what is being worked on and closes the database.
func (c *City) Close() error {
	c.making.close()
	return c.store.Close()
}

// Pack is the first pack that the city is measured by: the one that pages show
// without a choice.
func (c *City) Pack() *pack.Pack { return c.pack }

// Name is how the city is called.
func (c *City) Name() edu.Text {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.about.name
}

// Fictional tells that the figures are made up.
func (c *City) Fictional() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.about.fictional
}

// Mark is what every page and export of fictional figures carries.
func (c *City) Mark(lang string) string {
	if !c.Fictional() {
		return ""
	}
	return edu.Text{ZH: "示例数据", EN: "demo data"}.In(lang)
}

// Place is where a county's tile stands, in columns and rows from the upper left.
func (c *City) Place(code string) (x, y int, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p, ok := c.about.tiles[code]
	return p[0], p[1], ok
}

// English are the English names of schools and of the units above them on a
// period's reference date, by code, or by id where a unit has no code.
func (c *City) English(ctx context.Context, p edu.Period) (map[string]string, error) {
	return c.english(ctx, local, p)
}

func (c *City) english(ctx context.Context, sc store.Scope, p edu.Period) (map[string]string, error) {
	tree, err := c.store.Tree(ctx, sc)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	on := tree.On(p)
	for _, n := range on.Nodes {
		if n.Unit.Level <= edu.School && n.Name.EN != "" {
			names[n.Key] = n.Name.EN
		}
	}
	return names, nil
}

// Pending is how many further periods are still being read in.
func (c *City) Pending() int { return int(c.pending.Load()) }

// Periods are the periods that have figures, oldest first.
func (c *City) Periods(ctx context.Context) ([]edu.Period, error) {
	return c.store.Periods(ctx, local)
}

// AsOf is when the newest figure of a period came in; zero if there is none.
func (c *City) AsOf(ctx context.Context, p edu.Period) (time.Time, error) {
	return c.asOf(ctx, local, p)
}

func (c *City) asOf(ctx context.Context, sc store.Scope, p edu.Period) (time.Time, error) {
	subs, err := c.store.Submissions(ctx, sc, store.Filter{Period: p})
	if err != nil {
		return time.Time{}, err
	}
	var at time.Time
	for _, s := range subs {
		if s.At.After(at) {
			at = s.At
		}
	}
	return at, nil
}

// Submission tells when a submission came in, and from whom.
func (c *City) Submission(ctx context.Context, id string) (at time.Time, by string, err error) {
	return c.submission(ctx, local, id)
}

func (c *City) submission(ctx context.Context, sc store.Scope, id string) (at time.Time, by string, err error) {
	subs, err := c.store.Submissions(ctx, sc, store.Filter{ID: id})
	if err != nil {
		return time.Time{}, "", err
	}
	if len(subs) == 0 {
		return time.Time{}, "", fmt.Errorf("submission %s: %w", id, fault.NotFound)
	}
	return subs[0].At, subs[0].By, nil
}

// Assessment is [City.Measure] by the pack that stands first.
func (c *City) Assessment(ctx context.Context, p edu.Period) (*standard.Assessment, error) {
	return c.Measure(ctx, c.pack.Ref(), p)
}

// Measure measures and judges one period by one of the city's packs, or gives
// what is still true from the last time.
func (c *City) Measure(ctx context.Context, ref string, p edu.Period) (*standard.Assessment, error) {
	by, err := c.packOf(ctx, ref)
	if err != nil {
		return nil, err
	}
	return c.assess(ctx, part{scope: local}, by, p)
}

// packOf finds one of the city's packs by its ref.
func (c *City) packOf(ctx context.Context, ref string) (*pack.Pack, error) {
	if err := c.refresh(ctx); err != nil {
		return nil, err
	}
	for _, p := range c.Packs() {
		if p.Ref() == ref {
			return p, nil
		}
	}
	return nil, fmt.Errorf("pack %s: the city is not measured by it: %w", ref, fault.NotFound)
}

// Version names the state of a period's figures, for what is exported: it changes
// whenever one of them does, or the tree.
func (c *City) Version(ctx context.Context, p edu.Period) (string, error) {
	return c.version(ctx, local, p)
}

// version changes whenever a figure of the period does, or the tree: what was
// last year follows the units.
func (c *City) version(ctx context.Context, sc store.Scope, p edu.Period) (string, error) {
	stamp, err := c.store.Stamp(ctx, sc, p, "")
	if err != nil {
		return "", err
	}
	n, err := c.store.CountChanges(ctx)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s; %d changes of units", stamp, n), nil
}

// looksBack is how many years back the measures of a pack look: 0 where they read
// this year's figures only.
func looksBack(p *pack.Pack) int {
	years := 0
	for _, d := range p.Indicators {
		for _, f := range []*pack.Formula{d.Section, d.Region} {
			if f != nil {
				years = max(years, f.Expr.Back())
			}
		}
	}
	return years
}

// SetPending says how many further periods are still being read in.
func (c *City) SetPending(n int) { c.pending.Store(int32(n)) }

// Demo is what the demo city in this database was made from, empty if it is no
// demo city.
func (c *City) Demo(ctx context.Context) (string, error) {
	return c.store.Meta(ctx, local, metaSeed)
}

// SetDemo notes what the demo city was made from.
func (c *City) SetDemo(ctx context.Context, made string) error {
	return c.store.SetMeta(ctx, local, metaSeed, made)
}

// Files names the files that figures of a period were read from.
func (c *City) Files(ctx context.Context, p edu.Period) ([]string, error) {
	subs, err := c.store.Submissions(ctx, local, store.Filter{Period: p})
	if err != nil {
		return nil, err
	}
	var out []string
	for _, s := range subs {
		if s.File != "" && !slices.Contains(out, s.File) {
			out = append(out, s.File)
		}
	}
	return out, nil
}

// Register sets up units before any figures come in.
func (c *City) Register(ctx context.Context, units []edu.Unit) error {
	return c.store.RegisterUnits(ctx, local, units)
}
