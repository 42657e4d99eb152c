package task

import (
	"fmt"
	"slices"
)

// One task may serve several plans and is updated once. What it serves can change
// while it is under way, since a second plan often comes after the task was given:
// the act says what is added and what is taken away, and touches nothing else, so
// that of two people who add something neither undoes what the other did.

// maxServes is how many measures a task may serve.
const maxServes = 60

func (m *move) serve() {
	list := slices.Clone(m.t.Serves)
	for _, s := range m.o.Serve {
		if s.Plan == "" || s.Measure == "" {
			m.lack("措施须注明所属方案", "a measure is named with its plan")
		} else if !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	list = slices.DeleteFunc(list, func(s Serves) bool { return slices.Contains(m.o.Unserve, s) })
	switch {
	case slices.Equal(list, m.t.Serves):
		m.lack("没有变化：请选择要增加或取消的措施", "nothing changes: choose a measure to add or to take away")
	case len(list) > maxServes:
		m.lack(fmt.Sprintf("一项任务最多关联%d项措施", maxServes), fmt.Sprintf("a task serves at most %d measures", maxServes))
	}
	m.t.Serves = list
}
