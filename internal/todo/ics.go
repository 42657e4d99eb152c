package todo

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"
	"unicode"

	ics "github.com/arran4/golang-ical"
)

// Calendar is a list as a calendar (RFC 5545): a whole-day event on the day of
// each item that has one. An item keeps its id, so that a calendar that subscribes
// moves it when its day moves and drops it when it is done.
func Calendar(items []Item, now time.Time, lang, site string) []byte {
	c := ics.NewCalendar()
	c.SetProductId("-//Shuren//To-dos//" + strings.ToUpper(lang))
	c.SetMethod(ics.MethodPublish)
	name := "待办"
	if lang != "zh" {
		name = "To-dos"
	}
	c.SetXWRCalName(name)
	c.SetRefreshInterval("PT1H")
	site = strings.TrimSuffix(site, "/")
	sorted := append([]Item(nil), items...)
	Sort(sorted)
	for k := range sorted {
		i := &sorted[k]
		if i.Due == 0 {
			continue
		}
		// Ids of the system stay inside.
		sum := sha256.Sum256([]byte(string(i.Kind) + "\x00" + i.ID))
		e := c.AddEvent(hex.EncodeToString(sum[:12]) + "@shuren")
		e.SetDtStampTime(now.UTC())
		e.SetAllDayStartAt(i.Due.Time())
		e.SetAllDayEndAt((i.Due + 1).Time())
		e.SetSummary(plain(i.outside(lang)))
		e.SetTimeTransparency(ics.TransparencyTransparent) // nobody is busy because of it
		if site != "" && strings.HasPrefix(i.Link, "/") && i.Link == plain(i.Link) {
			e.SetURL(site + i.Link)
		}
	}
	return []byte(c.Serialize(ics.WithNewLineWindows)) // as the standard has it
}

// plain leaves out what a line of a calendar cannot hold.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case unicode.IsControl(r):
			return -1
		}
		return r
	}, s)
}
