package formula

// survival gives what survival(p1, r1, p2, r2, …) comes to, the reconstructed
// cohort method of UNESCO: of pupils who enter grade 1, the part that ever
// reaches the grade after the last one given, if in each grade the rate p is
// promoted and the rate r repeats, and nobody repeats more than twice in all.
//
// A pupil who gets there was promoted once in every grade, and repeated none,
// one or two times in any of them. So the answer is the product of all p, times
// 1 + h1 + h2, where h1 is the sum of all r and h2 the sum of the products of
// every pair of them, a grade with itself included. h2 is built up grade by
// grade: r times the sum of the r so far.
func survival(args []*node, at int) *node {
	two := func(op opcode, a, b *node) *node { return &node{op: op, args: []*node{a, b}, at: at} }
	promoted, once := args[0], args[1]
	twice := two(opMul, args[1], args[1])
	for i := 2; i < len(args); i += 2 {
		p, r := args[i], args[i+1]
		promoted = two(opMul, promoted, p)
		once = two(opAdd, once, r)
		twice = two(opAdd, twice, two(opMul, r, once))
	}
	return two(opMul, promoted, two(opAdd, two(opAdd, &node{op: opNum, num: 1, at: at}, once), twice))
}
