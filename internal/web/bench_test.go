package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"shuren/internal/edu"
)

// BenchmarkRender is what a page costs the server.
func BenchmarkRender(b *testing.B) {
	h := handlerOf(b, demoCity(b))
	for name, path := range benchPages(b) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r := httptest.NewRequest(http.MethodGet, path, nil)
				r.Header.Set("Accept-Encoding", "gzip")
				w := httptest.NewRecorder()
				h.ServeHTTP(w, r)
				if w.Code != http.StatusOK {
					b.Fatalf("%s: status %d", path, w.Code)
				}
			}
		})
	}
}

func benchPages(b testing.TB) map[string]string {
	a := newest(b)
	return map[string]string{
		"overview": "/", "county": "/counties/" + codeOf(a.Units[edu.County][0]), "schools": "/schools",
		"school": "/schools/" + a.Stage(edu.Primary).Frame.Rows[0].Code, "indicators": "/indicators",
	}
}

// BenchmarkPaint is what a page costs a slow desktop: first paint and blocking
// time with the processor slowed six times on 10 Mbit/s, cold cache.
func BenchmarkPaint(b *testing.B) {
	path, err := exec.LookPath("chromium")
	if err != nil {
		b.Skip("no chromium on the path")
	}
	srv := httptest.NewServer(handlerOf(b, demoCity(b)))
	defer srv.Close()
	alloc, stop := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WindowSize(1366, 768), chromedp.UserDataDir(b.TempDir()))...)
	defer stop()
	ctx, cancel := chromedp.NewContext(alloc)
	defer cancel()
	send(b, ctx, network.Enable, network.EnableParams{})
	send(b, ctx, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true})
	send(b, ctx, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: 6})
	slow := network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{{Latency: 20, DownloadThroughput: 10e6 / 8, UploadThroughput: 10e6 / 8}}}
	send(b, ctx, network.EmulateNetworkConditionsByRule, slow)
	for name, page := range benchPages(b) {
		b.Run(name, func(b *testing.B) {
			var paint, blocked float64
			for b.Loop() {
				if err := chromedp.Do(ctx, chromedp.Navigate(srv.URL+page), chromedp.Sleep(300*time.Millisecond)); err != nil {
					b.Fatal(err)
				}
				got, err := chromedp.Run(ctx, chromedp.Evaluate[[]float64](`new Promise(done => {
					let blocked = 0;
					new PerformanceObserver(l => l.getEntries().forEach(e => blocked += Math.max(0, e.duration - 50))).observe({type: "longtask", buffered: true});
					setTimeout(() => done([performance.getEntriesByName("first-contentful-paint")[0].startTime, blocked]), 200);
				})`, chromedp.EvalAwaitPromise))
				if err != nil {
					b.Fatal(err)
				}
				paint, blocked = paint+got[0], blocked+got[1]
			}
			b.ReportMetric(paint/float64(b.N), "paint-ms")
			b.ReportMetric(blocked/float64(b.N), "blocked-ms")
		})
	}
}

func send[P, R any](b *testing.B, ctx context.Context, cmd cdp.Command[P, R], params P) {
	b.Helper()
	if _, err := chromedp.Call(ctx, cmd, params); err != nil {
		b.Fatal(err)
	}
}
