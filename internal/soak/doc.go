// Package soak holds tests that treat the program as the world will: real
// processes that are killed, disks that fill up, hundreds of schools that hand in
// within a minute, thousands of workbooks in one command.
//
// A process of its own plays the schools. It writes down what was acknowledged
// to it, and syncs that to disk, before it goes on; what is in the database at
// the end is held against that journal and nothing else. Every test has a short
// form that always runs; SHUREN_SOAK is how many times the long one kills.
package soak
