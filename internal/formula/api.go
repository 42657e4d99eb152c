package formula
// Expr is a parsed formula.
type Expr struct{}
