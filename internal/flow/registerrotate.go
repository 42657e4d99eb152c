package flow

import (
	"context"
	"encoding/json"
	"fmt"

	"shuren/internal/auth"
	"shuren/internal/fault"
	"shuren/internal/ident"
	"shuren/internal/store"
)

// RotateOptions say how the keys of the registers are changed.
type RotateOptions struct {
	Suite ident.Suite // of the new key
	// Forget takes keys out of the file that seal nothing any more. Backups of the
	// database from before cannot be opened then.
	Forget   bool
	Progress func(done, total int)
}

// Rotated is what a rotation did.
type Rotated struct {
	Key     uint32 // that seals all now
	Resumed bool   // it had been broken off
	People  int    // sealed anew
	Forgot  int    // keys that the file no longer has
}

// metaRotation notes the key to which a rotation is under way.
const metaRotation = "register_rotation"

// Sealed counts the people whom some key seals.
func (r *Registers) Sealed(ctx context.Context) (n int, err error) {
	by, err := r.city.store.SealedBy(ctx, local)
	for _, k := range by {
		n += k
	}
	return n, err
}

// Rotate makes a new key and seals all registers with it. One that was broken off goes
// on with the key that it had made. The server reads and writes meanwhile: it sees the
// new key in the file.
func (r *Registers) Rotate(ctx context.Context, who auth.Actor, opt RotateOptions) (out Rotated, err error) {
	if !who.Local {
		return out, fmt.Errorf("keys are changed at the machine: %w", fault.Forbidden)
	}
	ring, err := r.city.keys.ring()
	if err != nil {
		return out, err
	}
	path := r.city.keys.path
	by, err := r.city.store.SealedBy(ctx, local)
	if err != nil {
		return out, err
	}
	under, err := r.city.store.Meta(ctx, local, metaRotation)
	if err != nil {
		return out, err
	}
	out.Resumed = under != ""
	for key := range by {
		out.Resumed = out.Resumed || key != ring.Newest()
	}
	if !out.Resumed {
		keys, err := ident.ReadKeys(path)
		if err != nil {
			return out, err
		}
		suite := opt.Suite
		if suite == "" {
			suite = ident.AES
		}
		if err := ident.WriteKeys(path, append(keys, ident.NewKey(ring.Newest()+1, suite))); err != nil {
			return out, err
		}
		if ring, err = r.city.keys.read(); err != nil {
			return out, err
		}
	}
	out.Key = ring.Newest()
	if err := r.city.store.SetMeta(ctx, local, metaRotation, fmt.Sprint(out.Key)); err != nil {
		return out, err
	}
	total := 0
	for key, n := range by {
		if key != out.Key {
			total += n
		}
	}
	// A server that had read the file before may have sealed with the key before.
	for {
		err := r.city.store.Reseal(ctx, local, out.Key, func(p store.Person) (store.Person, error) { return resealPerson(ring, p) }, func(done int) {
			if opt.Progress != nil {
				opt.Progress(out.People+done, total)
			}
		})
		if err != nil {
			return out, err
		}
		if by, err = r.city.store.SealedBy(ctx, local); err != nil {
			return out, err
		}
		left := 0
		for key, n := range by {
			if key != out.Key {
				left += n
			}
		}
		if out.People = total; left == 0 {
			break
		}
	}
	if opt.Forget {
		if out.Forgot, err = forgetKeys(path, out.Key); err != nil {
			return out, err
		}
	}
	rec := record(who, "register.rotate", fmt.Sprintf("key %d, %d people, %d keys forgotten", out.Key, out.People, out.Forgot), r.now())
	return out, r.city.store.SetMeta(ctx, local, metaRotation, "", rec)
}

func resealPerson(ring *ident.Ring, p store.Person) (store.Person, error) {
	open, err := openSealed(ring, p.ID, p.Sealed)
	if err != nil {
		return p, err
	}
	text, err := json.Marshal(open)
	if err != nil {
		return p, fmt.Errorf("person %s: %w", p.ID, fault.Invalid)
	}
	return sealIdentityText(ring, p.Kind, p.ID, open, string(text)), nil
}

// forgetKeys takes all keys but one out of the file.
func forgetKeys(path string, keep uint32) (int, error) {
	keys, err := ident.ReadKeys(path)
	if err != nil {
		return 0, err
	}
	for _, k := range keys {
		if k.ID == keep {
			return len(keys) - 1, ident.WriteKeys(path, []ident.Key{k})
		}
	}
	return 0, fmt.Errorf("the key file has no key %d: %w", keep, fault.Invalid)
}
