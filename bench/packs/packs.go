// Package packs holds the rules that the benchmarks judge by, as data like any
// other pack.
package packs

import "embed"

// FS has one folder a pack.
//
//go:embed bench-nation@1
var FS embed.FS
