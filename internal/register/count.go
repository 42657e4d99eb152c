// Counts of pupils, as forms ask them: by class, and nothing of who they are.

package register

import "shuren/internal/edu"

// ClassCount is how many pupils of one state of schooling the register has in a class.
type ClassCount struct {
	School    edu.UnitID
	Stage     edu.Stage
	Grade     int
	Class     string
	Schooling Schooling
	Pupils    int
	Boarders  int
	Marked    [8]int // by the bits of Groups
}
