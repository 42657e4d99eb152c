// Command shuren is the education-development system of a city: see README.md.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"shuren/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Run(ctx, os.Args[1:], cli.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr})
	stop()
	os.Exit(code)
}
