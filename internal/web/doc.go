// Package web serves the pages: it reads a request, asks the City for an
// assessment that is already computed, turns it into a view and renders it.
//
// Nothing is judged here: verdicts, values and lacks come from the engines. The
// server renders complete HTML; script only enhances. What a page shows as a
// table it also exports, from the same rows.
package web
