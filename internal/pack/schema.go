// The shape of the pack language, for editors: one table of keys, from which the
// JSON Schema is written and against which the loader is tested key by key.

package pack

import (
	"encoding/json"
	"maps"
	"slices"

	"shuren/internal/edu"
)

// shape is a mapping of the language: its keys, what each holds, and which must
// be there.
type shape struct {
	keys map[string]any
	need []string
}

type m = map[string]any

// Kinds of values. A text may be written as a number in YAML: the loader takes
// any scalar for it.
var (
	scalarKind = m{"type": []string{"string", "number", "boolean"}}
	idKind     = m{"type": "string", "pattern": idPattern.String()}
	formIDKind = m{"type": "string", "pattern": formID.String()}
	flagKind   = m{"enum": []any{true, false, "yes", "no"}}
	numberKind = m{"type": "number"}
	wholeKind  = m{"type": "integer", "minimum": 0}
	partKind   = m{"type": "number", "exclusiveMinimum": 0, "maximum": 1}
	textsKind  = m{"anyOf": []any{scalarKind, m{"type": "array", "items": scalarKind}}}
	listKind   = m{"type": "array", "items": scalarKind}
	dateKind   = m{"type": "string", "pattern": `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`}
	dayKind    = m{"type": "string", "pattern": `^[0-9]{2}-[0-9]{2}$`}
	citedKind  = m{"anyOf": []any{scalarKind, m{"type": "array", "items": scalarKind, "minItems": 1}}}
	tagKind    = words("V", "S", "M", "P", "E")
	stageKind  = stageWords()
	stagesKind = m{"type": "array", "items": stageKind}
	levelKind  = levelWords()
	mapOfAny   = m{"type": "object", "additionalProperties": scalarKind}
	byStageOf  = func(kind any) m {
		return m{"anyOf": []any{kind, m{"type": "object", "additionalProperties": false, "properties": stageKeys(kind)}}}
	}
	limitKind   = byStageOf(scalarKind)
	figureKind  = byStageOf(numberKind)
	outcomeKind = m{"anyOf": []any{numberKind, flagKind, m{"const": "missing"}}}
)

func words(list ...string) m { return m{"enum": list} }

func stageWords() m {
	var list []string
	for _, s := range edu.Stages {
		list = append(list, string(s))
	}
	return words(list...)
}

func datedKind() m {
	var list []string
	for _, d := range datings {
		list = append(list, string(d))
	}
	return words(list...)
}

func levelWords() m {
	var list []string
	for l := edu.Nation; l <= edu.Section; l++ {
		list = append(list, l.String())
	}
	return words(list...)
}

func stageKeys(kind any) m {
	out := m{}
	for _, s := range edu.Stages {
		out[string(s)] = kind
	}
	return out
}

func ref(name string) m { return m{"$ref": "#/$defs/" + name} }

func listOf(name string) m { return m{"type": "array", "items": ref(name)} }

