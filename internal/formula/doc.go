// Package formula is the language in which indicators, scopes and checks are
// written: parser, checker of units of measure, and evaluation over columns.
//
// It is small, total and without side effects, and it knows nothing of
// education: fields are names, columns are numbers. A missing figure is a NaN
// and stays missing: a formula never takes it for zero and never for a pass.
// Division by zero, and any result that is not finite, is missing too.
//
//	number      12  4.5  1e4
//	field       pupils  pupils.g7           [a-z][a-z0-9_]* with one optional part
//	arithmetic  + - * /  -x
//	comparison  == != < <= > >=             never rounded; a < b < c is not allowed
//	condition   and or not                  three-valued: false and missing is false
//	choice      c ? a : b
//	functions   min(a, b, …)  max(a, b, …)  abs(x)  ceil(x)
//	            round_half_even(x)  round_half_even(x, 2)
//	            coalesce(a, b, …)           the first that is not missing
//	            prev(x)  prev(x, 2)         x in the same period last time, or two
//	                                        times ago; up to 9
//	            as(x, "unit")               x, taken as that unit of measure
//	            survival(p1, r1, p2, r2, …) of those who enter grade 1, the part that
//	                                        reaches the grade after the last given:
//	                                        promoted at rates p, repeating at rates
//	                                        r, twice at most
//
// Over a region, and there only, fields stand inside an aggregate:
//
//	sum(x)  mean(x)  wmean(x, w)  cv(x)  wcv(x, w)  gini(x)  theil(x)
//	quantile(x, 0.5)  count(x)  count(cond)  share(cond)
//
// A row from which any aggregate's argument cannot be computed is left out of
// all of them, so that a sum of areas is never divided by pupils of other rows.
package formula
