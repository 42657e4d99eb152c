package cli

import (
	"reflect"
	"strings"
	"testing"

	"shuren/internal/gallery"
)

// The help of shuren report names every kind of document that there is.
func TestReportNamesEveryKind(t *testing.T) {
	f, _ := reflect.TypeFor[reportCmd]().FieldByName("Kind")
	help := f.Tag.Get("help")
	for _, k := range gallery.Kinds {
		if !strings.Contains(help, string(k)) {
			t.Errorf("%s is not in %q", k, help)
		}
	}
}
