package cli

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"shuren/internal/audit"
	"shuren/internal/fault"
)

type auditCmd struct {
	Verify auditVerifyCmd `cmd:"" help:"Check that no line of the audit log was changed, taken away or moved."`
	Export auditExportCmd `cmd:"" help:"Write the audit log."`
}

type auditVerifyCmd struct {
	DB   dbName `name:"db" required:"" help:"Database." placeholder:"DB"`
	Head string `help:"Heads that were noted earlier, to be held against." placeholder:"FILE"`
	Note string `help:"Write the heads of now, to be kept elsewhere." placeholder:"FILE"`
}

// errBrokenLog is what verify ends with: its problems are printed before.
var errBrokenLog = errors.New("the audit log is not as it was written")

func (c *auditVerifyCmd) Run(a *app) error {
	var noted []audit.Head
	if c.Head != "" {
		f, err := os.Open(c.Head)
		if err != nil {
			return err
		}
		defer f.Close()
		if noted, err = audit.ReadHeads(f); err != nil {
			return fmt.Errorf("%s: %w", c.Head, err)
		}
	}
	city, err := openCity(a, string(c.DB), "", false)
	if err != nil {
		return err
	}
	defer city.Close()
	found, err := city.VerifyAudit(a.ctx, operator(), noted)
	if err != nil {
		return err
	}
	for _, p := range found.Problems {
		fmt.Fprintln(a.Out, "■", p.Text.In(a.lang))
	}
	if n := len(found.Problems); n > 0 {
		return fmt.Errorf("%s: %w", fmt.Sprintf(a.say("审计日志共%d条，发现%d处问题", "%d records, %d problems"), found.Records, n), errBrokenLog)
	}
	fmt.Fprintf(a.Out, a.say("● 审计日志%d条，%d条链，完整\n", "● %d records in %d chains, all as they were written\n"), found.Records, len(found.Heads))
	if c.Note != "" {
		return a.writeBeside(c.Note, 0o644, func(w io.Writer) error { return audit.WriteHeads(w, found.Heads) })
	}
	if c.Head == "" {
		fmt.Fprintln(a.Out, a.say("链尾如下，请另存他处，下次以 --head 核对：", "These are the chains' heads; keep them elsewhere and give them with --head next time:"))
	}
	return audit.WriteHeads(a.Out, found.Heads)
}

type auditExportCmd struct {
	DB  dbName `name:"db" required:"" help:"Database." placeholder:"DB"`
	Out string `required:"" help:".csv, .jsonl or .xlsx." placeholder:"FILE"`
}

// auditColumns head an export; they are the fields of a record.
var auditColumns = []string{"shard", "no", "at", "account", "role", "action", "object", "unit", "detail", "remote", "prev", "hash"}

func auditRow(r audit.Record) []string {
	return []string{r.Shard, strconv.FormatInt(r.No, 10), r.At.UTC().Format("2006-01-02T15:04:05.000Z"), r.Account, r.Role, string(r.Action), r.Object, string(r.Unit), r.Detail, r.Remote, r.Prev, r.Hash}
}

func (c *auditExportCmd) Run(a *app) error {
	write := map[string]func(io.Writer, func(func(audit.Record) error) error) error{".csv": auditCSV, ".jsonl": auditJSON, ".xlsx": auditXLSX}[strings.ToLower(filepath.Ext(c.Out))]
	if write == nil {
		return fmt.Errorf("--out %q: want a name that ends in .csv, .jsonl or .xlsx: %w", c.Out, fault.Invalid)
	}
	city, err := openCity(a, string(c.DB), "", false)
	if err != nil {
		return err
	}
	defer city.Close()
	return a.writeBeside(c.Out, 0o600, func(w io.Writer) error {
		return write(w, func(visit func(audit.Record) error) error { return city.ExportAudit(a.ctx, operator(), visit) })
	})
}

func auditCSV(w io.Writer, each func(func(audit.Record) error) error) error {
	out := csv.NewWriter(w)
	if err := out.Write(auditColumns); err != nil {
		return err
	}
	err := each(func(r audit.Record) error {
		row := auditRow(r)
		for i, s := range row {
			// A spreadsheet would run it.
			if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
				row[i] = "'" + s
			}
		}
		return out.Write(row)
	})
	out.Flush()
	return errors.Join(err, out.Error())
}

func auditJSON(w io.Writer, each func(func(audit.Record) error) error) error {
	out := json.NewEncoder(w)
	return each(func(r audit.Record) error {
		line := make(map[string]any, len(auditColumns))
		for i, s := range auditRow(r) {
			line[auditColumns[i]] = s
		}
		line["no"] = r.No
		return out.Encode(line)
	})
}

// maxSheet is how many rows a sheet holds.
const maxSheet = 1 << 20

func auditXLSX(w io.Writer, each func(func(audit.Record) error) error) error {
	f := excelize.NewFile()
	defer f.Close()
	sheet, err := f.NewStreamWriter(f.GetSheetName(0))
	if err != nil {
		return err
	}
	n := 0
	add := func(texts []string) error {
		if n++; n > maxSheet {
			return fmt.Errorf("a sheet holds %d rows and the log has more; write .csv: %w", maxSheet, fault.TooLarge)
		}
		row := make([]any, len(texts))
		for i, s := range texts {
			row[i] = s
		}
		return sheet.SetRow("A"+strconv.Itoa(n), row)
	}
	if err := add(auditColumns); err != nil {
		return err
	}
	if err := each(func(r audit.Record) error { return add(auditRow(r)) }); err != nil {
		return err
	}
	if err := sheet.Flush(); err != nil {
		return err
	}
	_, err = f.WriteTo(w)
	return err
}
