package flow

import (
	"context"
	"fmt"
	"time"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/store"
)

// LogRead notes that personal data were shown or exported: by whom, what kind of
// data, of which unit. What is read says no more than its kind, "pupil list".
func (c *City) LogRead(ctx context.Context, who auth.Actor, what string, unit edu.UnitID) error {
	rec := audit.Record{At: time.Now(), Account: who.Account, Action: audit.PersonRead, Object: string(unit), Unit: unit, Detail: what, Remote: auth.Remote(ctx)}
	if who.Local {
		rec.Account = "local"
	}
	return c.store.Log(ctx, local, rec)
}

// AuditLog lists the log of the actor's part of the tree, the newest first, and
// how many lines there are. An account may be given by its login name too.
func (c *City) AuditLog(ctx context.Context, who auth.Actor, f audit.Filter) ([]audit.Record, int, error) {
	if f.Account != "" {
		l, err := c.store.LoginByName(ctx, f.Account)
		switch {
		case err == nil:
			f.Account = l.ID
		case !notFound(err):
			return nil, 0, err
		}
	}
	return c.store.Audit(ctx, scopeOf(who.Reach(auth.ReadAudit), store.Reader), f)
}

// AccountNames names the accounts in lines of the log that the actor may read,
// as "login name". Lines hold ids only.
func (c *City) AccountNames(ctx context.Context, who auth.Actor) (map[string]string, error) {
	all, err := c.store.Accounts(ctx, scopeOf(both(who.Reach(auth.ReadAudit), both(who.Reach(auth.KeepUsers), who.Reach(auth.GrantRoles))), store.Reader))
	if err != nil {
		return nil, err
	}
	names := make(map[string]string, len(all))
	for _, a := range all {
		names[a.ID] = a.Login + " " + a.Name
	}
	return names, nil
}

// Checked is what a check of the audit log found.
type Checked struct {
	Records  int64
	Heads    []audit.Head
	Problems []audit.Problem
}

// VerifyAudit checks every chain of the log, also against heads that were noted
// before. It needs the right to read the whole log.
func (c *City) VerifyAudit(ctx context.Context, who auth.Actor, noted []audit.Head) (Checked, error) {
	sc := scopeOf(who.Reach(auth.ReadAudit), store.Reader)
	if !who.Reach(auth.ReadAudit).Whole {
		return Checked{}, fmt.Errorf("verify the audit log: %w", fault.Forbidden)
	}
	// Heads before and after: rows that are written meanwhile are no problem.
	before, err := c.store.AuditHeads(ctx, sc)
	if err != nil {
		return Checked{}, err
	}
	v := audit.NewVerifier(append(before, noted...)...)
	if err := c.store.WalkAudit(ctx, sc, func(r audit.Record) error { v.Add(r); return nil }); err != nil {
		return Checked{}, err
	}
	after, err := c.store.AuditHeads(ctx, sc)
	if err != nil {
		return Checked{}, err
	}
	return Checked{Problems: v.Finish(after), Records: v.Count(), Heads: after}, nil
}

// ExportAudit passes the whole log by, and notes in the log that it did.
func (c *City) ExportAudit(ctx context.Context, who auth.Actor, visit func(audit.Record) error) error {
	if !who.Reach(auth.ReadAudit).Whole {
		return fmt.Errorf("export the audit log: %w", fault.Forbidden)
	}
	rec := audit.Record{At: time.Now(), Account: who.Account, Action: audit.LogRead, Detail: "export", Remote: auth.Remote(ctx)}
	if who.Local {
		rec.Account = "local"
	}
	if err := c.store.Log(ctx, local, rec); err != nil {
		return err
	}
	return c.store.WalkAudit(ctx, scopeOf(who.Reach(auth.ReadAudit), store.Reader), visit)
}
