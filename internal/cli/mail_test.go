package cli

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"shuren/internal/fault"
)

func TestMailFlags(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("word\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name  string
		flags mailFlags
		sends bool
		err   error
	}{
		{"no server", mailFlags{}, false, nil},
		{"a server", mailFlags{SMTP: "smtp.edu.example:587", SMTPFrom: "noreply@edu.example", SMTPUser: "bureau", SMTPPasswordFile: secret}, true, nil},
		{"nobody to come from", mailFlags{SMTP: "smtp.edu.example:587"}, false, fault.Invalid},
		{"no port", mailFlags{SMTP: "smtp.edu.example", SMTPFrom: "noreply@edu.example"}, false, fault.Invalid},
		{"in the clear over a network", mailFlags{SMTP: "smtp.edu.example:25", SMTPFrom: "noreply@edu.example", SMTPSecurity: "plain"}, false, fault.Invalid},
		{"a secret that is not there", mailFlags{SMTP: "smtp.edu.example:587", SMTPFrom: "noreply@edu.example", SMTPPasswordFile: secret + "x"}, false, os.ErrNotExist},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, err := tt.flags.sender()
			if (s != nil) != tt.sends || !errors.Is(err, tt.err) {
				t.Errorf("%v, %v; want %v, %v", s, err, tt.sends, tt.err)
			}
		})
	}
}
