// Package partner holds the links between schools — education groups, custody
// help, partner schools — and asks whether linked schools changed more than
// others like them.
//
// It never says that a link caused a change. It says what the figures support:
// that linked schools improved more than matched ones, that no difference can be
// told, or that the data do not bear a conclusion, which is the answer whenever
// there are fewer than two years on either side of the link.
package partner
