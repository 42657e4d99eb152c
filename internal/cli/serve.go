package cli

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"syscall"
	"time"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/web"
)

type serveCmd struct {
	DB    dbName   `name:"db" required:"" help:"Database, a file or postgres://…." placeholder:"DB"`
	Addr  string   `help:"Address to listen on." default:"localhost:8080"`
	Pack  []string `sep:"none" help:"A further pack to measure by, as with packs add; give it again for more." placeholder:"P"`
	Local bool     `help:"Without sign-in, for one person at this machine; only where there are no accounts."`

	KeyFile keysFlag `embed:""`

	OwnPack string `name:"own-pack" help:"Folder with the city's own pack: changes of it are proposed on a page and approved by a second person." placeholder:"DIR" type:"path"`

	TLSCert        string         `name:"tls-cert" help:"Certificate, to serve https." placeholder:"FILE"`
	TLSKey         string         `name:"tls-key" help:"Its key." placeholder:"FILE"`
	TrustedProxy   []netip.Prefix `help:"Addresses of a proxy that may say where a request came from, such as 10.0.0.1/32." placeholder:"NET"`
	TrustedOrigin  []string       `help:"Origin of pages that may send forms, where a proxy changes the name: https://edu.example." placeholder:"URL"`
	TOTPRoles      []auth.Role    `name:"totp-roles" help:"Roles that must have a second factor, such as system_admin,security_admin,audit_admin." placeholder:"ROLE"`
	OIDCIssuer     string         `name:"oidc-issuer" help:"Identity provider that may sign people in." placeholder:"URL"`
	OIDCClient     string         `name:"oidc-client" help:"What the provider calls this system." placeholder:"ID"`
	OIDCRedirect   string         `name:"oidc-redirect" help:"This system's address that the provider sends people back to: https://…/sign-in/oidc/back." placeholder:"URL"`
	OIDCSecretFile string         `name:"oidc-secret-file" help:"File with the client secret; otherwise SHUREN_OIDC_SECRET has it." placeholder:"FILE"`

	Mail mailFlags `embed:""`
}

func (c *serveCmd) Run(a *app) error {
	cfg, err := c.config()
	if err != nil {
		return err
	}
	sender, err := c.Mail.sender()
	if err != nil {
		return err
	}
	l, err := listen(a.ctx, c.Addr, !c.Local)
	if err != nil {
		return err
	}
	defer l.Close()
	city, err := openCity(a, string(c.DB), "", false)
	if err != nil {
		return err
	}
	defer city.Close()
	if err := c.KeyFile.use(city, c.DB); err != nil {
		return err
	}
	if err := city.AddPacks(a.ctx, c.Pack...); err != nil {
		return err
	}
	if c.OwnPack != "" {
		if err := city.UseOwn(a.ctx, c.OwnPack); err != nil {
			return err
		}
		cfg.Own = city
	}
	policy := auth.DefaultPolicy
	policy.TOTPRoles = c.TOTPRoles
	accounts := flow.NewAccounts(city, flow.AccountOptions{Policy: policy})
	if c.Local {
		if _, n, err := accounts.List(a.ctx, auth.Operator(), auth.AccountFilter{Limit: 1}); err != nil {
			return err
		} else if n > 0 {
			return fmt.Errorf("--local: the database has accounts; serve it without --local, so that everybody signs in: %w", fault.Invalid)
		}
		return a.serve(city, l, server{Config: cfg}, nil)
	}
	made, err := accounts.SetUp(a.ctx)
	if err != nil {
		return err
	}
	a.tellSetUp(made)
	cfg.Accounts, cfg.View, cfg.Audit = accounts, func(who auth.Actor) web.City { return city.As(who) }, auditLog{city}
	if !loopback(l.Addr()) && c.TLSCert == "" && len(c.TrustedProxy) == 0 {
		fmt.Fprintln(a.Err, a.say("注意：没有启用 TLS，密码会以明文经过网络。请用 --tls-cert 和 --tls-key，或在前面放支持 TLS 的代理（--trusted-proxy）。",
			"warning: without TLS passwords cross the network in the clear; give --tls-cert and --tls-key, or put a proxy with TLS in front (--trusted-proxy)"))
	}
	return a.serve(city, l, server{Config: cfg, cert: c.TLSCert, key: c.TLSKey}, func(ctx context.Context) error {
		return a.tick(ctx, city, sender, c.Mail.Site)
	})
}

