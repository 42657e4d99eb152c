// Package reconcile compares lists of children: the household list with the
// register, the register with who sits in class, dropouts with the ex-poverty
// list, this year with last year (四查三比对). Of every child it gives one record:
// the ledger it stands in, why, and the rows that say so.
//
// A list holds no name and no number, only keyed hashes of them, so nothing here
// can tell who a child is. Two rows without a common number are joined by name,
// birth and guardian only where a stated score leaves no rival; every other pair
// goes to a person. A comparison alone makes nobody a dropout: it makes a
// suspicion, which a person confirms.
package reconcile
