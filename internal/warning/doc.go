// Package warning says which children a visit may keep in school: a list for
// people, with the reasons of each line, and as long as the visits they can make.
//
// A model is trained on a county's own closed cases and is plain: a weighted sum
// that is turned into a probability. It is off until, on cases later than those it
// was trained on, it finds more of the dropouts within the same number of visits
// than the rule list does; see Trial. It decides nothing: no case is opened, closed
// or ranked by it anywhere else.
package warning