// config is what the flags say.
func (c *serveCmd) config() (cfg web.Config, err error) {
	if (c.TLSCert == "") != (c.TLSKey == "") {
		return cfg, fmt.Errorf("--tls-cert and --tls-key go together: %w", fault.Invalid)
	}
	if c.TLSCert != "" {
		if _, err := tls.LoadX509KeyPair(c.TLSCert, c.TLSKey); err != nil {
			return cfg, fmt.Errorf("--tls-cert: %w: %w", err, fault.Invalid)
		}
	}
	for _, role := range c.TOTPRoles {
		if !slices.Contains(auth.Roles, role) {
			return cfg, fmt.Errorf("--totp-roles %q: there is no such role: %w", role, fault.Invalid)
		}
	}
	cfg.TrustedProxies, cfg.TrustedOrigins = c.TrustedProxy, c.TrustedOrigin
	if c.OIDCIssuer == "" {
		return cfg, nil
	}
	if c.OIDCClient == "" || !strings.HasSuffix(c.OIDCRedirect, "/sign-in/oidc/back") {
		return cfg, fmt.Errorf("--oidc-issuer wants --oidc-client, and --oidc-redirect ending in /sign-in/oidc/back: %w", fault.Invalid)
	}
	secret, err := secretOf("SHUREN_OIDC_SECRET", "--oidc-secret-file", c.OIDCSecretFile)
	if err != nil {
		return cfg, err
	}
	cfg.OIDC = web.OIDC{Issuer: c.OIDCIssuer, ClientID: c.OIDCClient, ClientSecret: secret, Redirect: c.OIDCRedirect}
	return cfg, nil
}

// tellSetUp prints the one-time codes of the first start. They are printed and
// nowhere else: not in a log, not on a page.
func (a *app) tellSetUp(made []flow.Made) {
	if len(made) == 0 {
		return
	}
	fmt.Fprintln(a.Out, a.say("\n首次启动：已建立三个管理员账号，由三个人分别保管。请各用一次性恢复码设置密码：",
		"\nFirst start: three administrators, for three different people. Each sets a password by a one-time code:"))
	for _, m := range made {
		fmt.Fprintf(a.Out, "  %-12s %s  %s %s\n", m.Login, m.Code, a.say("有效期至", "until"), m.Until.Local().Format("2006-01-02 15:04"))
	}
	fmt.Fprintln(a.Out, a.say("  在登录页点“忘记密码”，填登录名和恢复码。恢复码只显示这一次，只能用一次。",
		"  On the sign-in page choose “Password lost” and give login name and code. Codes are shown only now and are good once."))
}

// auditLog is the log of a city as pages read it.
type auditLog struct{ *flow.City }

// Verify checks every chain of the log.
func (l auditLog) Verify(ctx context.Context, who auth.Actor) (int64, []audit.Problem, error) {
	c, err := l.VerifyAudit(ctx, who, nil)
	return c.Records, c.Problems, err
}

func loopback(addr net.Addr) bool {
	t, ok := addr.(*net.TCPAddr)
	return ok && t.IP.IsLoopback()
}

// listen opens the port. Without sign-in it refuses every address but those of
// this machine: whoever reaches the port sees everything.
func listen(ctx context.Context, addr string, anywhere bool) (net.Listener, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("--addr %q: want HOST:PORT, such as localhost:8080: %w", addr, fault.Invalid)
	}
	if ip := net.ParseIP(host); !anywhere && host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("--addr %q: only localhost, 127.0.0.1 or [::1], since there is no sign-in here: %w", addr, fault.Invalid)
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

// server is how pages are served.
type server struct {
	web.Config
	cert, key string // files of TLS; empty serves http
}

// serve answers until the context ends. Beside, if given, runs meanwhile and
// its error is printed: pages go on without it.
func (a *app) serve(city *flow.City, l net.Listener, how server, beside func(context.Context) error) error {
	how.Log = slog.New(slog.NewTextHandler(a.Err, &slog.HandlerOptions{Level: slog.LevelWarn}))
	if how.Accounts == nil {
		how.Hosts = []string{"localhost", "127.0.0.1", "::1"}
	}
	how.Desk = func(who auth.Actor) web.Desk { return city.Desk(who) }
	how.Checks, how.Units, how.Calendar, how.Inbox, how.Views, how.Dossier, how.Versions = city, city, city, city, city, city, city
	how.Choices, how.Partners = city, city
	how.ValueAdded, how.Todos = city, city
	how.Tasks, how.Plans, how.Council = city.Office(), city.Office(), city.Office()
	how.Reports = city.Gallery()
	how.Safety = city.Office().Safety()
	how.Retention = city.Retention()
	how.Incidents, how.DutyLists, how.Board = city.Incidents(), city.DutyLists(), city.Board()
	how.Forecasts = city
	how.Gaps = city
	if city.HasKeys() {
		how.Registers = city.Registers()
	}
	how.Teams = city.Teams(city.RegisterStaff())
	h, err := web.New(city, how.Config)
	if err != nil {
		l.Close()
		return err
	}
	// An upload over a slow line takes its time; who sends nothing does not.
	srv := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 15 * time.Minute, WriteTimeout: 15 * time.Minute,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(how.Log.Handler(), slog.LevelWarn)}
	scheme, start := "http", func() error { return srv.Serve(l) }
	if how.cert != "" {
		scheme, start = "https", func() error { return srv.ServeTLS(l, how.cert, how.key) }
	}
	fmt.Fprintf(a.Out, "\n%s %s://%s/\n", a.say("页面已就绪，请用浏览器打开", "The pages are ready; open"), scheme, l.Addr())
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
	go func() { ended <- start() }()
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
