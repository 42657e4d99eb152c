package flow

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/gap"
	"shuren/internal/pack"
	"shuren/internal/standard"
	"shuren/internal/store"
)

// What the audit log calls changes of the city's own pack.
const (
	packProposed audit.Action = "pack.propose"
	packDecided  audit.Action = "pack.decide"
	packWritten  audit.Action = "pack.write"
)

// ownDir is the folder of the city's own pack: files that people may keep under
// git. Its lock is held while a file is put in its place.
type ownDir struct {
	mu  sync.Mutex
	dir string
	ref string // of the pack as it was last loaded
}

// ownFile is what a file of the own pack may be called: no path leads out of the
// folder.
var ownFile = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,60}\.ya?ml$`)

// UseOwn takes a folder as the city's own pack. A folder without files gets a
// first one, which extends the pack that the city is measured by and changes
// nothing. What was approved before a crash is written now.
func (c *City) UseOwn(ctx context.Context, dir string) error {
	files, err := readOwn(dir)
	if err != nil {
		return err
	}
	if len(files) == 0 {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
		first := fmt.Sprintf("id: our-city\nversion: \"1\"\nname: {zh: 本市方案, en: Our city}\nsource: 本市\nextends: %s\n", c.Pack().Ref())
		if err := replaceFile(filepath.Join(dir, "pack.yaml"), []byte(first)); err != nil {
			return err
		}
	}
	c.own.mu.Lock()
	defer c.own.mu.Unlock()
	c.own.dir = dir
	if err := c.loadOwn(ctx); err != nil {
		return err
	}
	return c.settleOwn(ctx)
}

// OwnPack is the city's own pack as it is measured by, nil without one.
func (c *City) OwnPack() *pack.Pack {
	c.own.mu.Lock()
	defer c.own.mu.Unlock()
	return c.ownPack()
}

// ownPack is OwnPack while the lock is held.
func (c *City) ownPack() *pack.Pack {
	ref := c.own.ref
	for _, p := range c.Packs() {
		if ref != "" && p.Ref() == ref {
			return p
		}
	}
	return nil
}

// loadOwn opens the folder and measures the city by it, in place of an earlier
// version of it. The lock is held.
func (c *City) loadOwn(ctx context.Context) error {
	p, err := pack.Open(c.own.dir)
	if err != nil {
		return err
	}
	all := slices.DeleteFunc(c.Packs(), func(q *pack.Pack) bool { return q.ID == p.ID && q != c.pack })
	if slices.ContainsFunc(all, func(q *pack.Pack) bool { return q.ID == p.ID }) {
		return fmt.Errorf("the own pack in %s has the id of the city's first pack, %s: %w", c.own.dir, p.ID, fault.Invalid)
	}
	if err := c.setPacks(ctx, append(all, p)); err != nil {
		return err
	}
	c.own.ref = p.Ref()
	return nil
}

// readOwn reads the files of the folder, by name.
func readOwn(dir string) (map[string][]byte, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for _, e := range entries {
		if e.IsDir() || !ownFile.MatchString(e.Name()) {
			continue
		}
		if files[e.Name()], err = os.ReadFile(filepath.Join(dir, e.Name())); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// OwnFile is a file of the own pack as it stands on the disk.
type OwnFile struct {
	Name, Body string
	Hash       string
	Head       []string // the lines that say who changed it last
}

// OwnFiles lists the files of the city's own pack.
func (c *City) OwnFiles(_ context.Context, who auth.Actor) ([]OwnFile, error) {
	if who.Reach(auth.ReadRegion).None() {
		return nil, fmt.Errorf("the city's own pack: %w", fault.Forbidden)
	}
	c.own.mu.Lock()
	dir := c.own.dir
	c.own.mu.Unlock()
	files, err := readOwn(dir)
	if err != nil {
		return nil, err
	}
	var out []OwnFile
	for _, name := range slices.Sorted(maps.Keys(files)) {
		head, body := splitHead(string(files[name]))
		out = append(out, OwnFile{name, body, store.HashOf(files[name]), head})
	}
	return out, nil
}

// OwnChange is a change of a file that somebody means to propose.
type OwnChange struct {
	ID, File string
	Base     string // hash of the file that was read; empty for a new one
	Body     string
	Title    string
	Why      string
}

// OwnChecked is what comes of a change: what is wrong with it, or what it changes.
type OwnChecked struct {
	Problems    []string
	Differences []pack.Difference
	Effect      *Supposed // nil where the city has no figures yet
}

// CheckOwn reads the own pack with a changed file in it, and measures the newest
// year by it; nothing is kept.
func (c *City) CheckOwn(ctx context.Context, who auth.Actor, ch OwnChange) (*OwnChecked, error) {
	if who.Reach(auth.ReadRegion).None() {
		return nil, fmt.Errorf("the city's own pack: %w", fault.Forbidden)
	}
	now := c.OwnPack()
	if now == nil {
		return nil, fmt.Errorf("the city's own pack: %w", fault.NotFound)
	}
	c.own.mu.Lock()
	dir := c.own.dir
	c.own.mu.Unlock()
	files, err := readOwn(dir)
	if err != nil {
		return nil, err
	}
	return c.checkOwn(ctx, now, files, ch)
}

func (c *City) checkOwn(ctx context.Context, now *pack.Pack, files map[string][]byte, ch OwnChange) (*OwnChecked, error) {
	if !ownFile.MatchString(ch.File) {
		return nil, auth.Refuse(fault.Invalid, "文件名应为小写字母、数字、连字符，以 .yaml 结尾", "want a file name of small letters, digits and hyphens that ends in .yaml")
	}
	files = maps.Clone(files)
	files[ch.File] = []byte(ch.Body)
	next, err := pack.Kept(files)
	if err != nil {
		var ps pack.Problems
		if errors.As(err, &ps) {
			out := &OwnChecked{}
			for _, p := range ps {
				out.Problems = append(out.Problems, p.String())
			}
			return out, nil
		}
		return nil, err
	}
	if next.ID != now.ID {
		return &OwnChecked{Problems: []string{fmt.Sprintf("the pack is %s and stays it; found %s", now.ID, next.ID)}}, nil
	}
	if _, err := pack.Union(append(slices.DeleteFunc(c.Packs(), func(q *pack.Pack) bool { return q.ID == next.ID }), next)...); err != nil {
		return &OwnChecked{Problems: []string{err.Error()}}, nil
	}
	out := &OwnChecked{Differences: pack.Differences(now, next)}
	ps, err := c.Periods(ctx)
	if err != nil || len(ps) == 0 {
		return out, err
	}
	p, err := c.Current(ctx, ps)
	if err != nil {
		return nil, err
	}
	out.Effect, err = c.byAnother(ctx, now, next, p)
	return out, err
}

// byAnother measures a period by a pack that is not one of the city's, beside the
// one that is.
func (c *City) byAnother(ctx context.Context, now, next *pack.Pack, p edu.Period) (*Supposed, error) {
	before, err := c.Measure(ctx, now.Ref(), p)
	if err != nil {
		return nil, err
	}
	select {
	case c.whatIfs <- struct{}{}:
		defer func() { <-c.whatIfs }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	after, err := standard.Assess(before.Set, next)
	if err != nil {
		return nil, err
	}
	return &Supposed{before, after, gap.Compare(before, after)}, nil
}

// ProposeOwn proposes a change of the own pack: one that the loader takes, of the
// file as it stands on the disk. It waits for a second person.
func (c *City) ProposeOwn(ctx context.Context, who auth.Actor, ch OwnChange) error {
	sc, err := inReach(who, auth.ProposePack, store.Editor)
	if err != nil {
		return err
	}
	var why []edu.Text
	if strings.TrimSpace(ch.Title) == "" {
		why = append(why, edu.Text{ZH: "未填修改内容", EN: "what is changed is missing"})
	}
	if strings.TrimSpace(ch.Why) == "" {
		why = append(why, edu.Text{ZH: "未填理由和依据", EN: "the reason is missing"})
	}
	if err := refuse(why); err != nil {
		return err
	}
	_, ch.Body = splitHead(ch.Body)
	checked, err := c.CheckOwn(ctx, who, ch)
	if err != nil {
		return err
	}
	if len(checked.Problems) > 0 {
		return auth.Refuse(fault.Invalid, "有错误，不能提出："+strings.Join(checked.Problems, "；"), "it does not load: "+strings.Join(checked.Problems, "; "))
	}
	c.own.mu.Lock()
	dir := c.own.dir
	c.own.mu.Unlock()
	hash, err := fileHash(filepath.Join(dir, ch.File))
	if err != nil {
		return err
	}
	if hash != ch.Base {
		return changedSince(ch.File)
	}
	if ch.ID == "" {
		ch.ID = rand.Text()
	}
	rec := record(who, packProposed, ch.File, time.Now())
	rec.Object = ch.ID
	return c.store.AddProposal(ctx, sc, store.Proposal{ID: ch.ID, File: ch.File, Base: ch.Base, Body: ch.Body, Title: strings.TrimSpace(ch.Title), Why: strings.TrimSpace(ch.Why), By: rec.Account, Name: who.Name, At: rec.At}, rec)
}

func changedSince(file string) error {
	return auth.Refuse(fault.Conflict, fmt.Sprintf("%s 已在此期间改动，请在新的内容上重新修改", file), fmt.Sprintf("%s has changed since; make the change anew on what it says now", file))
}

// OwnProposals lists the changes of the own pack, the newest first.
func (c *City) OwnProposals(ctx context.Context, who auth.Actor) ([]store.Proposal, error) {
	if who.Reach(auth.ReadRegion).None() {
		return nil, fmt.Errorf("changes of the own pack: %w", fault.Forbidden)
	}
	return c.store.Proposals(ctx, local)
}

// DecideOwn approves or rejects a change that another person proposed. An
// approved one is written into its file, which must be as its proposer saw it.
func (c *City) DecideOwn(ctx context.Context, who auth.Actor, id string, approve bool, reason string) error {
	sc, err := inReach(who, auth.DecidePack, store.Editor)
	if err != nil {
		return err
	}
	reason = strings.TrimSpace(reason)
	c.own.mu.Lock()
	defer c.own.mu.Unlock()
	p, err := c.proposal(ctx, id)
	if err != nil {
		return err
	}
	rec := record(who, packDecided, string(store.Rejected), time.Now())
	if p.By == rec.Account {
		return auth.Refuse(fault.Forbidden, "提出人不能审定自己的修改，请由另一人审定", "whoever proposed a change cannot decide on it; another person must")
	}
	to := store.Rejected
	if approve {
		to, rec.Detail = store.Approved, string(store.Approved)
		hash, err := fileHash(filepath.Join(c.own.dir, p.File))
		if err != nil {
			return err
		}
		if hash != p.Base {
			return changedSince(p.File)
		}
		if err := c.stillGood(ctx, p); err != nil {
			return err
		}
	} else if reason == "" {
		return auth.Refuse(fault.Invalid, "退回须写明理由", "a rejection needs its reason")
	}
	rec.Object = id
	if err := c.store.DecideProposal(ctx, sc, id, to, rec.Account, who.Name, reason, rec.At, rec); err != nil {
		return err
	}
	if !approve {
		return nil
	}
	return c.settleOwn(ctx)
}

// stillGood loads the pack once more with what is to be approved: another file of
// it may have changed since it was proposed.
func (c *City) stillGood(ctx context.Context, p store.Proposal) error {
	now := c.ownPack()
	files, err := readOwn(c.own.dir)
	if err != nil {
		return err
	}
	if now == nil {
		return fmt.Errorf("the city's own pack: %w", fault.NotFound)
	}
	checked, err := c.checkOwn(ctx, now, files, OwnChange{File: p.File, Body: withHead(p)})
	if err == nil && len(checked.Problems) > 0 {
		err = auth.Refuse(fault.Conflict, "与现有方案合在一起已有错误："+strings.Join(checked.Problems, "；"), "it no longer loads with the rest of the pack: "+strings.Join(checked.Problems, "; "))
	}
	return err
}

func (c *City) proposal(ctx context.Context, id string) (store.Proposal, error) {
	list, err := c.store.Proposals(ctx, local)
	if err != nil {
		return store.Proposal{}, err
	}
	i := slices.IndexFunc(list, func(p store.Proposal) bool { return p.ID == id })
	if i < 0 {
		return store.Proposal{}, fmt.Errorf("change %s: %w", id, fault.NotFound)
	}
	return list[i], nil
}

// settleOwn writes what was approved and is not in its place yet, oldest first.
// Whoever was killed in between goes on here: the approval is in the database,
// and the file is either as it was or as it is to be. A file that somebody
// changed meanwhile is left alone, and its change stays approved. The lock is
// held.
func (c *City) settleOwn(ctx context.Context) error {
	list, err := c.store.Proposals(ctx, local)
	if err != nil {
		return err
	}
	slices.Reverse(list)
	for _, p := range list {
		if p.State != store.Approved {
			continue
		}
		path := filepath.Join(c.own.dir, p.File)
		text := []byte(withHead(p))
		switch hash, err := fileHash(path); {
		case err != nil:
			return err
		case hash == store.HashOf(text): // it was put there before
		case hash == p.Base:
			if err := replaceFile(path, text); err != nil {
				return fmt.Errorf("write %s: %w", p.File, err)
			}
		default:
			continue
		}
		if err := c.loadOwn(ctx); err != nil {
			return err
		}
		rec := record(auth.Operator(), packWritten, p.File, time.Now())
		rec.Account, rec.Object = p.Decider, p.ID
		if err := c.store.ProposalWritten(ctx, local, p.ID, store.HashOf(text), rec); err != nil {
			return err
		}
	}
	return nil
}

// headMark begins the lines above a file that say who changed it last.
const headMark = "#! "

// withHead is the file as it is written: what git shows beside the change.
func withHead(p store.Proposal) string {
	line := func(key, value string) string {
		return headMark + key + ": " + strings.Join(strings.Fields(value), " ") + "\n"
	}
	at := func(t time.Time) string { return t.UTC().Format(time.RFC3339) }
	return line("change", fmt.Sprintf("%d %s", p.No, p.Title)) +
		line("proposed", at(p.At)+" "+p.Name) + line("why", p.Why) +
		line("approved", at(p.Decided)+" "+p.DeciderName) + line("note", p.Reason) + p.Body
}

// splitHead parts a file into those lines and the rest.
func splitHead(text string) (head []string, body string) {
	for strings.HasPrefix(text, headMark) {
		line, rest, _ := strings.Cut(text, "\n")
		head, text = append(head, strings.TrimPrefix(line, headMark)), rest
	}
	return head, text
}

// fileHash is the hash of a file, empty where there is none.
func fileHash(path string) (string, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return store.HashOf(b), nil
}

// replaceFile puts a file in its place as a whole: after a crash it is the old or
// the new one.
func replaceFile(path string, body []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".tmp-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(body)
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Chmod(f.Name(), 0o644)
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return err
	}
	if d, err := os.Open(filepath.Dir(path)); err == nil { // a folder cannot be synced everywhere
		_ = d.Sync()
		d.Close()
	}
	return nil
}
