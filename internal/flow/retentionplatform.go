package flow

import (
	"context"

	"shuren/internal/auth"
	"shuren/internal/fault"
	"shuren/internal/register"
	"shuren/internal/retention"
	"shuren/internal/store"
)

// FromPlatform opens a case of each child on the imported export of the national
// platform that has none yet, with its number there: nothing is typed twice. It gives
// how many are new.
func (x *Retention) FromPlatform(ctx context.Context, who auth.Actor) (int, error) {
	sc, err := inReach(who, auth.DoRetention, store.Editor)
	if err != nil {
		return 0, err
	}
	rows, _, err := x.city.Registers().Children(ctx, who, register.ChildFilter{List: register.Platform, Size: -1})
	if err != nil {
		return 0, err
	}
	ids := make([]register.PersonID, len(rows))
	for i, r := range rows {
		ids[i] = r.Person
	}
	of, err := x.city.store.CasesOf(ctx, sc, ids)
	if err != nil {
		return 0, err
	}
	var list []retention.Case
	seen := map[register.PersonID]bool{}
	for _, r := range rows {
		old, has := of[r.Person]
		if r.Case == "" || seen[r.Person] || has && (old.State.Live() || old.Platform == r.Case) {
			continue
		}
		if !retention.PlatformNumber(r.Case) {
			return 0, auth.Refuse(fault.Invalid, "国家平台导出中有无法识别的个案编号", "the export of the national platform has a case number that is none")
		}
		seen[r.Person] = true
		list = append(list, retention.Case{Person: r.Person, Platform: r.Case, Source: retention.ByComparison, Guess: "other"})
	}
	if len(list) == 0 {
		return 0, nil
	}
	made, err := x.open(ctx, who, list, "")
	return len(made), err
}
