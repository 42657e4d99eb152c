package web

// OwnPack is the keeping of the city's own pack. flow implements it; nil leaves
// its pages out.
type OwnPack interface{}