// shapes are all mappings of the language, by the name of their definition. A key
// that the loader asks for and that is not here fails a test.
func shapes() map[string]shape {
	text := ref("text")
	sourced := m{"source": citedKind, "evidence": tagKind}
	with := func(parts ...m) m {
		out := m{}
		for _, p := range parts {
			maps.Copy(out, p)
		}
		return out
	}
	element := with(sourced, m{
		"id": idKind, "name": text, "help": text, "type": words(elementTypes...), "unit": scalarKind, "filled_in": scalarKind, "level": words("section", "school", "county"),
		"stages": stagesKind, "headers": textsKind, "required": flagKind, "always_applies": flagKind, "needs_evidence": flagKind,
		"who": words("school", "township", "county", "department", "city"), "department": text, "dated": datedKind(), "min": numberKind, "max": numberKind,
		"by": ref("breakdown"), "choices": listOf("choice"), "derive": ref("derive"),
	})
	elementShared := m{}
	for _, k := range elementInherits {
		elementShared[k] = element[k]
	}
	indicator := with(sourced, m{
		"id": idKind, "code": scalarKind, "name": text, "short": text, "words": text, "notation": scalarKind, "unit": scalarKind, "decimals": wholeKind, "stages": stagesKind,
		"level": words("section", "county"), "section": scalarKind, "region": scalarKind, "weight": scalarKind, "better": words("higher", "lower"), "note": text, "group": scalarKind, "lack": ref("lack"),
	})
	indicatorShared := m{}
	for _, k := range indicatorInherits {
		indicatorShared[k] = indicator[k]
	}
	threshold := with(sourced, m{
		"indicator": scalarKind, "judge": words("section", "region"), "when": scalarKind, "scoped": flagKind, "evidence_of": scalarKind, "from": dateKind, "to": dateKind, "note": text,
		"is": byStageOf(flagKind),
	})
	rule := with(sourced, m{
		"id": idKind, "code": scalarKind, "name": text, "block": scalarKind, "level": levelKind, "of": textsKind, "at_least": wholeKind, "floor": partKind, "share": partKind,
		"statistic": words("wcv", "cv", "scv"), "mean": flagKind, "first": flagKind,
	})
	for _, c := range comparisons[:4] {
		threshold[c.key] = limitKind
		rule["limit_"+c.key] = figureKind
	}
	return map[string]shape{
		"file": {m{
			"id": m{"type": "string", "pattern": packID.String()}, "version": scalarKind, "name": text, "note": text, "source": scalarKind, "extends": scalarKind, "uses": listKind,
			"missing": m{"type": "array", "items": numberKind}, "stages": stagesKind, "sources": mapOfAny, "split": ref("split"), "dated": datedKind(),
			"units": listOf("unit"), "keys": listOf("key"), "elements": m{"type": "array", "items": ref("elementOrGroup")}, "lists": listOf("list"), "checks": listOf("check"),
			"indicators": m{"type": "array", "items": ref("indicatorOrGroup")}, "standards": listOf("standard"), "examples": listOf("example"), "forms": listOf("form"), "feeds": listOf("feed"), "levers": listOf("lever"),
			"checklists": listOf("checklist"), "key_parts": listOf("keyPart"),
		}, nil},
		"split":            {with(sourced, m{"by": scalarKind, "elements": textsKind, "weights": m{"type": "object", "additionalProperties": false, "properties": stageKeys(m{"type": "number", "minimum": 0})}, "note": text}), []string{"by", "weights", "elements", "source", "evidence"}},
		"unit":             {m{"id": idKind, "name": text}, []string{"id", "name"}},
		"key":              {m{"role": scalarKind, "headers": textsKind, "values": mapOfAny}, []string{"role", "headers"}},
		"element":          {with(element, m{"group": scalarKind}), []string{"id", "name", "type", "source", "evidence"}},
		"elementInGroup":   {element, []string{"id", "name"}},
		"elementGroup":     {with(elementShared, m{"items": listOf("elementInGroup"), "group": ref("named")}), []string{"items"}},
		"named":            {m{"id": idKind, "name": text}, []string{"id", "name"}},
		"breakdown":        {m{"id": idKind, "parts": listOf("choice")}, []string{"id", "parts"}},
		"choice":           {m{"id": scalarKind, "name": text, "stages": stagesKind, "headers": textsKind}, []string{"id", "name"}},
		"derive":           {m{"list": scalarKind, "where": scalarKind, "of": scalarKind, "agg": words("count", "sum", "max", "min"), "over": words("school", "county"), "stages": stagesKind, "formula": scalarKind}, nil},
		"list":             {with(sourced, m{"id": idKind, "name": text, "sheets": textsKind, "columns": listOf("column")}), []string{"id", "name", "columns"}},
		"column":           {element, []string{"id", "name", "type"}},
		"check":            {with(sourced, m{"id": idKind, "level": levelKind, "stages": stagesKind, "rule": scalarKind, "if_broken": words("error", "warning"), "message": text, "fields": textsKind}), []string{"id", "rule", "if_broken", "message", "source", "evidence"}},
		"indicator":        {indicator, []string{"id", "name", "unit", "section", "better", "source", "evidence"}},
		"indicatorInGroup": {indicator, []string{"id", "name", "section"}},
		"indicatorGroup":   {with(indicatorShared, m{"items": listOf("indicatorInGroup")}), []string{"items"}},
		"lack":             {m{"have": scalarKind, "per": scalarKind, "unit": scalarKind, "whole": flagKind}, []string{"have", "per", "unit"}},
		"standard":         {m{"id": idKind, "name": text, "source": citedKind, "scope": scalarKind, "scope_note": text, "scope_evidence": tagKind, "thresholds": listOf("threshold"), "rules": listOf("rule"), "root": scalarKind}, []string{"id"}},
		"threshold":        {threshold, []string{"indicator", "source", "evidence"}},
		"rule":             {rule, []string{"id", "name", "of", "source", "evidence"}},
		"example":          {m{"name": scalarKind, "source": scalarKind, "stage": stageKind, "within": numberKind, "given": m{"anyOf": []any{mapOfAny, m{"type": "array", "items": mapOfAny}}}, "expect": m{"type": "object", "additionalProperties": outcomeKind}}, []string{"name", "given", "expect", "source"}},
		"form": {with(sourced, m{
			"id": formIDKind, "name": text, "basis": scalarKind, "frequency": words("yearly", "termly", "monthly"), "fills": words(string(FillSchool), string(FillCounty), string(FillTownship)), "level": words("school", "county"), "stages": stagesKind,
			"opens": dayKind, "closes": dayKind, "minutes": wholeKind, "approver": scalarKind, "basis_en": scalarKind, "approver_en": scalarKind, "valid": dateKind, "note": text,
			"joins": ref("joins"), "same_groups": listOf("named"), "reasons": listOf("named"), "sign": listOf("sign"), "lists": listOf("askList"), "asks": listOf("ask"),
		}), []string{"id", "name", "basis", "frequency", "fills", "minutes", "approver", "opens", "closes", "asks", "source", "evidence"}},
		"joins":   {m{"id": formIDKind, "name": text}, []string{"id", "name"}},
		"sign":    {m{"name": text}, []string{"name"}},
		"askList": {m{"list": scalarKind, "from": ref("from"), "same": scalarKind, "required": flagKind}, []string{"list"}},
		"ask":     {m{"element": scalarKind, "elements": textsKind, "from": ref("from"), "same": scalarKind, "whole": flagKind, "required": flagKind, "earlier": ref("earlier"), "compute": ref("compute")}, nil},
		"earlier": {m{"years": wholeKind, "of": scalarKind}, []string{"years", "of"}},
		"compute": {m{"list": scalarKind, "where": scalarKind, "unless": scalarKind, "of": scalarKind, "part_by": scalarKind, "agg": words("count", "sum"), "sum": byStageOf(listKind)}, nil},
		"feed":    {with(sourced, m{"id": formIDKind, "name": text, "kind": words(FromExport, FromRegister, OwnStaff, OwnPupils, OwnDrills), "headers": mapOfAny, "compare": listOf("compare")}), []string{"id", "name", "kind", "headers", "source", "evidence"}},
		"compare": {with(sourced, m{"id": idKind, "element": scalarKind, "within": scalarKind, "message": text}), []string{"id", "element", "within", "message", "source", "evidence"}},
		"lever": {with(sourced, m{
			"id": idKind, "name": text, "act": words(leverActs...), "elements": textsKind, "each": textsKind, "of": textsKind, "people": listOf("leverPeople"), "price": scalarKind, "per_km": scalarKind,
			"months": wholeKind, "whole": flagKind, "worth": flagKind, "least": limitKind, "where": scalarKind, "authority": text,
		}), []string{"id", "name", "act", "authority", "source", "evidence"}},
		"checklist":   {with(sourced, m{"id": idKind, "name": text, "items": listOf("checkItem"), "for": ref("schoolKinds"), "parts": textsKind}), []string{"id", "name", "items"}},
		"checkItem":   {with(sourced, m{"id": idKind, "what": text, "how": text, "for": ref("schoolKinds"), "parts": textsKind, "norms": textsKind}), []string{"id", "what", "how"}},
		"keyPart":     {with(sourced, m{"id": idKind, "name": text}), []string{"id", "name", "source", "evidence"}},
		"leverPeople": {m{"subject": text, "counts": textsKind}, []string{"counts"}},
		"text":        {m{"zh": scalarKind, "en": scalarKind}, []string{"zh", "en"}},
	}
}

