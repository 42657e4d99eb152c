package soak_test

import (
	"os/signal"
	"syscall"
	"unsafe"
)

// ignoreFileLimit makes a write beyond the limit of file sizes fail, as one to a
// full disk does, instead of ending the process.
func ignoreFileLimit() { signal.Ignore(syscall.SIGXFSZ) }

// limitFiles says how large files another process may write.
func limitFiles(pid int, bytes uint64) error {
	limit := syscall.Rlimit{Cur: bytes, Max: ^uint64(0)}
	_, _, no := syscall.RawSyscall6(syscall.SYS_PRLIMIT64, uintptr(pid), syscall.RLIMIT_FSIZE, uintptr(unsafe.Pointer(&limit)), 0, 0, 0)
	if no != 0 {
		return no
	}
	return nil
}

const unlimited = ^uint64(0)
