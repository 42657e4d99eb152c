// Package edu holds the shared nouns of the system: periods, units, elements,
// observations, values and verdicts. It imports only the standard library.
//
// A missing value is never zero and never a pass: the zero Value is missing,
// and the zero Verdict is Unknown.
package edu
