package solve

// circle notes the arcs of an endless gain, in the order of their travel.
func (t *tree) circle(e int, first, second, top int32) {
	t.cycle = []int{e}
	for w := second; w != top; w = t.parent[w] {
		t.cycle = append(t.cycle, int(t.arc[w]))
	}
	var down []int
	for w := first; w != top; w = t.parent[w] {
		down = append(down, int(t.arc[w]))
	}
	for i := len(down) - 1; i >= 0; i-- {
		t.cycle = append(t.cycle, down[i])
	}
}

// short finds, where units are left on arcs to the root, nodes that cannot get
// what they take, or else cannot get rid of what they give.
func (t *tree) short() ([]int, int64) {
	n := len(t.supply)
	root := int32(n)
	left := func(lacking bool) (seeds []int32) {
		for i := range n {
			if e := t.arcs + i; t.flow[e] > 0 && (t.from[e] == root) == lacking {
				seeds = append(seeds, int32(i))
			}
		}
		return seeds
	}
	lacking := true
	seeds := left(lacking)
	if seeds == nil {
		lacking = false
		seeds = left(lacking)
	}
	if seeds == nil {
		return nil, 0
	}
	// Arcs at each node, to walk those with room.
	first := make([]int32, n+1)
	for e := range t.arcs {
		first[t.from[e]]++
		first[t.to[e]]++
	}
	for i, sum := 0, int32(0); i <= n; i++ {
		sum, first[i] = sum+first[i], sum
	}
	arcs := make([]int32, 2*t.arcs)
	fill := append([]int32(nil), first...)
	for e := range t.arcs {
		for _, u := range [2]int32{t.from[e], t.to[e]} {
			arcs[fill[u]] = int32(e)
			fill[u]++
		}
	}
	in := make([]bool, n)
	for _, u := range seeds {
		in[u] = true
	}
	for k := 0; k < len(seeds); k++ {
		u := seeds[k]
		for _, e := range arcs[first[u]:first[u+1]] {
			v := t.from[e]
			leaves := v == u // the arc leads away from u
			if leaves {
				v = t.to[e]
			}
			more := t.cap[e] == Unlimited || t.flow[e] < t.cap[e]
			if along := leaves != lacking; !in[v] && (along && more || !along && t.flow[e] > 0) {
				in[v] = true
				seeds = append(seeds, v)
			}
		}
	}
	var set []int
	missing := int64(0)
	for i := range n {
		if !in[i] {
			continue
		}
		set = append(set, i)
		if e := t.arcs + i; t.from[e] == root {
			missing += t.flow[e]
		} else {
			missing -= t.flow[e]
		}
	}
	return set, missing
}
