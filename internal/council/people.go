package council

import "fmt"

// Keep gives the people of a list the ids that they had, so that a venue's
// check-in still fits when a list is pasted anew, and new ids to the others. An id
// is never given to somebody else.
func Keep(people, was []Person) {
	last := 0
	left := map[Person][]string{}
	for _, p := range was {
		var n int
		if _, err := fmt.Sscanf(p.ID, "p%d", &n); err == nil {
			last = max(last, n)
		}
		id := p.ID
		p.ID, p.As = "", ""
		left[p] = append(left[p], id)
	}
	for i := range people {
		key := people[i]
		key.ID, key.As = "", ""
		if ids := left[key]; len(ids) > 0 {
			people[i].ID, left[key] = ids[0], ids[1:]
			continue
		}
		last++
		people[i].ID = fmt.Sprintf("p%d", last)
	}
}
