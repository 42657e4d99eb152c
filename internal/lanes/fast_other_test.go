//go:build !amd64

package lanes

const available = false

func force(bool) {}
