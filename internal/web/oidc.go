package web

// OIDC is an identity provider that signs people in. The zero value is none.
type OIDC struct {
	Issuer, ClientID, ClientSecret string
	Redirect                       string // our address that it sends people back to
	Name                           string // as the button says
}

type provider struct{ cfg OIDC }

func newProvider(cfg OIDC) *provider {
	if cfg.Issuer == "" {
		return nil
	}
	return &provider{cfg: cfg}
}

func (p *provider) label(l locale) string {
	if p == nil {
		return ""
	}
	return l.T("signin.oidc")
}

// links tells that people may tie their own account to the provider.
func (s *Server) links() bool { return false }
