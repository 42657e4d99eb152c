package web

import (
	"os"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/i18n"
	"shuren/internal/testkit"
)

// The page of the forecast, of the city and of a county with its forms, is read in
// both languages without a fault that axe can see, and a stage is chosen in place.
func TestForecastInABrowser(t *testing.T) {
	city, h := forecastServer(t)
	all, err := city.Forecast(t.Context(), auth.Operator())
	if err != nil {
		t.Fatal(err)
	}
	v := visitAt(t, h)
	axe, shots := axeScript(t), os.Getenv("SHUREN_SHOTS")
	for name, path := range map[string]string{"forecast": "/forecast", "forecast-county": "/forecast?of=" + all.Places[1].Code + "&stage=junior"} {
		for _, lang := range i18n.Languages {
			v.speak(lang)
			v.open(path)
			v.until(`document.querySelector("html.js")`)
			v.fits(axe)
			v.shoot(shots, lang+"-"+name)
		}
	}
	v.speak("zh")
	v.open("/forecast")
	v.until(`document.querySelector("html.js")`)
	eval[int](v, `(document.querySelector('.seg a[href*="stage=junior"]').click(), 0)`)
	v.until(`document.querySelector('.seg a[aria-current="true"]').href.includes("stage=junior") && document.querySelector("#t-around caption").textContent.includes("初中")`)
	v.quiet()
	if axe == "" {
		testkit.Missing(t, "axe", "SHUREN_AXE does not name axe.min.js")
	}
}
