// Package chart turns a Spec into inline SVG and into the data table behind it.
//
// No chart goes without its table, and nothing is told by colour alone: a Spec
// carries the sentence that the chart says, which becomes its accessible name.
// Bars start at zero, a gap in a line is a figure that is missing, and the
// standard is a black tick. The SVG has classes and presentation attributes
// only, so that a strict content security policy lets it through.
package chart
