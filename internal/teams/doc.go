// Package teams holds what a register of staff says of the three teams (三支队伍:
// secretaries and principals, class teachers, backbone teachers): who must move this
// summer, who is trained, who retires, and how a pool of merit pay is shared.
//
// Nobody is decided about here. What is not known is not taken for a no: somebody
// whose years are missing is Unclear and not NotYet, and without the county's own
// table of retirement nobody is taken to be near it. Pay is known as sums; what one
// person would get is worked out and kept nowhere, until a school or county decides
// it by an approved scheme. How schools add value
// (package valueadd) never feeds any of it.
package teams
