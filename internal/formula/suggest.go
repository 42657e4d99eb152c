package formula

// DidYouMean ends a message about an unknown name: "; did you mean …?" with the
// nearest known name, or nothing if none is near.
func DidYouMean(name string, known []string) string { return didYouMean(name, known) }
