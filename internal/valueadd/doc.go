// Package valueadd estimates what schools add: how far the results of a
// school's pupils lie from those of pupils elsewhere who began alike.
//
// The model has two levels, pupils within schools, and one random intercept:
//
//	y_ij = x_ij'β + u_j + e_ij,   u_j ~ N(0, σu²),   e_ij ~ N(0, σe²)
//
// and is fitted by REML. A school's effect is the best linear unbiased
// prediction of u_j: a mean residual drawn towards zero, the more so the fewer
// pupils stand behind it. It comes with an interval, and a school whose interval
// holds zero is no different from the average school as far as these data can
// tell. That sentence is the result; the order of the estimates is not.
//
// No pupil is kept. Rows are taken once, in batches, and leave behind for each
// school a count, the means and the cross-products around them (see [Gather]);
// the likelihood needs nothing else. A million pupils cost what their schools cost.
package valueadd
