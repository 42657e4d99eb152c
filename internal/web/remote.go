package web

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// proxies are the addresses whose word on the client's address and scheme is
// taken. From anybody else those headers are ignored: a client writes what it
// likes.
type proxies []netip.Prefix

func (p proxies) trusts(a netip.Addr) bool {
	for _, x := range p {
		if x.Contains(a.Unmap()) {
			return true
		}
	}
	return false
}

func peer(r *http.Request) (netip.Addr, bool) {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	a, err := netip.ParseAddr(host)
	return a.Unmap().WithZone(""), err == nil
}

// client is the address of who asks: the last one on the way that is no proxy
// of ours.
func (p proxies) client(r *http.Request) string {
	a, ok := peer(r)
	if !ok {
		return r.RemoteAddr
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && p.trusts(a); i-- {
		next, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		a = next.Unmap().WithZone("")
	}
	return a.String()
}

// secure tells that the client speaks TLS, to us or to a proxy of ours.
func (p proxies) secure(r *http.Request) bool {
	if r.TLS != nil {
		return true
	}
	a, ok := peer(r)
	return ok && p.trusts(a) && strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https")
}
