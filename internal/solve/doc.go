// Package solve finds the cheapest choice that keeps a set of rules, and proves
// how far from the cheapest an answer may be. It knows nothing of schools.
//
// There are four ways in, from the special to the general:
//
//	Network   minimum-cost flow in whole numbers: a network simplex, exact
//	Relax     a Model without regard to whole numbers: a dual and a primal
//	          simplex on one sparse factorisation, with duals or a proof
//	Solve     a Model with whole numbers and convex rules: branch and bound
//	          over Relax, with cuts, and the best so far when it is stopped
//	Split     models that share a few rows: each alone, in parallel, at prices
//	          for what is shared, then put together with one bound for all
//
// and Explain, which reduces a model that has no solution to rules that
// contradict each other, each of which is needed for that.
//
// A Model is minimised; whoever wants the most negates the costs. A convex rule
// is not written down but asked: its Separator is shown a point and answers with
// linear rows that the point breaks and that no wanted point breaks. Cone is the
// rule "the length of these is at most that".
//
// Numbers are float64, so "met" has tolerances, and they are constants of this
// package (tolerances.go). Whole numbers in an answer are whole to the last bit.
// Bound is computed from dual prices by weak duality and not from the simplex's
// own idea of being finished, so that stopping early never makes it too good.
//
// The same model with the same options gives the same answer, on any number of
// processors; only a context that ends, which is a clock, can change it.
package solve
