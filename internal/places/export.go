package places

import "shuren/internal/solve"

// Model is the input as the solver sees it, for a second opinion of another one
// (solve.WriteMPS).
func (in *Input) Model() (*solve.Model, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	return &newModel(in).m, nil
}
