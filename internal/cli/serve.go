package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"syscall"
	"time"

	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/web"
)

type serveCmd struct {
	DB   dbName `name:"db" required:"" help:"Database, a file or postgres://…." placeholder:"DB"`
	Addr string `help:"Address to listen on; only addresses of this machine, since there is no sign-in yet." default:"localhost:8080"`
}

func (c *serveCmd) Run(a *app) error {
	l, err := listen(a.ctx, c.Addr)
	if err != nil {
		return err
	}
	defer l.Close()
	city, err := openCity(a, string(c.DB), "", false)
	if err != nil {
		return err
	}
	defer city.Close()
	return a.serve(city, l, nil)
}

// listen refuses every address but those of this machine: whoever reaches the
// port sees everything.
func listen(ctx context.Context, addr string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("--addr %q: want HOST:PORT, such as localhost:8080: %w", addr, fault.Invalid)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("--addr %q: only localhost, 127.0.0.1 or [::1], since there is no sign-in yet: %w", addr, fault.Invalid)
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", addr)
	if err != nil && !errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("--addr %q: %w", addr, errors.Join(fault.Invalid, err))
	}
	if err != nil {
		return nil, fmt.Errorf("%w; is another program using the port? give another with --addr localhost:8081", err)
	}
	return l, nil
}

// serve answers until the context ends. Beside, if given, runs meanwhile and
// its error is printed: pages go on without it.
func (a *app) serve(city *flow.City, l net.Listener, beside func(context.Context) error) error {
	log := slog.New(slog.NewTextHandler(a.Err, &slog.HandlerOptions{Level: slog.LevelWarn}))
	h, err := web.New(city, web.Config{Log: log, Hosts: []string{"localhost", "127.0.0.1", "::1"}})
	if err != nil {
		l.Close()
		return err
	}
	srv := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn)}
	fmt.Fprintf(a.Out, "\n%s http://%s/\n", a.say("页面已就绪，请用浏览器打开", "The pages are ready; open"), l.Addr())
	fmt.Fprintln(a.Out, a.say("(按 Ctrl+C 结束)", "(Ctrl+C ends it)"))
	ctx, cancel := context.WithCancel(a.ctx)
	defer cancel()
	done := make(chan struct{})
	go func() {
		defer close(done)
		if beside == nil {
			return
		}
		if err := beside(ctx); err != nil && !errors.Is(err, context.Canceled) {
			fmt.Fprintln(a.Err, "shuren:", err)
		}
	}()
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(l) }()
	select {
	case err = <-ended:
	case <-a.ctx.Done():
		stop, cancelStop := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancelStop()
		err = srv.Shutdown(stop)
	}
	cancel()
	<-done
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}
