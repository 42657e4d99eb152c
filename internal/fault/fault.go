// Package fault holds the kinds of error that callers act on.
//
// A kind is a sentinel to wrap with %w; the text around it says where and what.
// Whoever shows the error to a person decides by kind, never by text.
package fault

import "errors"

var (
	// Invalid is input that the person who sent it can mend.
	Invalid = errors.New("invalid input")
	// NotFound is a name that nothing answers to.
	NotFound = errors.New("not found")
	// Forbidden is something outside the caller's scope.
	Forbidden = errors.New("not allowed")
	// Conflict is a write that lost against another one.
	Conflict = errors.New("conflict")
	// TooLarge is input beyond a stated limit: it was refused, not cut.
	TooLarge = errors.New("too large")
	// Blocked is input with problems that must be mended before it counts.
	Blocked = errors.New("input has blocking problems")
	// Full is a write that the disk did not take. Nothing of it was saved, and
	// the same may succeed when there is room again.
	Full = errors.New("no room to save")
)
