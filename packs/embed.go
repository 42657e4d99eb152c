// Package packs holds the schemes that come with the program: elements,
// indicators and standards, as data. docs/packs.md says how they are written.
package packs

import "embed"

// FS has one folder a pack, by the pack's full id.
//
//go:embed */*.yaml */*/*.yaml
var FS embed.FS
