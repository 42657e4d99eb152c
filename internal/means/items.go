package means

import "shuren/internal/edu"

// Item is a thing of the price list that proposals know by its id. A county adds
// its own where a pack's levers name them.
type Item struct {
	ID   string
	Name edu.Text
	Unit edu.Text // of the price
}

// Items are the known things of a price list (单价表), in its order. There is no
// figure here: prices are the county's, each with its year and what it rests on.
var Items = []Item{
	{"build_rooms", edu.Text{ZH: "新建教学用房", EN: "Building teaching rooms"}, edu.Text{ZH: "元/㎡", EN: "yuan/m²"}},
	{"build_sports", edu.Text{ZH: "运动场", EN: "Sports grounds"}, edu.Text{ZH: "元/㎡", EN: "yuan/m²"}},
	{"multimedia_room", edu.Text{ZH: "网络多媒体教室设备", EN: "Equipment of a multimedia classroom"}, edu.Text{ZH: "元/套", EN: "yuan/set"}},
	{"hire_year", edu.Text{ZH: "公招教师", EN: "A recruited teacher"}, edu.Text{ZH: "元/人·年", EN: "yuan/person and year"}},
	{"itinerant_month", edu.Text{ZH: "走教补助", EN: "Allowance of itinerant teaching"}, edu.Text{ZH: "元/人·月", EN: "yuan/person and month"}},
	{"move", edu.Text{ZH: "调动、交流安置", EN: "Transfer or exchange"}, edu.Text{ZH: "元/人", EN: "yuan/person"}},
	{"move_km", edu.Text{ZH: "调动、交流路程补助", EN: "Transfer or exchange, for the way"}, edu.Text{ZH: "元/人·千米", EN: "yuan/person and km"}},
	{"train_degree", edu.Text{ZH: "学历提升", EN: "Raising a qualification"}, edu.Text{ZH: "元/人", EN: "yuan/person"}},
	{"train_backbone", edu.Text{ZH: "骨干教师培养", EN: "Training of a backbone teacher"}, edu.Text{ZH: "元/人", EN: "yuan/person"}},
}

// Price finds the line of an item.
func (p *Prices) Price(item string) (Price, bool) {
	for _, l := range p.Lines {
		if l.Item == item {
			return l, true
		}
	}
	return Price{}, false
}

// ItemOf finds a known item by its id.
func ItemOf(id string) (Item, bool) {
	for _, i := range Items {
		if i.ID == id {
			return i, true
		}
	}
	return Item{}, false
}

// Name is what an item is called: as the county says, as it is known, or by its id.
func (p *Prices) Name(item string) edu.Text {
	if l, ok := p.Price(item); ok && l.Name != "" {
		return edu.Text{ZH: l.Name, EN: l.Name}
	}
	if i, ok := ItemOf(item); ok {
		return i.Name
	}
	return edu.Text{ZH: item, EN: item}
}
