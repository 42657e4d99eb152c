//go:build !linux

package soak_test

func ignoreFileLimit() {}
