package propose

import "shuren/internal/solve"

// Problem is a county as a model of solve, for another solver to be asked about:
// what Make answers for it is what that one must find too.
func Problem(c *County) (*solve.Model, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	return &newModel(c).m, nil
}