// Schema is the JSON Schema (2020-12) of a pack's files, for editors: what the
// loader takes, it takes. The loader knows more: names, units and formulas.
func Schema() ([]byte, error) {
	defs := m{}
	for name, s := range shapes() {
		def := m{"type": "object", "additionalProperties": false, "properties": s.keys}
		if len(s.need) > 0 {
			def["required"] = slices.Sorted(slices.Values(s.need))
		}
		defs[name] = def
	}
	known := words(knownFrom...)
	defs["from"] = m{"anyOf": []any{known, m{"type": "array", "items": known}}}
	defs["schoolKinds"] = m{"type": "array", "items": words(SchoolKinds...)}
	either := func(group, single string) m {
		return m{"if": m{"required": []string{"items"}}, "then": ref(group), "else": ref(single)}
	}
	defs["elementOrGroup"] = either("elementGroup", "element")
	defs["indicatorOrGroup"] = either("indicatorGroup", "indicator")
	file := defs["file"].(m)
	file["dependentRequired"] = m{"id": []string{"name", "source"}, "version": []string{"id"}, "extends": []string{"id"}, "uses": []string{"id"}}
	schema := m{
		"$schema":     "https://json-schema.org/draft/2020-12/schema",
		"title":       "Shuren pack",
		"description": "A file of a pack of elements, forms, indicators and standards; see docs/packs.md. standard.yaml and files in standards/ and indicators/ may hold one item.",
		"$defs":       defs,
		"type":        "object",
		"if":          m{"required": []string{"section"}}, "then": ref("indicator"),
		"else": m{"if": m{"anyOf": []any{m{"required": []string{"thresholds"}}, m{"required": []string{"rules"}}}}, "then": ref("standard"), "else": ref("file")},
	}
	b, err := json.MarshalIndent(schema, "", " ")
	return append(b, '\n'), err
}
